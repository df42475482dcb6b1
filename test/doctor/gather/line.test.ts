/** Settings and queues of a port: through a holder's own descriptor, and by an open. */
import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lookByOpening, lookThroughHolder } from "../../../src/doctor/gather/line.js";
import { Processes } from "../../../src/doctor/gather/processes.js";
import { SYSTEM_ROOTS } from "../../../src/port/discovery/roots.js";
import { flow } from "../../../src/tty/ioctl.js";
import { read } from "../../../src/tty/libc.js";
import { borrowDescriptor } from "../../../src/tty/pidfd.js";
import { errno, isErrno } from "../../../src/tty/sys-error.js";
import { setFlag, setSpeed } from "../../../src/tty/termios.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";

let pty: TestPty;
let child: ChildProcess;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => {
  child?.kill("SIGKILL");
  pty.close();
});

async function held() {
  child = spawn("sleep", ["60"], { stdio: [pty.slave, "ignore", "ignore"] });
  return until("sleep to hold the pty", () => {
    const found = new Processes(SYSTEM_ROOTS).holders(pty.path);
    return found[0]?.command === "sleep" ? found : undefined;
  });
}

/** Yama's ptrace_scope, or a container's rules, may forbid it to an ordinary user. */
function mayBorrow(pid: number): boolean {
  try {
    borrowDescriptor(pid, 99);
  } catch (error) {
    return isErrno(error, errno.EBADF);
  }
  return true;
}

describe("a port that a program has open", () => {
  it("shows its settings through that program's descriptor, and nothing is opened", async ({ skip }) => {
    const holders = await held();
    if (!mayBorrow(holders[0]!.pid)) skip("this user may not take a descriptor of another process");
    const settings = pty.termios;
    setSpeed(settings, 250_000);
    setFlag(settings, "ECHO", false);
    pty.termios = settings;
    pty.closeSlave();
    const line = await lookThroughHolder(pty.path, holders);
    expect(line).toMatchObject({
      how: "through sleep's own descriptor",
      exclusive: false,
      discipline: 0,
      unsent: [0, 0],
    });
    expect(line?.termios?.ospeed).toBe(250_000);
    expect(line?.lines).toBeUndefined(); // a pty has none
    child.kill("SIGKILL");
    // The pty hangs up with its last user: nothing of doctor's keeps it open.
    await until("the master to hang up", () => read(pty.master, Buffer.alloc(1)) === -errno.EIO);
  });

  it("shows nothing of another file that has the descriptor's number by now", async ({ skip }) => {
    const holders = await held();
    if (!mayBorrow(holders[0]!.pid)) skip("this user may not take a descriptor of another process");
    const other = new TestPty();
    expect(await lookThroughHolder(other.path, holders)).toBeUndefined();
    other.close();
  });

  it("shows nothing through a descriptor that is gone", async () => {
    expect(
      await lookThroughHolder(pty.path, [{ pid: 4194999, fds: [3], uid: 0, command: "x" }]),
    ).toBeUndefined();
    expect(await lookThroughHolder(pty.path, [])).toBeUndefined();
  });
});

describe("a port that is opened", () => {
  it("shows the same", async () => {
    const { trial, line } = await lookByOpening(pty.path, true);
    expect(trial).toEqual({ state: "opened" });
    expect(line).toMatchObject({ how: "by an open", exclusive: false });
    expect(line?.termios).toEqual(pty.termios);
  });

  it("is left as it was, with what waits in it", async () => {
    const before = pty.termios;
    await pty.write("waiting\n");
    flow(pty.slave, "stopOutput");
    await lookByOpening(pty.path, true);
    flow(pty.slave, "startOutput");
    expect(pty.termios).toEqual(before);
    const into = Buffer.alloc(64);
    const n = await until("the bytes", () => Math.max(0, read(pty.slave, into)));
    expect(into.toString("latin1", 0, n)).toBe("waiting\n");
  });

  it("that is not there, or that has gone, is told by its error", async () => {
    expect((await lookByOpening("/dev/no-such", false)).trial).toEqual({
      state: "failed",
      errno: errno.ENOENT,
      text: "no such file or directory (ENOENT)",
    });
    pty.hangUp();
    expect((await lookByOpening(pty.path, false)).trial).toMatchObject({ state: "failed" });
  });
});
