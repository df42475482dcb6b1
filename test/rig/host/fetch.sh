#!/usr/bin/env bash
# fetch.sh DIR: makes in DIR what a guest is booted from, out of Debian packages that are unpacked and not installed:
#   bin/qemu-system-x86_64, lib/, share/   QEMU, the libraries of it that this machine lacks, its firmware
#   udev/                                  udevadm and the rules for serial ports
#   vmlinux, initrd.cpio                   Debian's kernel; busybox and the modules
#   null-modem.so                          the cable between ttyS1 and ttyS2 (null-modem.c)
# Exit status 75 where the packages cannot be had, the reason on the last line of stderr. Needs no root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
trap 'rm -rf apt debs kernel root image' EXIT
mkdir -p apt/lists/partial apt/cache/archives/partial debs kernel root bin lib share udev

cannot() {
  echo "$*" >&2
  exit 75
}

# apt with this machine's sources and nothing of its state changed. Its hooks clean up what is root's: none here.
cat > apt/common <<END
APT::Sandbox::User "$(id -un)";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
cat apt/common - > apt/own <<END
Dir::State::lists "$PWD/apt/lists/";
Dir::Cache "$PWD/apt/cache/";
END

kernel_package() {
  apt-cache -c "$1" depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-[0-9]/ { print $2; exit }'
}

# $1: the configuration of apt. What the named packages need and this machine lacks comes with them.
download() {
  local config=$1 named needed
  named="qemu-system-x86 qemu-system-data seabios busybox-static udev $(kernel_package "$config")"
  # shellcheck disable=SC2086
  needed=$(apt-get -c "$config" install -s --no-install-recommends $named 2>/dev/null | awk '/^Inst/ { print $2 }')
  # shellcheck disable=SC2086
  (cd debs && rm -f ./* && apt-get -c "$config" -q download $(printf '%s\n' $named $needed | sort -u) >&2)
}

use=$PWD/apt/common
if [ -z "$(kernel_package "$use")" ] || ! download "$use" 2> apt/log; then # no package lists, or old ones
  use=$PWD/apt/own
  apt-get -c "$use" -q update >apt/log 2>&1 || cannot "apt-get update: $(grep -m 1 -E '^(E|W|Err)' apt/log)"
  [ -n "$(kernel_package "$use")" ] ||
    cannot "apt has no linux-image-amd64: $(grep -m 1 -E '^(E|W|Err)' apt/log || echo "this is not Debian")"
  download "$use" 2> apt/log || cannot "apt-get download: $(grep -m 1 '^E' apt/log)"
fi

for deb in debs/*.deb; do
  case $deb in
    */linux-image-*)
      dpkg-deb --fsys-tarfile "$deb" | tar -x -C kernel --exclude='*/sound' \
        --exclude='*/drivers/gpu' --exclude='*/drivers/media' --exclude='*/drivers/net' --exclude='*/drivers/scsi'
      ;;
    *) dpkg-deb -x "$deb" root ;;
  esac
done

# Where /lib is a link to /usr/lib, packages may have their files in either.
for name in bin lib; do [ ! -d root/$name ] || { cp -a root/$name/. root/usr/$name/ && rm -rf "root/${name:?}"; }; done
mv root/usr/bin/qemu-system-x86_64 bin/
cp -a root/usr/lib/x86_64-linux-gnu/*.so* lib/
mkdir lib/qemu && cp root/usr/lib/x86_64-linux-gnu/qemu/accel-*.so lib/qemu/ 2>/dev/null || true
cp -L root/usr/share/seabios/bios-256k.bin root/usr/share/qemu/{kvmvapic,linuxboot_dma,pvh}.bin share/
cp root/usr/bin/udevadm root/usr/lib/udev/rules.d/{50-udev-default,60-serial}.rules udev/

"$here/initrd.sh" "$here/../guest/init" root/usr/bin/busybox kernel
gcc -O2 -shared -fPIC -o null-modem.so "$here/null-modem.c" -ldl
