/** The end of children, by a pidfd and without one. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChildExit, decodeWaitStatus, onChildExit, reap } from "../../src/tty/child-exit.js";
import { spawnOnTerminal } from "../../src/tty/spawn.js";
import { errno, SysError } from "../../src/tty/sys-error.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => pty.close());

const withoutPidfd = () => {
  throw new SysError("pidfd_open", errno.ENOSYS);
};

const start = (script: string) => spawnOnTerminal("sh", ["-c", script], pty.path);

function pidfds(): number {
  const names = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return names.filter((name) => name.includes("pidfd") || name.startsWith("pidfs")).length;
}

describe("a wait status", () => {
  it("is an exit status where the low 7 bits are 0", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (status) => {
        expect(decodeWaitStatus(status << 8)).toEqual({ status });
      }),
    );
  });

  it("is a signal, by its name, and says whether there is a core", () => {
    expect(decodeWaitStatus(9)).toEqual({ signal: 9, name: "SIGKILL", dumpedCore: false });
    expect(decodeWaitStatus(6 | 0x80)).toEqual({ signal: 6, name: "SIGABRT", dumpedCore: true });
    expect(decodeWaitStatus(11 | 0x80)).toEqual({ signal: 11, name: "SIGSEGV", dumpedCore: true });
    expect(decodeWaitStatus(40)).toEqual({ signal: 40, name: "signal 40", dumpedCore: false });
  });
});

describe.each([
  ["by a pidfd", undefined],
  ["by SIGCHLD, where the kernel has no pidfd", withoutPidfd],
])("the end of a child, %s", (_, open) => {
  const end = (pid: number) => new Promise<ChildExit>((resolve) => onChildExit(pid, resolve, open));

  it("is told with its status, after it and before it", async () => {
    expect(await end(start("exit 3"))).toEqual({ status: 3 });
    const pid = start("read line; exit 4");
    const ended = end(pid);
    await pty.write("\n");
    expect(await ended).toEqual({ status: 4 });
  });

  it("is told with the signal that made it", async () => {
    expect(await end(start("kill -9 $$"))).toEqual({ signal: 9, name: "SIGKILL", dumpedCore: false });
  });

  it("is told once, and the child is reaped", async () => {
    const pid = start("exit 0");
    let told = 0;
    onChildExit(pid, () => told++, open);
    await until("the end", () => told > 0);
    expect(() => reap(pid)).toThrow(expect.objectContaining({ errno: errno.ECHILD }));
    process.emit("SIGCHLD", "SIGCHLD");
    expect(told).toBe(1);
  });

  it("takes nobody else's child", async () => {
    const others = spawn("sh", ["-c", "exit 7"]);
    const status = new Promise((resolve) => others.on("exit", resolve));
    expect(await end(start("exit 5"))).toEqual({ status: 5 });
    expect(await status).toBe(7);
  });

  it("is not told any more when nobody wants to know", async () => {
    const before = [pidfds(), process.listenerCount("SIGCHLD")];
    const pid = start("read line");
    let told = 0;
    const giveUp = onChildExit(pid, () => told++, open);
    giveUp();
    expect([pidfds(), process.listenerCount("SIGCHLD")]).toEqual(before);
    await pty.write("\n");
    await until("its end", () => reap(pid));
    expect(told).toBe(0);
  });

  it("is not told of a stop", async () => {
    const pid = start("kill -STOP $$; exit 6");
    const ended = end(pid);
    await until("it to be stopped", () => pidState(pid) === "T");
    process.kill(pid, "SIGCONT");
    expect(await ended).toEqual({ status: 6 });
  });
});

function pidState(pid: number): string {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))![1]!;
}
