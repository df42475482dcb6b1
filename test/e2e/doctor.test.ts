/** `robin doctor`: what it finds on this machine, what it says to type, and that typing it helps. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { meantPort } from "../../src/cli/commands/doctor.js";
import { uucpLockName } from "../../src/port/uucp-lock.js";
import { close, read } from "../../src/tty/libc.js";
import { openPty } from "../../src/tty/pty.js";
import { errno } from "../../src/tty/sys-error.js";
import { doctor, report } from "../support/doctor.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  device = new TestPty();
  folder = mkdtempSync("/tmp/robin-doctor-");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  device.close();
  rmSync(folder, { recursive: true });
});

/** A process that has the pty open, and the test's own descriptor out of the way. */
async function hold(program = "sleep"): Promise<ChildProcess> {
  const child = spawn(program, ["1000"], { stdio: [device.slave, "ignore", "ignore"] });
  children.push(child);
  device.closeSlave();
  await until("it to run", () => existsSync(`/proc/${child.pid}/fd/0`));
  return child;
}

function type(command: string | undefined): void {
  const { status, stderr } = spawnSync("sh", ["-c", command ?? "exit 99"]);
  expect(`${status} ${stderr}`).toBe("0 ");
}

describe("a port that a process holds", () => {
  it("is held, status 4, and what is typed frees it", async () => {
    const child = await hold();
    const { status, out } = await doctor([device.path]);
    expect(out).toContain(`${device.path}: a pty, `);
    expect(out).toMatch(
      new RegExp(
        `^  ! held by sleep \\(PID ${child.pid}\\).*\\[/proc/${child.pid}/fd/0\\]\n      kill ${child.pid}\n`,
        "m",
      ),
    );
    expect(status).toBe(4);
    type(`kill ${child.pid}`);
    await until("it to end", () => child.signalCode !== null);
    expect((await report([device.path])).codes).toEqual([]);
  });

  it("shows its settings, which no open of its own was needed for", async () => {
    await hold();
    const { facts, codes, notLookedAt } = await report([device.path]);
    expect(facts).toMatchObject({
      ttyDriver: "pty_slave",
      settings: { bps: 38400, databits: 8, parity: "none" },
      holders: [{ command: "sleep" }],
    });
    expect(codes).toContain("warning echo");
    expect(notLookedAt.map(({ what }) => what)).not.toContain("settings, lines and counters");
  });

  it("by flock is held by the one who locked it", async () => {
    const locker = spawn("flock", ["--no-fork", device.path, "sleep", "1000"], { stdio: "ignore" });
    children.push(locker);
    await until("flock to hold it", () => spawnSync("flock", ["-n", device.path, "true"]).status === 1);
    device.closeSlave();
    const { findings } = await report([device.path]);
    expect(findings[0]).toMatchObject({
      code: "held",
      what: `held by sleep (PID ${locker.pid}): it has it open and has locked it (flock)`,
      type: `kill ${locker.pid}`,
    });
  });

  it("whose name could act on a terminal is shown without doing so", async () => {
    const program = `${folder}/ev\x1b[2Jil`;
    copyFileSync("/bin/sleep", program);
    await hold(program);
    const { out } = await doctor(["--color", "never", device.path]);
    expect(out).toContain("held by ev\\x1b[2Jil (PID");
    expect(out).not.toContain("\x1b");
  });
});

describe("a free port", () => {
  it("has nothing wrong, status 0, and is not opened, which would hang up its other end", async () => {
    const { master, path } = openPty();
    const state = () => read(master, Buffer.alloc(1));
    expect(state()).toBe(-errno.EAGAIN); // nobody has opened it yet
    const { status, out } = await doctor([path]);
    expect(out).toMatch(/^ {2}nothing is wrong/m);
    expect(status).toBe(0);
    expect(state()).toBe(-errno.EAGAIN);

    expect((await doctor(["--open", path])).status).toBe(0);
    expect(state()).toBe(-errno.EIO); // that was an open, and the last close
    close(master);
  });
});

describe("a name that is no port", () => {
  it("is told with status 3, and the ports there are", async () => {
    const { findings, status, codes } = await report(["ttyUSB99"]);
    expect(status).toBe(3);
    expect(codes).toContain("problem no-such-port");
    expect(findings[0]).toMatchObject({ what: expect.stringContaining("there is no /dev/ttyUSB99") });
  });

  it("chosen from ports there are not, is told the same way", async () => {
    const { findings, status } = await report(["usb:dead:beef"]);
    expect(status).toBe(3);
    expect(findings[0]).toMatchObject({ code: "no-such-port", seen: "/sys/class/tty" });
  });

  it.for<[what: string, name: string, code: string]>([
    ["a regular file", "file", "not-a-device"],
    ["a dangling link", "dangling", "dangling-link"],
    ["a device that is no tty", "/dev/null", "not-a-tty"],
    ["a virtual console", "/dev/tty1", "not-a-serial-port"],
    ["the multiplexer of ptys", "/dev/ptmx", "not-a-serial-port"],
  ])("is %s", async ([, name, code], { skip }) => {
    writeFileSync(`${folder}/file`, "");
    symlinkSync("nowhere", `${folder}/dangling`);
    if (name === "/dev/tty1" && !existsSync(name)) skip("there is no virtual console here");
    const { codes, status } = await report([name.startsWith("/") ? name : `${folder}/${name}`]);
    expect(codes.filter((one) => one.startsWith("problem"))).toContain(`problem ${code}`);
    expect(status).toBe(3);
  });

  it("is the nearest of those of its kind, and a typing mistake any", () => {
    const ports = ["/dev/ttyS0", "/dev/ttyACM3", "/dev/ttyUSB1"];
    expect(meantPort("/dev/ttyUSB0", ports)).toBe("/dev/ttyUSB1");
    expect(meantPort("/dev/ttyACM0", ["/dev/ttyS0"])).toBeUndefined();
    expect(meantPort("/dev/ttyusb1", ports)).toBe("/dev/ttyUSB1");
    expect(meantPort("/dev/ttyUBS1", ports)).toBe("/dev/ttyUSB1");
    expect(meantPort("/dev/modem", ports)).toBeUndefined();
  });
});

describe("a lock file", () => {
  const canWrite = (() => {
    try {
      accessSync("/var/lock", constants.W_OK);
      return true;
    } catch {
      return false;
    }
  })();
  let file: string;
  beforeEach(({ skip }) => {
    if (!canWrite) skip("/var/lock cannot be written here");
    file = `/var/lock/${uucpLockName(device.path)}`;
  });
  afterEach(() => rmSync(file, { force: true }));

  it("of a dead process is a warning; what is typed removes it", async () => {
    device.closeSlave();
    const dead = spawnSync("true").pid;
    writeFileSync(file, `${String(dead).padStart(10)}\n`);
    const { findings, status } = await report([device.path]);
    expect(status).toBe(0);
    expect(findings).toMatchObject([{ code: "stale-lock", severity: "warning", seen: file }]);
    type(findings[0]!.type);
    expect(existsSync(file)).toBe(false);
    expect((await report([device.path])).findings).toEqual([]);
  });

  it("of a living process that does not have the port says which file to remove", async () => {
    device.closeSlave();
    const child = spawn("sleep", ["1000"], { stdio: "ignore" });
    children.push(child);
    writeFileSync(file, `${String(child.pid).padStart(10)}\n`);
    const { findings, status } = await report([device.path]);
    expect(status).toBe(4);
    expect(findings[0]).toMatchObject({
      code: "held",
      seen: file,
      type: expect.stringMatching(/rm .*LCK\.\./),
    });
  });

  it("that says nothing is a warning", async () => {
    device.closeSlave();
    writeFileSync(file, "?");
    expect((await report([device.path])).codes).toEqual(["warning lock-unreadable"]);
  });
});
