/** Programs started on ptys of the real kernel. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reap } from "../../src/tty/child-exit.js";
import { withSignalIgnored } from "../../src/tty/libc.js";
import { spawnOnTerminal } from "../../src/tty/spawn.js";
import { errno, isErrno } from "../../src/tty/sys-error.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let pty: TestPty;
let folder: string;
beforeEach(() => {
  pty = new TestPty();
  folder = mkdtempSync(`${tmpdir()}/robin-spawn-`);
});
afterEach(() => {
  pty.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a shell prints on the pty, until it has ended. */
async function printed(script: string): Promise<string> {
  const pid = spawnOnTerminal("sh", ["-c", script], pty.path);
  expect(await until("the end of the shell", () => reap(pid))).toEqual({ status: 0 });
  pty.drain();
  return pty.received.toString().replaceAll("\r\n", "\n");
}

function refusal(command: string): number {
  try {
    spawnOnTerminal(command, [], pty.path);
  } catch (error) {
    if (isErrno(error)) return error.errno;
    throw error;
  }
  throw new Error(`${command} was started`);
}

describe("a program on a terminal", () => {
  it("leads a session of its own and has the terminal as its controlling one, in the foreground", async () => {
    const [pid, sid, pgid, tpgid] = (await printed("ps -o pid=,sid=,pgid=,tpgid= -p $$")).trim().split(/ +/);
    expect(sid).toBe(pid);
    expect(pgid).toBe(pid);
    expect(tpgid).toBe(pid);
    pty.clear();
    expect(await printed("tty; echo by name >/dev/tty")).toBe(`${pty.path}\nby name\n`);
  });

  it("has it as descriptors 0, 1 and 2, which stay open over exec, and gets none of this process's", async () => {
    const names = (await printed("for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done")).trim().split("\n");
    expect(names).toEqual([pty.path, pty.path, pty.path]);
    pty.clear();
    const others = "readlink /proc/self/fd/* | grep -c -e ptmx -e inotify -e eventpoll -e pidfd || true";
    expect((await printed(others)).trim()).toBe("0");
  });

  it("catches, ignores and blocks no signal, also where this process does", async () => {
    const fields = await withSignalIgnored(constants.signals.SIGUSR2, () =>
      printed("sed -n -E '/^Sig(Blk|Ign|Cgt)/p' /proc/self/status"),
    );
    expect(fields.replace(/\s+/g, " ").trim()).toBe(
      "SigBlk: 0000000000000000 SigIgn: 0000000000000000 SigCgt: 0000000000000000",
    );
  });

  it("has the environment and the folder of this process", async () => {
    process.env.ROBIN_TEST_WORD = "grüße";
    try {
      expect(await printed('echo "$ROBIN_TEST_WORD"; pwd')).toBe(`grüße\n${process.cwd()}\n`);
    } finally {
      delete process.env.ROBIN_TEST_WORD;
    }
  });

  it("gets its arguments as they are, also empty ones", async () => {
    const pid = spawnOnTerminal("printf", ["<%s>", "two words", "", "-x", "$HOME", "ü\n"], pty.path);
    await until("its end", () => reap(pid));
    pty.drain();
    expect(pty.received.toString()).toBe("<two words><><-x><$HOME><ü\r\n>");
  });
});

describe("a program that cannot be started", () => {
  it("is not found: ENOENT, by name and by path", () => {
    expect(refusal("no-such-program-anywhere")).toBe(errno.ENOENT);
    expect(refusal(`${folder}/none`)).toBe(errno.ENOENT);
  });

  it("is not executable or a folder: EACCES", () => {
    writeFileSync(`${folder}/plain`, "#!/bin/sh\n");
    expect(refusal(`${folder}/plain`)).toBe(errno.EACCES);
    expect(refusal(folder)).toBe(errno.EACCES);
  });

  it("is no program: ENOEXEC", () => {
    writeFileSync(`${folder}/text`, "just text\n", { mode: 0o755 });
    expect(refusal(`${folder}/text`)).toBe(errno.ENOEXEC);
  });

  it("leaves no process behind", () => {
    refusal("no-such-program-anywhere");
    expect(() => reap(-1)).toThrow(expect.objectContaining({ errno: errno.ECHILD }));
  });
});
