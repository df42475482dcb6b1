/**
 * The guest: QEMU's arguments, its start, its output while it runs, its end. Knows what hardware the guest has;
 * the software in it comes from guest/ and host/initrd.sh.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { finished } from "node:stream/promises";

/** /dev/kvm alone proves nothing: without the processor's own virtualisation it cannot run a stock kernel. */
export function hasKvm() {
  try {
    accessSync("/dev/kvm", constants.W_OK);
    return /\b(vmx|svm)\b/.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}

const KERNEL_ARGUMENTS = [
  "console=ttyS0 quiet loglevel=3 panic=-1 8250.nr_uarts=4",
  // what an emulated machine need not spend seconds on
  "mitigations=off init_on_alloc=0 random.trust_cpu=on tsc=reliable no_timer_check apparmor=0 audit=0",
  "rcupdate.rcu_expedited=1 cryptomgr.notests",
].join(" ");

/** A character device of QEMU that listens on a socket in `job`, and a port of the guest that is joined to it. */
function socketAndPeer(job, name, guestName, options = "") {
  const path = `${job}/${name}.sock`;
  return [
    ...["-chardev", `socket,id=${name},path=${path},server=on,wait=off${options}`],
    ...["-chardev", `socket,id=${name}p,path=${path}`],
    ...["-device", `virtserialport,chardev=${name}p,name=${guestName}`],
  ];
}

function qemuArguments(cache, job, accel) {
  const uart = (index, chardev, iobase, irq) => [
    "-device",
    `isa-serial,index=${index},chardev=${chardev},iobase=${iobase},irq=${irq}`,
  ];
  const share = (tag, path, options) => [
    ...["-fsdev", `local,id=${tag},path=${path},security_model=none${options}`],
    ...["-device", `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
  return [
    ...["-L", `${cache}/share`, "-M", `pc,accel=${accel},usb=off,vmport=off,hpet=off`],
    ...["-cpu", accel === "kvm" ? "host,arch-capabilities=off" : "max", "-smp", "1", "-m", "1024"],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-kernel", `${cache}/vmlinux`, "-initrd", `${cache}/initrd.cpio`, "-append", KERNEL_ARGUMENTS],
    ...share("root", "/", ",readonly=on,multidevs=remap"),
    ...share("job", job, ""),
    ...["-chardev", `file,id=s0,path=${job}/console`, ...uart(0, "s0", 0x3f8, 4)],
    ...["-chardev", "serial,id=s1,path=nm:s1:s2", ...uart(1, "s1", 0x2f8, 3)],
    ...["-chardev", "serial,id=s2,path=nm:s2:s1", ...uart(2, "s2", 0x3e8, 10)],
    ...["-device", "virtio-serial-pci"],
    ...socketAndPeer(job, "s3", "s3peer", ",telnet=on"),
    ...uart(3, "s3", 0x2e8, 11),
    ...socketAndPeer(job, "u0", "u0peer"),
    ...socketAndPeer(job, "qmp", "qmp"),
    ...["-mon", "chardev=qmp,mode=control"],
    ...["-device", "qemu-xhci,id=xhci", "-device", "usb-serial,id=usb0,chardev=u0,bus=xhci.0"],
  ];
}

/**
 * Boots a guest over `job`, which holds start, env and command, and copies what the command prints while it prints.
 * Resolves with the command's exit status, or undefined where the guest gave none (`console` and qemu.err of the job
 * say why). An abort of `signal` and the end of `timeoutMs` end the guest.
 */
export async function boot({ cache, job, accel, timeoutMs, signal }) {
  const libraries = `${cache}/lib`;
  const qemu = spawn(`${cache}/bin/qemu-system-x86_64`, qemuArguments(cache, job, accel), {
    env: {
      ...process.env,
      LD_PRELOAD: `${cache}/null-modem.so`,
      LD_LIBRARY_PATH: libraries,
      QEMU_MODULE_DIR: `${libraries}/qemu`,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let error = "";
  qemu.stderr.on("data", (chunk) => {
    error += chunk;
  });
  const stop = () => qemu.kill("SIGKILL");
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop);
  const ended = new Promise((resolve) => {
    qemu.on("error", (cause) => {
      error += cause.message;
      resolve();
    });
    qemu.on("close", (status, signal) => {
      error += `QEMU ended with ${signal ?? status}\n`;
      resolve();
    });
  });
  const outputs = [
    { path: `${job}/stdout`, to: process.stdout, at: 0 },
    { path: `${job}/stderr`, to: process.stderr, at: 0 },
  ];
  let running = true;
  void ended.then(() => {
    running = false;
  });
  while (running) {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    for (const output of outputs) await follow(output);
  }
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  const status = existsSync(`${job}/status`) ? Number(readFileSync(`${job}/status`, "utf8")) : undefined;
  return { status, error };
}

/** Copies what a growing file has got since the last time. */
async function follow(output) {
  const size = existsSync(output.path) ? statSync(output.path).size : 0;
  if (size <= output.at) return;
  const part = createReadStream(output.path, { start: output.at, end: size - 1 });
  part.pipe(output.to, { end: false });
  output.at = size;
  await finished(part);
}
