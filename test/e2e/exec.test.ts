/** A command with the port as its stdin and stdout, as `--exec` and as the key `!`. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unreadBytes } from "../../src/tty/ioctl.js";
import { hasFlag, type Termios } from "../../src/tty/termios.js";
import { ROBIN, type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let user: TestPty;
let before: Termios;
let run: RobinRun | undefined;
let folder: string;

beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  before = user.termios;
  folder = mkdtempSync(join(tmpdir(), "robin-exec-"));
});
afterEach(async () => {
  run?.child.kill("SIGKILL");
  await run?.status;
  run = undefined;
  device.close();
  user.close();
  rmSync(folder, { recursive: true });
});

type Options = Parameters<typeof runRobin>[1];

/** Starts it on the port, and waits until the command runs. */
async function exec(command: string, options: Options = { stdin: "ignore" }, ...more: string[]) {
  run = runRobin(["-v", "--no-lock", "--exec", command, device.path, ...more], options);
  const { stdin } = options;
  if (typeof stdin === "object") await user.expect("running");
  else await run.said("running");
  return run;
}

/** The same at a terminal of its own. */
const execAtTerminal = (command: string) =>
  exec(command, { stdin: user, stdout: user, stderr: user, ownSession: true });

const isRaw = () => !hasFlag(user.termios, "ICANON");

describe("robin --exec", () => {
  it("gives the command what arrives, sends what it prints, and shows its stderr", async () => {
    const { status } = await exec('read line; echo "heard $line" >&2; printf "reply to $line"');
    await device.write("a question\n");
    expect(await status).toBe(0);
    expect(run!.stderr).toMatch(/^heard a question$/m);
    await device.expect("reply to a question");
    expect(run!.stdout.toString()).toBe("");
  });

  it.each([
    ["exit 3", 3],
    ["kill -KILL $$", 137],
    ["no-such-program", 127],
  ])("exits as the command: %s", async (command, status) => {
    expect(await (await exec(command)).status).toBe(status);
  });

  it("sends all that the command has printed before it exits", async () => {
    const { status } = await exec("seq 1 40000");
    await device.expect((_, bytes) => bytes.length >= 228_894);
    expect(await status).toBe(0);
    expect(device.received.toString().startsWith("1\n2\n3\n")).toBe(true);
    expect(device.received.toString().endsWith("\n39999\n40000\n")).toBe(true);
  });

  it("keeps what goes both ways, and the command, in log and recording", async () => {
    const [log, record] = [join(folder, "log"), join(folder, "record")];
    const { status } = await exec(
      "read line; printf there; exit 3",
      { stdin: "ignore" },
      ...["--log", log, "--record", record],
    );
    await device.write("here\n");
    expect(await status).toBe(3);
    expect(readFileSync(log, "utf8")).toBe("here\n");
    const events = readFileSync(record, "utf8").trim().split("\n");
    const told = events
      .map((line) => JSON.parse(line))
      .map(({ event, text, status }) => [event, text ?? status]);
    expect(told).toEqual([
      ["start", undefined],
      ["settings", undefined],
      ["command", undefined],
      ["rx", "here\n"],
      ["tx", "there"],
      ["command", 3],
      ["end", undefined],
    ]);
  });

  it("keeps how the command ended where the port was lost, before the end", async () => {
    const record = join(folder, "record");
    const { status } = await exec("cat; exit 3", { stdin: "ignore" }, "--record", record);
    device.close();
    expect(await status).toBe(5);
    const events = readFileSync(record, "utf8").trim().split("\n");
    const [command, end] = events.slice(-2).map((line) => JSON.parse(line));
    expect(command).toMatchObject({ event: "command", status: 3 });
    expect(end).toMatchObject({ event: "end", reason: "lost" });
  });

  it("does not read its own stdin, and leaves it to others", async () => {
    run = runRobin(["-v", "--no-lock", "--exec", "cat >/dev/null & sleep 0.1; printf done", device.path]);
    run.child.stdin!.write("not for the port");
    expect(await run.status).toBe(0);
    await device.expect("done");
    expect(device.received.toString()).toBe("done");
  });

  it("shows what the command did not read, in order, on stdout", async () => {
    const go = join(folder, "go");
    await exec(`dd bs=1 count=3 of=/dev/null 2>/dev/null; while [ ! -e '${go}' ]; do sleep 0.01; done`);
    await device.write("abcdefghi");
    await until("it to be read", () => unreadBytes(device.slave) === 0);
    writeFileSync(go, "");
    expect(await run!.status).toBe(0);
    expect(run!.stdout.toString()).toBe("defghi");
  });

  it("is not held by a process that the command leaves behind with its stdout", async () => {
    const { status } = await exec("printf early; sleep 5 2>/dev/null & exit 4");
    expect(await status).toBe(4);
    await device.expect("early");
  });

  it("holds the port when a command does not read, and shows all of it in the end", async () => {
    await exec("sleep 1000");
    const flood = Buffer.alloc(40_000, "0123456789");
    await device.write(flood);
    process.kill(-childOf(run!), "SIGTERM");
    expect(await run!.status).toBe(143);
    expect(run!.stdout.equals(flood)).toBe(true);
  });

  it("ends the command's stdin when the port hangs up, and exits with 5", async () => {
    await exec("cat >/dev/null; sleep 0.2; echo at the end >&2");
    device.hangUp();
    expect(await run!.status).toBe(5);
    expect(run!.stderr).toMatch(/^at the end$/m);
    expect(run!.stderr).toContain("the port was lost");
  });

  it("passes a signal on, sends what the command says last, and exits with the signal's status", async () => {
    await exec("trap 'printf bye; exit 0' TERM; printf ready; while :; do sleep 0.01; done");
    await device.expect("ready");
    run!.child.kill("SIGTERM");
    expect(await run!.status).toBe(143);
    await device.expect("readybye");
  });

  it("stops and goes on with its command", async () => {
    await exec("trap 'printf again' CONT; printf ready; while :; do sleep 0.01; done");
    await device.expect("ready");
    const command = childOf(run!);
    run!.child.kill("SIGTSTP");
    await until("the command to be stopped", () => stateOf(command) === "T");
    run!.child.kill("SIGCONT");
    await device.expect("readyagain");
    run!.child.kill("SIGTERM");
    expect(await run!.status).toBe(143);
  });

  it("leaves at once at a second signal, with the command killed", async () => {
    await exec("trap '' TERM HUP INT; printf ready; while :; do sleep 0.01; done");
    await device.expect("ready");
    const command = childOf(run!);
    const start = performance.now();
    run!.child.kill("SIGTERM");
    await run!.said("leaving");
    run!.child.kill("SIGTERM");
    expect(await run!.status).toBe(143);
    expect(performance.now() - start).toBeLessThan(1500);
    await until("the command to be killed", () => stateOf(command) === undefined);
  });
});

describe("robin --exec at a terminal", () => {
  it("hands it over with the settings that it had, and gives it back as it was", async () => {
    await execAtTerminal("stty -a <$(readlink /proc/$$/fd/2) >&2; echo settled >&2; read line; exit 2");
    await user.expect("settled");
    expect(user.termios).toEqual(before);
    await device.write("\n");
    expect(await run!.status).toBe(2);
    expect(user.termios).toEqual(before);
  });

  it("lets the command ask there: /dev/tty is the user's", async () => {
    await execAtTerminal("printf 'name? ' >/dev/tty; read name </dev/tty; printf \"I am $name\"");
    await user.expect("name? ");
    await user.write("Robin\n");
    expect(await run!.status).toBe(0);
    await device.expect("I am Robin");
    expect(user.termios).toEqual(before);
  });

  it("^C is the command's", async () => {
    await execAtTerminal("trap 'printf cancelled; exit 1' INT; printf ready; while :; do sleep 0.01; done");
    await device.expect("ready");
    await user.write("\x03");
    expect(await run!.status).toBe(1);
    await device.expect("readycancelled");
    expect(user.termios).toEqual(before);
  });

  it("^C ends a command that ignores it, typed again", async () => {
    await execAtTerminal("trap '' INT; printf ready; while :; do sleep 0.01; done");
    await device.expect("ready");
    await user.write("\x03");
    await user.expect("goes on after ^C; another ^C ends it");
    await user.write("\x03");
    expect(await run!.status).toBe(143);
    expect(user.termios).toEqual(before);
  });

  it("^Z is no end where nobody could wake the two up", async () => {
    await execAtTerminal("printf ready; read line; echo heard $line >&2");
    await device.expect("ready");
    await user.write("\x1a");
    await user.expect("^Z");
    await device.write("on we go\n");
    await user.expect("heard on we go");
    expect(await run!.status).toBe(0);
    expect(user.termios).toEqual(before);
  });

  it("puts right what a command that was killed has left of it", async () => {
    await execAtTerminal("stty raw -echo </dev/tty; printf ready; kill -KILL $$");
    expect(await run!.status).toBe(137);
    expect(user.termios).toEqual(before);
  });

  it("gives it back when a signal ends robin", async () => {
    await execAtTerminal("stty -echo </dev/tty; printf ready; sleep 1000");
    await device.expect("ready");
    run!.child.kill("SIGTERM");
    expect(await run!.status).toBe(143);
    expect(user.termios).toEqual(before);
  });
});

describe("the key !", () => {
  it("asks for a command, runs it, says how it ended, and the session goes on", async () => {
    run = runRobin(["--no-lock", device.path], { stdin: user, stdout: user, stderr: user, ownSession: true });
    await user.expect("quits");
    await until("raw", isRaw);
    await user.write("before\x1c!");
    await user.expect("! ");
    await user.write("read line; echo got $line >&2; dd bs=1 count=1 of=/dev/null 2>/dev/null; exit 3\r");
    await user.expect("running");
    await until("cooked", () => !isRaw());
    expect(user.termios).toEqual(before);
    await device.write("a line\nxunread");
    await user.expect("got a line");
    await user.expect("exit status 3");
    await user.expect("unread");
    await until("raw again", isRaw);
    await user.write("after");
    await device.expect("beforeafter");
    await user.write("\x1cq");
    expect(await run.status).toBe(0);
    expect(user.termios).toEqual(before);
  });

  it("leaves no command behind at a port that is gone, whatever it ignores", async () => {
    run = runRobin(["--no-lock", device.path], { stdin: user, stdout: user, stderr: user, ownSession: true });
    await user.expect("quits");
    await user.write("\x1c!trap '' HUP TERM; printf $$.; while :; do sleep 0.05; done\r");
    await device.expect(/^\d+\.$/);
    const pid = Number.parseInt(device.received.toString(), 10);
    device.hangUp();
    expect(await run.status).toBe(5);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(user.termios).toEqual(before);
  });
});

describe("job control", { retry: 2 }, () => {
  it("^Z stops the command and robin, and fg goes on with both", async () => {
    const shell = spawn("setsid", ["-c", "-w", "bash", "--norc", "--noediting", "-i"], {
      stdio: [user.slave, user.slave, user.slave],
      env: { ...process.env, PS1: "$ ", NO_COLOR: "1" },
    });
    try {
      await user.expect("$ ");
      before = user.termios;
      const command = 'printf ready; read line; echo "heard $line" >&2';
      await user.write(
        `'${process.execPath}' '${ROBIN}' --exec '${command}' ${device.path}; echo status=$?\n`,
      );
      await device.expect("ready");
      await user.write("\x1a");
      await user.expect("Stopped");
      expect(user.termios).toEqual(before);
      user.clear();
      await user.write("fg\n");
      await user.expect("--exec");
      await device.write("on we go\n");
      await user.expect("heard on we go");
      await user.write("echo end=$((40+2))\n");
      await user.expect("end=42");
      expect(user.termios).toEqual(before);
    } finally {
      shell.kill("SIGKILL");
    }
  });
});

/** The one child of robin's that runs. */
function childOf({ child }: RobinRun): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "latin1").trim().split(" ")[0]);
}

/** The state of a process (proc(5)); undefined where there is none, or only its status is left. */
function stateOf(pid: number): string | undefined {
  try {
    const state = /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1];
    return state === "Z" ? undefined : state;
  } catch {
    return undefined;
  }
}
