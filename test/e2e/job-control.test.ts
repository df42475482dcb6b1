/** Suspending and going on, under a shell that does job control. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasFlag, type Termios } from "../../src/tty/termios.js";
import { ROBIN } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let user: TestPty;
let shell: ReturnType<typeof spawn>;
let before: Termios;

beforeEach(async () => {
  device = new TestPty();
  user = new TestPty();
  shell = spawn("setsid", ["-c", "-w", "bash", "--norc", "--noediting", "-i"], {
    stdio: [user.slave, user.slave, user.slave],
    env: { ...process.env, PS1: "$ ", NO_COLOR: "1" },
  });
  await user.expect("$ ");
  before = user.termios;
});
afterEach(() => {
  shell.kill("SIGKILL");
  device.close();
  user.close();
});

const raw = () => !hasFlag(user.termios, "ICANON");

// As in readpass-jobs.test.ts, the shell is now and then not heard of.
describe("job control", { retry: 2 }, () => {
  it("z gives the terminal back, keeps the port open, and fg goes on where it was", async () => {
    await user.write(`'${process.execPath}' '${ROBIN}' -b 57600 ${device.path}\n`);
    await user.expect("quits");
    await until("raw", raw);
    await user.write("\x1cz");
    await user.expect("Stopped");
    expect(user.termios).toEqual(before);
    expect(device.termios.ospeed).toBe(57600);

    await device.write("while you were away");
    await user.write("fg\n");
    await user.expect("while you were away");
    await until("raw", raw);
    await user.write("back");
    await device.expect("back");
    await user.write("\x1cq");
    await user.expect(`closed ${device.path}`);
    await until("the terminal to be the shell's again", () => !raw());
    expect(user.termios).toEqual(before);
  });

  it("SIGTSTP and SIGCONT from outside do the same", async () => {
    await user.write(`'${process.execPath}' '${ROBIN}' ${device.path} & echo pid=$!; fg\n`);
    await user.expect("quits");
    const pid = Number(/pid=(\d+)\r/.exec(user.received.toString())![1]);
    await until("raw", raw);
    process.kill(pid, "SIGTSTP");
    await user.expect("Stopped");
    expect(user.termios).toEqual(before);
    await user.write("fg\n");
    await until("raw", raw);
    await user.write("\x1cq");
    await user.expect(`closed ${device.path}`);
  });

  it.each(["SIGSTOP and bg", "a start in the background"])(
    "a session that may not read the terminal after %s stops, and ends at kill with the port restored",
    async (how) => {
      const portBefore = device.termios;
      const command = `'${process.execPath}' '${ROBIN}' -b 57600 ${device.path}`;
      if (how.startsWith("a start")) {
        await user.write(`${command} &\n`);
      } else {
        await user.write(`${command}\n`);
        await until("raw", raw);
        await user.expect("quits");
        process.kill(childOf(shell.pid!), "SIGSTOP");
        await user.expect("Stopped");
        user.clear();
        await user.write("bg\n");
      }
      await until("the port to be set", () => device.termios.ospeed === 57600);
      let asked = 0;
      await until("the job to be stopped", async () => {
        asked++;
        await user.write(`jobs; echo at=$((40+${asked})).\n`);
        await user.expect(`at=${40 + asked}.`);
        return user.received.includes("Stopped");
      });
      expect(user.termios).toEqual(before);
      await user.write("kill %1; wait; echo end=$((40+2))\n");
      await user.expect("end=42");
      // The shell's wait does not wait for a job that was stopped a moment ago.
      await until("the port to be restored", () => isDeepStrictEqual(device.termios, portBefore));
      expect(user.termios).toEqual(before);
    },
  );

  it("a suspended session that is killed restores the port and leaves the shell's terminal alone", async () => {
    const portBefore = device.termios;
    await user.write(`'${process.execPath}' '${ROBIN}' -b 57600 ${device.path}\n`);
    await user.expect("quits");
    await until("raw", raw);
    await user.write("\x1cz");
    await user.expect("Stopped");
    user.clear();
    await user.write("kill %1; wait; echo end=$((40+2))\n");
    await user.expect("end=42");
    await until("the port to be restored", () => isDeepStrictEqual(device.termios, portBefore));
    expect(user.termios).toEqual(before);
  });

  it("a stop by SIGSTOP cannot be seen coming, but going on takes the terminal again", async () => {
    await user.write(`'${process.execPath}' '${ROBIN}' ${device.path} & echo pid=$!; fg\n`);
    await user.expect("quits");
    const pid = Number(/pid=(\d+)\r/.exec(user.received.toString())![1]);
    await until("raw", raw);
    process.kill(pid, "SIGSTOP");
    await user.expect("Stopped");
    await until("the shell to have its terminal", () => !raw());
    await user.write("fg\n");
    await until("raw", raw);
    await user.write("\x1cq");
    await user.expect(`closed ${device.path}`);
    await until("the terminal to be the shell's again", () => !raw());
    expect(user.termios).toEqual(before);
  });
});

/** The only child of a process. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}
