#!/usr/bin/env bash
# initrd.sh INIT BUSYBOX KERNEL: makes ./initrd.cpio (busybox, the modules that are needed, in load order) and ./vmlinux
# out of an unpacked kernel package.
set -euo pipefail
init=$1 busybox=$2 kernel=$3
modules=$(find "$kernel" -path '*/lib/modules/*' -name '*.ko*')
mkdir -p image/{bin,m,dev,proc,sys,tmp,lower,rw,new}
cp "$busybox" image/bin/
for name in sh setsid mount umount insmod mkdir cat sleep ln ls cp switch_root poweroff sync grep; do
  ln -s busybox image/bin/$name
done
cp "$init" image/init
chmod 755 image/init

declare -A done_with
# add LIST MODULE: the module after those it needs. One that is not there is built into the kernel.
add() {
  local list=$1 name=${2//-/_} file need
  [ -z "${done_with[$name]:-}" ] || return 0
  done_with[$name]=1
  file=$(grep -m 1 -E "/${name//_/[-_]}\.ko(\.xz|\.zst)?$" <<< "$modules" || true)
  [ -n "$file" ] || return 0
  case $file in
    *.xz) xz -dc "$file" > image/m/"$name".ko ;;
    *.zst) zstd -qdc "$file" > image/m/"$name".ko ;;
    *) cp "$file" image/m/"$name".ko ;;
  esac
  for need in $(grep -aoP '(?<=\0depends=)[^\0]*' image/m/"$name".ko | head -1 | tr ',' ' '); do add "$list" "$need"; done
  echo "$name" >> image/m/"$list"
}
for name in virtio_pci 9pnet_virtio 9p overlay virtio_console; do add base $name; done
for name in xhci_pci ftdi_sio cdc_acm cp210x pl2303 ch341 dummy_hcd libcomposite usb_f_fs usb_f_acm vhci_hcd; do
  add usb $name
done
(cd image && find . | LC_ALL=C sort | bin/busybox cpio -o -H newc 2>/dev/null) > initrd.cpio

# The kernel inside vmlinuz (Documentation/arch/x86/boot.rst: setup_sects, payload_offset, payload_length): QEMU boots it
# as it stands, and unpacking it in an emulated machine would take seconds. What cannot be unpacked here is left to it.
vmlinuz=$(echo "$kernel"/boot/vmlinuz-*)
field() { od -An -tu"$2" -j$(($1)) -N"$2" "$vmlinuz" | tr -d ' '; }
start=$((($(field 0x1f1 1) + 1) * 512 + $(field 0x248 4)))
payload() { tail -c +$((start + 1)) "$vmlinuz" | head -c $(($(field 0x24c 4) - 4)); }
for unpack in xz zstd gzip; do
  payload | $unpack -dc > vmlinux 2>/dev/null || true # they mind what follows the last block
  [ "$(head -c 4 vmlinux | tail -c 3)" != ELF ] || exit 0
done
cp "$vmlinuz" vmlinux
