/** What is read from files: users, locks, the kernel's log, udev's rules, the kind of machine. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brlttyIds, readBrlttyRules } from "../../src/doctor/gather/brltty-rules.js";
import { readEnvironment } from "../../src/doctor/gather/environment.js";
import { parseKernelRecord, readKernelLog } from "../../src/doctor/gather/kmsg.js";
import { parseFlocks, readLockDirectories, readLockFiles } from "../../src/doctor/gather/locks.js";
import { readNode } from "../../src/doctor/gather/node.js";
import { Processes } from "../../src/doctor/gather/processes.js";
import { parseUartRow } from "../../src/doctor/gather/uart-row.js";
import { SYSTEM_ROOTS } from "../../src/port/discovery/roots.js";
import { nameOf, readGroups, readUser } from "../../src/port/groups.js";
import { TestPty } from "../support/test-pty.js";
import { Tree } from "./tree.js";

let tree: Tree;
beforeEach(() => {
  tree = new Tree();
});
afterEach(() => tree.remove());

describe("users and groups", () => {
  it("are those of both files, each with the file it stands in", () => {
    tree.files({
      "etc/group": "root:x:0:\ndialout:x:20:bob,alice\n# no group\nbroken\n",
      "usr/lib/group": "uucp:x:14:\n",
      "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
      "usr/lib/passwd": "daemon:x:2:2::/:/bin/false\n",
    });
    expect(readGroups(tree.root)).toEqual([
      { name: "root", gid: 0, members: [], file: "/etc/group" },
      { name: "dialout", gid: 20, members: ["bob", "alice"], file: "/etc/group" },
      { name: "uucp", gid: 14, members: [], file: "/usr/lib/group" },
    ]);
    expect(nameOf(0, tree.root)).toBe("root");
    expect(nameOf(2, tree.root)).toBe("daemon");
    expect(nameOf(9, tree.root)).toBeUndefined();
  });

  it("without files are numbers", () => {
    expect(readGroups(tree.root)).toEqual([]);
    expect(readUser(tree.root)).toMatchObject({ uid: process.getuid!(), name: String(process.getuid!()) });
    expect(readUser(tree.root).gids).toContain(process.getegid!());
  });
});

describe("the file of a port", () => {
  it("is a pty's slave with owner, mode and what may be done with it", () => {
    const pty = new TestPty();
    expect(readNode(pty.path, [], "")).toMatchObject({
      presence: "present",
      realPath: pty.path,
      node: {
        kind: "character device",
        uid: process.getuid!(),
        major: 136,
        minor: Number(pty.path.slice(9)),
      },
      access: { read: true, write: true },
    });
    pty.close();
  });

  it("is told by what it is, where it leads, and where nothing is", () => {
    const at = (name: string) => `${tree.root}/${name}`;
    tree.files({ file: "" });
    mkdirSync(at("directory"));
    symlinkSync("ttyUSB9", at("dangling"));
    symlinkSync("loop", at("loop"));
    symlinkSync("file", at("link"));
    expect(readNode(at("file"), [], "").node?.kind).toBe("regular file");
    expect(readNode(at("directory"), [], "").node?.kind).toBe("directory");
    expect(readNode(at("link"), [], "")).toMatchObject({ presence: "present", realPath: at("file") });
    expect(readNode(at("dangling"), [], "")).toMatchObject({ presence: "dangling", because: "ttyUSB9" });
    expect(readNode(at("loop"), [], "").presence).toBe("dangling");
    expect(readNode(at("nothing"), [], "").presence).toBe("absent");
    expect(readNode(at("file/x"), [], "").presence).toBe("absent");
    expect(readNode("/dev/null", [], "").node).toMatchObject({
      kind: "character device",
      major: 1,
      minor: 3,
    });
  });
});

describe("lock files", () => {
  const NAME = "LCK..ttyROBINDOCTOR";
  const device = "/dev/ttyROBINDOCTOR";
  const read = (holds: number[] = []) =>
    readLockFiles([device, device], readLockDirectories(tree.root), new Processes(SYSTEM_ROOTS), (pid) =>
      holds.includes(pid),
    );

  beforeEach(() => {
    mkdirSync(`${tree.root}/run/lock`, { recursive: true });
    mkdirSync(`${tree.root}/var`);
    symlinkSync("../run/lock", `${tree.root}/var/lock`);
  });

  it("are looked for once in a directory that has two names", () => {
    expect(readLockDirectories(tree.root)).toEqual([{ path: `${tree.root}/var/lock`, writable: true }]);
    rmSync(`${tree.root}/run/lock`, { recursive: true });
    expect(readLockDirectories(tree.root)).toEqual([]);
  });

  it("of a living process have it, and whether it has the port", () => {
    const file = `${tree.root}/var/lock/${NAME}`;
    writeFileSync(file, `${String(process.ppid).padStart(10)}\n`);
    expect(read()).toMatchObject([{ file, pid: process.ppid, process: { pid: process.ppid }, letGo: true }]);
    expect(read([process.ppid])).toMatchObject([{ letGo: false }]);
  });

  it("of no living process have its number, and none where it cannot be read", () => {
    writeFileSync(`${tree.root}/run/lock/${NAME}`, "   4194999\n");
    expect(read()).toMatchObject([{ pid: 4194999, removable: true }]);
    expect(read()[0]?.process).toBeUndefined();
    writeFileSync(`${tree.root}/run/lock/${NAME}`, "no number");
    expect(read()[0]?.pid).toBeUndefined();
    rmSync(`${tree.root}/run/lock/${NAME}`);
    expect(read()).toEqual([]);
  });
});

it("flocks are found by device and inode, whose numbers /proc/locks has in hexadecimal", () => {
  const text = [
    "1: FLOCK  ADVISORY  WRITE 812 00:05:1234 0 EOF",
    "2: POSIX  ADVISORY  WRITE 813 00:05:1234 0 EOF",
    "3: FLOCK  ADVISORY  WRITE 814 fd:1a:1234 0 EOF",
    "3: -> FLOCK  ADVISORY  WRITE 815 00:05:1234 0 EOF",
  ].join("\n");
  expect(parseFlocks(text, "0:5:1234")).toEqual([812, 815]);
  expect(parseFlocks(text, "253:26:1234")).toEqual([814]);
});

describe("the kernel's log", () => {
  it("has records with a time, a text and a dictionary", () => {
    const record = "6,1234,5000000,-;usb 1-1: it\\x27s\\x09here\n SUBSYSTEM=usb\n DEVICE=+usb:1-1\n";
    expect(parseKernelRecord(record, 7_500_000)).toEqual({ ageS: 2.5, text: "usb 1-1: it's\there" });
    expect(parseKernelRecord("6,1,9,-,caller=T1;text", 0)).toEqual({ ageS: 0, text: "text" });
    expect(parseKernelRecord(" SUBSYSTEM=usb", 0)).toBeUndefined();
  });

  it("that cannot be read is told by the error", () => {
    expect(readKernelLog(`${tree.root}/kmsg`)).toBe("ENOENT");
  });

  it("is not read from what only has its name: a console would lose what is typed", () => {
    const pty = new TestPty();
    symlinkSync(pty.path, `${tree.root}/kmsg`);
    expect(readKernelLog(`${tree.root}/kmsg`)).toBe("it is not the kernel's log");
    pty.close();
  });
});

describe("udev's rules of brltty", () => {
  const ROW = 'ENV{PRODUCT}=="1a86/7523/*", ENV{BRLTTY_BRAILLE_DRIVER}="bm", GOTO="brltty_usb_run"';

  it("name USB ids in two ways, and those in comments do not count", () => {
    expect(brlttyIds(`# Device: 1A86:7523\n${ROW}\nENV{PRODUCT}=="403/de58/*", X="y"`)).toEqual([
      "1a86/7523",
      "0403/de58",
    ]);
    expect(brlttyIds('ATTRS{idVendor}=="10C4", ATTRS{idProduct}=="EA60", X="y"')).toEqual(["10c4/ea60"]);
    expect(brlttyIds(`# ${ROW}`)).toEqual([]);
  });

  it("are overridden by a file of the same name in /etc", () => {
    tree.files({ "usr/lib/udev/rules.d/85-brltty.rules": ROW });
    expect(readBrlttyRules(tree.root)).toEqual([
      { file: "/usr/lib/udev/rules.d/85-brltty.rules", ids: ["1a86/7523"] },
    ]);
    mkdirSync(`${tree.root}/etc/udev/rules.d`, { recursive: true });
    symlinkSync("/dev/null", `${tree.root}/etc/udev/rules.d/85-brltty.rules`);
    expect(readBrlttyRules(tree.root)).toEqual([]);
  });
});

describe("the kind of machine", () => {
  const read = () => readEnvironment(tree.root, tree.roots);
  it.each([
    [{ "run/.containerenv": "" }, { container: "podman", containerMark: "/run/.containerenv" }],
    [{ ".dockerenv": "" }, { container: "docker", containerMark: "/.dockerenv" }],
    [{ "run/systemd/container": "lxc\n" }, { container: "lxc" }],
    [{ "proc/1/environ": "A=b\0container=systemd-nspawn\0" }, { container: "systemd-nspawn" }],
    [{ "proc/1/cgroup": "1:cpu:/kubepods/x\n" }, { container: "kubepods" }],
    [
      {
        "proc/sys/kernel/osrelease": "5.15.90.1-microsoft-standard-WSL2\n",
        "proc/1/environ": "container=wsl\0",
      },
      { isWsl: true, kernel: "5.15.90.1-microsoft-standard-WSL2" },
    ],
    [
      { "sys/class/dmi/id/sys_vendor": "innotek GmbH\n", "sys/class/dmi/id/product_name": "VirtualBox\n" },
      { virtualMachine: "VirtualBox" },
    ],
    [{ "proc/cpuinfo": "flags\t\t: fpu hypervisor lm\n" }, { virtualMachine: "of an unknown kind" }],
    [
      { "etc/os-release": 'NAME="x"\nID=ubuntu\n', "run/systemd/system/x": "" },
      { distribution: "ubuntu", hasSystemd: true },
    ],
  ])("%j is %j", (files, expected) => {
    tree.files(files as unknown as Record<string, string>);
    expect(read()).toMatchObject(expected);
  });

  it("without any mark is an ordinary one", () => {
    expect(read()).toEqual({ kernel: "", isWsl: false, hasSystemd: false });
  });
});

describe("a row of /proc/tty/driver/serial", () => {
  const text = [
    "serinfo:1.0 driver revision:",
    "0: uart:16550A port:000003F8 irq:4 tx:218 rx:5 fe:2 pe:1 brk:3 oe:4 bo:6 RTS|CTS|DTR|DSR|CD",
    "1: uart:16550A port:000002F8 irq:3 tx:0 rx:0",
    "2: uart:unknown port:00000000 irq:0",
    "3: uart:16550A port:000002F8 irq:3",
    "10: uart:16550A port:000002F8 irq:3 tx:1 rx:0 RI",
  ].join("\n");

  it("has counters and lines, without an open", () => {
    expect(parseUartRow(text, 0)).toEqual({
      counters: { tx: 218, rx: 5, frame: 2, parity: 1, brk: 3, overrun: 4, bufOverrun: 6 },
      lines: { dtr: true, rts: true, cts: true, dsr: true, dcd: true, ri: false },
    });
    expect(parseUartRow(text, 1)?.lines).toMatchObject({ dtr: false, cts: false });
    expect(parseUartRow(text, 10)?.lines.ri).toBe(true);
  });

  it("has nothing of a UART that is not fitted, nor for who is not root", () => {
    for (const line of [2, 3, 4]) expect(parseUartRow(text, line)).toBeUndefined();
  });
});

it("a directory that may not be searched is named", ({ skip }) => {
  if (process.getuid?.() === 0)
    skip("root may search every directory; test/e2e/doctor.test.ts asks as nobody");
  mkdirSync(`${tree.root}/closed/inner`, { recursive: true });
  chmodSync(`${tree.root}/closed`, 0);
  expect(readNode(`${tree.root}/closed/inner/tty`, [], "")).toMatchObject({
    presence: "unreachable",
    because: `${tree.root}/closed`,
  });
  chmodSync(`${tree.root}/closed`, 0o700);
});
