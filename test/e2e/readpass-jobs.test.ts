/** `robin readpass` suspended, in the background and brought back, under a shell that does job control. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasFlag, type Termios } from "../../src/tty/termios.js";
import { ROBIN } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const PROMPT = "enter password: ";

let dir: string;
let user: TestPty;
let shell: ReturnType<typeof spawn>;
let before: Termios;
/** The command line, its secret written to a file. */
let readpass: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "robin-readpass-"));
  user = new TestPty();
  shell = spawn("setsid", ["-c", "-w", "bash", "--norc", "--noediting", "-i"], {
    stdio: [user.slave, user.slave, user.slave],
    env: { ...process.env, PS1: "$ ", TERM: "dumb", NO_COLOR: "1" },
  });
  await user.expect("$ ");
  before = user.termios;
  readpass = `'${process.execPath}' '${ROBIN}' readpass >${dir}/secret`;
});
afterEach(() => {
  shell.kill("SIGKILL");
  user.close();
  rmSync(dir, { recursive: true });
});

/** Types a command line, waits for what it brings, and forgets what was shown so far. */
async function type(line: string, brings: string | RegExp): Promise<void> {
  user.clear();
  await user.write(line);
  await user.expect(brings);
}

/** Answers the prompt, and sees that all is as it should be. */
async function answer(): Promise<void> {
  expect(hasFlag(user.termios, "ECHO")).toBe(false);
  await type("s3cret\n", "$ ");
  expect(user.received.toString()).not.toContain("s3cret");
  await type("echo status=$?.\n", "status=0.");
  expect(readFileSync(`${dir}/secret`, "utf8")).toBe("s3cret\n");
  expect(user.termios).toEqual(before);
}

/** Starts it in the background, where it is stopped for want of the terminal. Its process id. */
async function startInBackground(): Promise<number> {
  await type(`${readpass} & echo pid=$!.\n`, /pid=\d+\./);
  const pid = Number(/pid=(\d+)\./.exec(user.received.toString())![1]);
  await stopped();
  return pid;
}

/** Waits until the shell knows that the job is stopped. */
async function stopped(): Promise<void> {
  await until("the job to be stopped", async () => {
    await type("jobs; echo end=$((40+2)).\n", "end=42.");
    return user.received.includes("Stopped");
  });
}

// About once in a hundred runs one of these waits in vain for the shell, more often on a machine that is overloaded; the reason
// is not found yet. With the faults that they are for they fail every time.
describe("robin readpass as a job", { retry: 2 }, () => {
  it("gives the terminal back at ^Z, discards half a secret, and asks again at fg", async () => {
    await type(`${readpass}\n`, PROMPT);
    await user.write("half a sec");
    await type("\x1a", "Stopped");
    expect(user.termios).toEqual(before);
    await type("fg\n", PROMPT);
    await answer();
  });

  it("waits in the background, touches nothing, and asks when it is brought to the foreground", async () => {
    await startInBackground();
    expect(user.termios).toEqual(before);
    expect(user.received.toString()).not.toContain(PROMPT);
    await type("fg\n", PROMPT);
    await answer();
  });

  it("is stopped again when it is sent to the background after ^Z", async () => {
    await type(`${readpass}\n`, PROMPT);
    await type("\x1a", "Stopped");
    await type("bg\n", "$ ");
    await stopped();
    expect(user.termios).toEqual(before);
    await type("fg\n", PROMPT);
    await answer();
  });

  it.each([
    "waits in the background",
    "was suspended",
    "was stopped by SIGSTOP",
    "was sent to the background after SIGSTOP",
  ])("ends at kill when it %s, and leaves the shell its terminal", async (how) => {
    let pid: number;
    if (how.startsWith("waits")) {
      pid = await startInBackground();
    } else {
      await type(`${readpass}\n`, PROMPT);
      pid = childOf(shell.pid!);
      if (how.startsWith("was suspended")) {
        await type("\x1a", "Stopped");
      } else {
        process.kill(pid, "SIGSTOP");
        await user.expect("Stopped");
      }
      if (how.startsWith("was sent")) {
        await type("bg\n", "$ ");
        await stopped();
      }
    }
    await user.write("kill %1\n");
    await until("it to be gone", () => !existsSync(`/proc/${pid}`));
    // The shell tells it at the prompt after its own waitpid(2), which may be any of the next ones.
    let asked = 0;
    await until("the shell to tell it", async () => {
      asked++;
      await user.write(`jobs; echo end=$((40+${asked})).\n`);
      await user.expect(`end=${40 + asked}.`);
      return /Terminated|Exit 143/.test(user.received.toString());
    });
    expect(user.termios).toEqual(before);
  });

  it("reads nothing of what is typed behind bg, and ends at kill", async () => {
    await type(`${readpass}\n`, PROMPT);
    const pid = childOf(shell.pid!);
    process.kill(pid, "SIGSTOP");
    await user.expect("Stopped");
    user.clear();
    // The shell reads the first line; the others are there when the job goes on, and are not for it.
    await user.write("bg\necho second=$((1+1)).\necho third=$((1+2)).\n");
    await user.expect("second=2.");
    await user.expect("third=3.");
    await stopped();
    await user.write("kill %1\n");
    await until("it to be gone", () => !existsSync(`/proc/${pid}`));
    expect(user.termios).toEqual(before);
  });

  it("is killed after SIGSTOP without a change to the line editor of the shell that took the terminal", async () => {
    await type("exec bash --norc -i\n", /\n.*\$ /);
    await until("the line editor", () => !hasFlag(user.termios, "ICANON"));
    const editing = user.termios;
    await type(`${readpass}\n`, PROMPT);
    const pid = childOf(shell.pid!);
    process.kill(pid, "SIGSTOP");
    await user.expect("Stopped");
    await until("the line editor", () => !hasFlag(user.termios, "ICANON"));
    process.kill(pid, "SIGTERM");
    process.kill(pid, "SIGCONT");
    await until("it to be gone", () => !existsSync(`/proc/${pid}`) || isZombie(pid));
    expect(user.termios).toEqual(editing);
  });

  it("asks again after a stop that cannot be seen coming", async () => {
    await type(`${readpass}\n`, PROMPT);
    process.kill(childOf(shell.pid!), "SIGSTOP");
    await user.expect("Stopped");
    await type("fg\n", PROMPT);
    await answer();
  });

  it("asks once more, and only once, after a SIGTSTP that stops nobody", async () => {
    // A process group without a shell above it is not stopped: the kernel ignores that.
    await type(`exec ${readpass}\n`, PROMPT);
    user.clear();
    process.kill(shell.pid!, "SIGTSTP");
    await user.expect(PROMPT);
    await user.write("s3cret\n");
    await until("the shell to end", () => shell.exitCode !== null);
    expect(readFileSync(`${dir}/secret`, "utf8")).toBe("s3cret\n");
    user.drain();
    expect(user.received.toString()).toBe(`\r\n${PROMPT}\r\n`);
    expect(user.termios).toEqual(before);
  });
});

/** The only child of a process. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

function isZombie(pid: number): boolean {
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
