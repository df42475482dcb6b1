/** Who has a device open or locked, seen on real processes with a pty of the test's own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandOf, flockHolder, holdersOf } from "../../src/port/holders.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const children: ChildProcess[] = [];
let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  pty.close();
});

function start(command: string, args: readonly string[], stdin: number | "ignore" = "ignore"): ChildProcess {
  const child = spawn(command, args, { stdio: [stdin, "ignore", "ignore"] });
  children.push(child);
  return child;
}

describe("the command of a process", () => {
  it("is its program's name", async () => {
    const { pid } = start("sleep", ["60"]);
    expect(await until("sleep to start", () => commandOf(pid!) === "sleep" && commandOf(pid!))).toBe("sleep");
  });

  it.each(["cjs", "mjs", "js"])("is the script's name without .%s where Node runs it", async (ending) => {
    const directory = mkdtempSync(`${tmpdir()}/robin-holders-`);
    try {
      const script = `${directory}/a-tool.${ending}`;
      writeFileSync(script, "setInterval(() => {}, 1e6);");
      const { pid } = start(process.execPath, [script, "--port", "x"]);
      await until("the script's name", () => commandOf(pid!) === "a-tool");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("is the interpreter's name where there is no script", async () => {
    const { pid } = start(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
    await until("node", () => commandOf(pid!) === "node");
  });

  it("is not known of a process that has ended", () => {
    expect(commandOf(spawnSync("true").pid)).toBeUndefined();
  });
});

describe("the holders of a device", () => {
  it("are the other processes that have it open, not this one", async () => {
    expect(holdersOf(pty.path)).toEqual([]);
    const first = start("sleep", ["61"], pty.slave);
    const second = start("sleep", ["62"], pty.slave);
    const holders = await until("both to hold it", () => {
      const found = holdersOf(pty.path).filter((one) => one.command === "sleep");
      return found.length === 2 ? found : undefined;
    });
    expect(holders.map((one) => one.pid).sort()).toEqual([first.pid!, second.pid!].sort());
    expect(holdersOf("/dev/pts/no-such")).toEqual([]);
  });

  it("are no more once they have ended", async () => {
    const child = start("sleep", ["60"], pty.slave);
    await until("it to hold the pty", () => holdersOf(pty.path).length === 1);
    child.kill("SIGKILL");
    await until("it to let go", () => holdersOf(pty.path).length === 0);
  });
});

describe("the holder of a device's flock", () => {
  it("is the process that took it, not one that only has the device open", async () => {
    start("sleep", ["60"], pty.slave);
    await until("sleep to hold it", () => holdersOf(pty.path).length === 1);
    const locker = start("flock", ["--no-fork", pty.path, "tail", "-f", "/dev/null"]);
    const holder = await until("flock to take it", () => {
      const found = flockHolder(pty.path);
      return found?.command === "tail" ? found : undefined;
    });
    expect(holder).toEqual({ pid: locker.pid, command: "tail" });
  });

  it("is one that has the device open where no lock can be seen", async () => {
    const { pid } = start("sleep", ["60"], pty.slave);
    await until("sleep to hold it", () => flockHolder(pty.path)?.command === "sleep");
    expect(flockHolder(pty.path)?.pid).toBe(pid);
  });

  it("is nobody where there is nobody", () => {
    expect(flockHolder(pty.path)).toBeUndefined();
    expect(flockHolder("/dev/no-such")).toBeUndefined();
  });
});
