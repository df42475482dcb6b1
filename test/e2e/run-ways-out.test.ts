/** Whatever ends `robin run`, the user's terminal is as it was, field by field, and the command's is hung up. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENDING_SIGNALS } from "../../src/cli/ending-signals.js";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { hasFlag, setFlag, type Termios } from "../../src/tty/termios.js";
import { ROBIN, type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;

let user: TestPty;
let before: Termios;
let folder: string;
const strays = new Set<number>();
beforeEach(() => {
  user = new TestPty();
  const termios = user.termios;
  setFlag(termios, "ECHOK", false);
  setFlag(termios, "IXANY");
  termios.cc[0] = 0x07;
  termios.cc[5] = 3;
  user.termios = termios;
  before = user.termios;
  folder = mkdtempSync(`${tmpdir()}/robin-run-`);
});
afterEach(() => {
  user.close();
  for (const pid of strays) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // gone
    }
  }
  strays.clear();
  rmSync(folder, { recursive: true, force: true });
});

const isRaw = () => !hasFlag(user.termios, "ICANON") && !hasFlag(user.termios, "OPOST");
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

interface Started {
  readonly robin: RobinRun;
  readonly pid: number;
}

/** Starts `script`, which is to print its PID as `pid=N`, and waits for that and for the raw terminal. */
async function start(
  script: string,
  options: Parameters<typeof runRobin>[1] = {},
  args: string[] = [],
): Promise<Started> {
  const robin = runRobin(["run", ...args, "sh", "-c", `echo pid=$$; ${script}`], {
    stdin: user,
    stdout: user,
    ...options,
  });
  const pid = Number(/pid=(\d+)\r/.exec(await user.expect(/pid=\d+\r/))![1]);
  strays.add(pid);
  await until("the terminal to be raw", isRaw);
  return { robin, pid };
}

const WAIT = "while :; do sleep 0.05; done";
const DEAF = `trap '' HUP; ${WAIT}`;

describe("the terminal is as it was, and the command is hung up", () => {
  it("after the command's end, and after its end by a signal", async () => {
    const { robin } = await start("read line; exit 3");
    await user.write("\r");
    expect(await robin.status).toBe(3);
    expect(user.termios).toEqual(before);
    const second = await start("read line; kill -TERM $$");
    await user.write("\r");
    expect(await second.robin.status).toBe(143);
    expect(second.robin.stderr).toContain("robin: sh was ended by SIGTERM\n");
    expect(user.termios).toEqual(before);
  });

  it("after the quit key: 129, for the command died by SIGHUP", async () => {
    const { robin, pid } = await start(WAIT);
    await user.write("\x1cq");
    expect(await robin.status).toBe(129);
    expect(isAlive(pid)).toBe(false);
    expect(user.termios).toEqual(before);
  });

  it("after the quit key, with the command's own status where it has one for SIGHUP", async () => {
    const { robin } = await start(`trap 'exit 12' HUP; ${WAIT}`);
    await user.write("\x1cq");
    expect(await robin.status).toBe(12);
    expect(user.termios).toEqual(before);
  });

  it("after the quit key, within a bound, though the command ignores SIGHUP: 0, and its PID is told", async () => {
    const { robin, pid } = await start(DEAF);
    await user.write("\x1cq");
    await until("the terminal to be given back at once", () => !isRaw());
    expect(user.termios).toEqual(before);
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toContain(`robin: hung up sh: it still runs, as PID ${pid}\n`);
    expect(isAlive(pid)).toBe(true);
  });

  it.each([...ENDING_SIGNALS])("after %s: 128+n, whatever the command does about SIGHUP", async (signal) => {
    const { robin, pid } = await start(signal === "SIGTERM" ? DEAF : WAIT);
    robin.child.kill(signal);
    expect(await robin.status).toBe(128 + constants.signals[signal]);
    expect(user.termios).toEqual(before);
    if (signal !== "SIGTERM") await until("the command to end", () => !isAlive(pid));
  });

  it("after SIGKILL at least the command is hung up", async () => {
    const { robin, pid } = await start(WAIT);
    robin.child.kill("SIGKILL");
    expect(await robin.status).toBe("SIGKILL");
    await until("the command to end", () => !isAlive(pid));
  });

  it.each([
    ["as its controlling terminal", true],
    ["that is not its controlling terminal", false],
  ])("after the user's terminal %s is hung up: 129", async (_, ownSession) => {
    const { robin, pid } = await start(WAIT, { ownSession });
    user.hangUp();
    expect(await robin.status).toBe(129);
    await until("the command to end", () => !isAlive(pid));
  });

  it("after a fault of robin's own: 1, which is told", async () => {
    const { robin, pid } = await start(WAIT, { env: { NODE_OPTIONS: `--require=${PLANT_FAULT}` } });
    robin.child.kill("SIGUSR2");
    expect(await robin.status).toBe(1);
    expect(robin.stderr).toContain("robin: a fault of robin's own: planted");
    expect(user.termios).toEqual(before);
    await until("the command to end", () => !isAlive(pid));
  });

  it("before it was ever taken, where there is no such command", async () => {
    const robin = runRobin(["run", "no-such-program-anywhere"], { stdin: user, stdout: user });
    expect(await robin.status).toBe(127);
    expect(user.termios).toEqual(before);
  });
});

describe("a screen that takes nothing", () => {
  it("does not hold robin for ever once the command has ended: --drain bounds it, and the rest is counted", async () => {
    // More than the user's terminal takes, and less than that and the command's: the command ends.
    const { robin, pid } = await start("read line; head -c 22000 /dev/zero; exit 3", {}, ["--drain", "100"]);
    await user.write("\r");
    await until("the command to end", () => !isAlive(pid));
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toMatch(
      /robin: show what sh printed: \d+ bytes were not taken when --drain ran out\n/,
    );
    expect(user.termios).toEqual(before);
  });

  it("does not keep the quit key from working", async () => {
    const { robin } = await start("yes", {}, ["--drain", "100"]);
    await user.write("\x1cq");
    expect(await robin.status).toBe(129);
    expect(user.termios).toEqual(before);
  });
});

describe("suspending", () => {
  it("gives the terminal back while the command goes on, and the window's new size arrives after fg", async () => {
    setWindowSize(user.slave, { rows: 24, columns: 80 });
    const shell = spawn("setsid", ["-c", "-w", "bash", "--norc", "--noediting", "-i"], {
      stdio: [user.slave, user.slave, user.slave],
      env: { ...process.env, PS1: "$ ", NO_COLOR: "1" },
    });
    try {
      await user.expect("$ ");
      const atPrompt = user.termios;
      const script = `while read line; do stty size; echo "got $line"; : >${folder}/$line; done`;
      await user.write(`'${process.execPath}' '${ROBIN}' run sh -c '${script}'\n`);
      await user.expect("quits");
      await until("raw", isRaw);
      // What is typed before the key is read by the command, stopped or not.
      await user.write("one\r");
      await user.expect(/24 80\r+\ngot one/);
      await user.write("two\r\x1cz");
      await user.expect("Stopped");
      expect(user.termios).toEqual(atPrompt);
      await until("the command to have gone on", () => existsSync(`${folder}/two`));
      setWindowSize(user.slave, { rows: 33, columns: 99 });
      await user.write("fg\n");
      await until("raw", isRaw);
      await user.write("three\r");
      await user.expect(/33 99\r+\ngot three/);
      await user.write("\x04");
      await user.expect(/\$ $/);
      expect(user.termios).toEqual(atPrompt);
    } finally {
      shell.kill("SIGKILL");
    }
  });
});
