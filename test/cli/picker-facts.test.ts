import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PortsWatch, watchPorts } from "../../src/cli/picker-facts.js";
import { uucpLockName } from "../../src/port/uucp-lock.js";
import { DeviceTree } from "../port/discovery/device-tree.js";
import { until } from "../support/until.js";

let tree: DeviceTree;
let locks: string;
let watch: PortsWatch | undefined;
let changes: number;
const children: ChildProcess[] = [];
beforeEach(() => {
  tree = new DeviceTree();
  locks = mkdtempSync(`${tmpdir()}/robin-locks-`);
  changes = 0;
});
afterEach(() => {
  watch?.close();
  for (const child of children.splice(0)) child.kill("SIGKILL");
  tree.remove();
  rmSync(locks, { recursive: true });
});

function open(lookMs = 60_000): PortsWatch {
  watch = watchPorts(() => changes++, {
    roots: tree.roots,
    lockDirectories: [locks],
    lookMs,
    nowMs: () => 42,
  });
  return watch;
}
const node = (name: string) => `${tree.root}/dev/${name}`;
const names = () => watch!.ports().map(({ info }) => info.path.replace(`${tree.root}/dev/`, ""));

/** udev was done with it so many seconds after the boot. */
function arrivedAt(number: string, seconds: number): void {
  tree.file("proc/uptime", `${Number(process.hrtime.bigint()) / 1e9} 0\n`);
  tree.file(`run/udev/data/c${number}`, `I:${seconds * 1_000_000}\n`);
}

function unplug(name: string): void {
  rmSync(node(name));
  rmSync(`${tree.root}/sys/class/tty/${name}`);
}

describe("the ports of the picker", () => {
  it("are there at once, the newest first, those of no known age last and by their names", () => {
    for (const n of [10, 9, 2]) tree.usbSerial(`ttyUSB${n}`, { serial: `S${n}`, at: `1-${n}` });
    tree.usbSerial("ttyUSB0", { serial: "S0", at: "1-20" });
    arrivedAt("188:9", 100);
    arrivedAt("188:0", 200);
    open();
    expect(names()).toEqual(["ttyUSB0", "ttyUSB9", "ttyUSB2", "ttyUSB10"]);
    expect(watch!.ports().every(({ arrivedAtMs }) => arrivedAtMs === undefined)).toBe(true);
    expect(changes).toBe(0);
  });

  it("come and go as they are plugged; one that comes back is another one", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    open();
    const [first] = watch!.ports();
    tree.usbSerial("ttyUSB1", { serial: "B2", at: "1-2" });
    await until("the arrival", () => names().length === 2);
    expect(names()).toEqual(["ttyUSB1", "ttyUSB0"]); // it is newer than all that were there
    expect(watch!.ports().find(({ info }) => info.serialNumber === "B2")?.arrivedAtMs).toBe(42);
    expect(watch!.ports().find(({ info }) => info.serialNumber === "A1")?.id).toBe(first?.id);
    unplug("ttyUSB0");
    await until("the departure", () => names().length === 1);
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    await until("the return", () => names().length === 2);
    expect(watch!.ports().find(({ info }) => info.serialNumber === "A1")?.id).not.toBe(first?.id);
    expect(changes).toBeGreaterThanOrEqual(3);
  });

  it("have their holders, and those who name themselves in a lock file, as both change", async () => {
    tree.usbSerial("ttyUSB0", {});
    open(20);
    expect(watch!.ports()[0]).toMatchObject({ holders: [], lockedBy: undefined });
    const holder = spawn("sh", ["-c", `exec 3<"${node("ttyUSB0")}"; exec sleep 60`], { stdio: "ignore" });
    children.push(holder);
    await until("the holder", () => watch!.ports()[0]?.holders[0]?.command === "sleep");
    expect(watch!.ports()[0]?.holders[0]?.pid).toBe(holder.pid);
    writeFileSync(`${locks}/${uucpLockName(node("ttyUSB0"))}`, `${String(holder.pid).padStart(10)}\n`);
    await until("the lock", () => watch!.ports()[0]?.lockedBy?.pid === holder.pid);
    holder.kill("SIGKILL");
    await until("neither", () => {
      const [port] = watch!.ports();
      return port?.holders.length === 0 && port.lockedBy === undefined;
    });
  });

  it("tell which one is a console of the kernel's", () => {
    tree.uart("ttyS0", "4:64", { path: "sys/devices/pnp0/00:02", bus: "pnp", driver: "serial" });
    tree.uart("ttyS1", "4:65", { path: "sys/devices/pnp0/00:03", bus: "pnp", driver: "serial" });
    tree.file(
      "proc/consoles",
      "tty0                 -WU (EC p  )    4:7\nttyS1                -W- (E  p  )    4:65\n",
    );
    open();
    expect(watch!.ports().map(({ isConsole }) => isConsole)).toEqual([false, true]);
  });

  it.skipIf(process.getuid?.() === 0)("tell which one this user may not use, and who may", () => {
    tree.usbSerial("ttyUSB0", {});
    chmodSync(node("ttyUSB0"), 0o600);
    chmodSync(node("ttyUSB0"), 0o000);
    open();
    expect(watch!.ports()[0]?.refusal?.hint).toMatch(/only its owner may use it \(mode 0\)/);
  });

  it("are none, with the reason, where there is no sysfs to find them in", () => {
    rmSync(`${tree.root}/sys`, { recursive: true });
    open();
    expect(watch!.ports()).toEqual([]);
    expect(watch!.problem).toBe("follow ports: there is no sysfs to find them in");
  });

  it("are not looked at while the user types", async () => {
    tree.usbSerial("ttyUSB0", {});
    open(10);
    await until("a look", () => changes > 0);
    watch!.putOff();
    const [before, quietMs] = [changes, performance.now() + 400];
    let other = 0;
    const clock = watchPorts(() => other++, { roots: tree.roots, lockDirectories: [locks], lookMs: 10 });
    await until("looks of another one", () => other > 3);
    if (performance.now() < quietMs) expect(changes).toBe(before);
    clock.close();
    await until("another look", () => changes > before);
  });

  it("are not looked at any more when nobody wants to know", async () => {
    tree.usbSerial("ttyUSB0", {});
    open(10);
    await until("a look", () => changes > 0);
    watch!.close();
    const before = changes;
    tree.usbSerial("ttyUSB1", { at: "1-2" });
    let other = 0;
    watch = watchPorts(() => other++, { roots: tree.roots, lockDirectories: [locks], lookMs: 10 });
    await until("looks of another one", () => other > 3);
    expect(changes).toBe(before);
  });
});
