/** `robin run` as a person has it: full-screen programs, keys that make signals, the size of the window. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { hasFlag, setFlag } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { screenOf } from "../support/screen.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const SIZE = { rows: 24, columns: 80 };

let user: TestPty;
let folder: string;
beforeEach(() => {
  user = new TestPty();
  setWindowSize(user.slave, SIZE);
  folder = mkdtempSync(`${tmpdir()}/robin-run-`);
});
afterEach(() => {
  user.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The user's terminal is robin's controlling terminal, so that robin hears of its size. */
function run(...args: string[]): RobinRun {
  return runRobin(["run", ...args], {
    stdin: user,
    stdout: user,
    stderr: user,
    ownSession: true,
    env: { TERM: "xterm", PS1: "$ ", HOME: folder },
  });
}

const has = (program: string) => spawnSync(program, ["--version"]).error === undefined;

/** Waits until the screen is such; what came since `clear` is shown on it. */
async function screen(holds: (lines: string[]) => boolean, size = SIZE): Promise<string[]> {
  let lines: string[] = [];
  await until(
    () => `a screen; there is\n${lines.join("\n")}`,
    async () => {
      user.drain();
      lines = await screenOf(user.received, size);
      return holds(lines);
    },
  );
  return lines;
}

describe("the hex view", () => {
  it("begins each row in the first column", async () => {
    const robin = run("sh", "-c", "stty -echo; read go; printf 0123456789abcdefX; read end");
    await user.expect("quits");
    await user.write("\x1cx");
    await user.expect("hex view is on");
    user.clear();
    await user.write("go\r");
    const [first, second] = await screen((lines) => lines.length === 2);
    expect([first, second]).toEqual([
      expect.stringMatching(/^00000000 {2}30 31 .*\|$/),
      expect.stringMatching(/^00000010 {2}58 .*\|$/),
    ]);
    await user.write("\x1cq");
    expect(await robin.status).toBe(129);
  });
});

describe("a full-screen program", () => {
  it.skipIf(!has("vi"))("vi edits and saves a file, and the screen is right at each step", async () => {
    const file = `${folder}/file.txt`;
    const robin = run("vi", file);
    await screen(
      (lines) => lines.slice(2, 23).every((line) => line === "~") && lines[23]?.includes("file.txt") === true,
    );
    await user.write("ione\rtwo\rthree");
    await screen((lines) => lines.slice(0, 3).join() === "one,two,three" && lines[3] === "~");
    await user.write("\x1bkIX");
    await screen((lines) => lines.slice(0, 3).join() === "one,Xtwo,three");
    await user.write("\x1b:wq\r");
    expect(await robin.status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("one\nXtwo\nthree\n");
  });

  it.skipIf(!has("less"))("less pages through a text", async () => {
    const robin = run("sh", "-c", "seq 1000 | less");
    await screen((lines) => lines[0] === "1" && lines[22] === "23");
    await user.write(" ");
    await screen((lines) => lines[0] === "24" && lines[22] === "46");
    await user.write("G");
    await screen((lines) => lines[22] === "1000");
    await user.write("q");
    expect(await robin.status).toBe(0);
  });

  it.skipIf(!has("top"))("top fills the window, and fills it again after a change of its size", async () => {
    const robin = run("top", "-d", "60");
    await screen((lines) => /^top - /.test(lines[0]!) && /PID USER/.test(lines[6] ?? ""));
    user.clear();
    const large = { rows: 40, columns: 120 };
    setWindowSize(user.slave, large);
    const lines = await screen(
      (now) => /^top - /.test(now[0] ?? "") && / TIME\+ COMMAND/.test(now[6] ?? ""),
      large,
    );
    expect(lines[6]!.length).toBeGreaterThan(60);
    await user.write("q");
    expect(await robin.status).toBe(0);
  });

  it("gets its line feeds as they are: they do not return where it has said so", async () => {
    const robin = run("-q", "sh", "-c", "stty -onlcr; printf 'ab\\ncd\\n'");
    expect(await robin.status).toBe(0);
    expect(await screen((lines) => lines.length === 2)).toEqual(["ab", "  cd"]);
  });
});

describe("the size of the window", () => {
  it("is there from the start, follows each change, and is told by SIGWINCH", async () => {
    // bash may miss a signal while it runs a trap: sizes are looked at, and one signal is enough.
    const script = `trap "echo told" WINCH
      while :; do now=$(stty size); [ "$now" = "$before" ] || echo "$now"; before=$now; read -t 0.02; done`;
    const robin = run("bash", "-c", script);
    await user.expect("24 80");
    setWindowSize(user.slave, { rows: 50, columns: 132 });
    await user.expect((text) => text.includes("50 132") && text.includes("told"));
    setWindowSize(user.slave, { rows: 10, columns: 20 });
    await user.expect("10 20");
    await user.write("\x1cq");
    await robin.status;
  });
});

describe("keys that make signals", () => {
  it("^C ends what runs in the foreground, and not robin", async () => {
    const robin = run("sh", "-c", "trap 'echo caught' INT; echo ready; sleep 1000; echo after; exit 9");
    await user.expect("ready");
    await user.write("\x03");
    await user.expect((text) => text.includes("caught") && text.includes("after"));
    expect(await robin.status).toBe(9);
  });

  it("^C ends a command by SIGINT: status 130", async () => {
    const robin = run("sleep", "1000");
    await until("the terminal to be raw", () => !hasFlag(user.termios, "ISIG"));
    await user.write("\x03");
    expect(await robin.status).toBe(130);
  });

  it("^Z and fg work in an inner shell, and ^\\ is its key when typed twice", async () => {
    const robin = run("bash", "--norc", "--noediting", "-i");
    await user.expect("$ ");
    await user.write("sleep 1000\r");
    await user.expect("sleep 1000");
    await until("sleep to be in the foreground", () => {
      const { stdout } = spawnSync("ps", ["-o", "stat=,args=", "--ppid", inner(robin)]);
      return /S\+ +sleep 1000/.test(stdout.toString());
    });
    await user.write("\x1a");
    await user.expect("Stopped");
    user.clear();
    await user.write("fg\r");
    await user.expect(/fg\r+\nsleep 1000/);
    await user.write("\x1c\x1c");
    await user.expect(/Quit/);
    user.clear();
    await user.write("tty; echo $((40+2)) >/dev/tty\r");
    await user.expect(/\/dev\/pts\/\d+\r+\n42/);
    await user.write("exit 6\r");
    expect(await robin.status).toBe(6);
  });
});

/** The PID of the command. */
function inner(robin: RobinRun): string {
  const { pid } = robin.child;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
}

describe("the terminal inside", () => {
  it("has the user's settings, field by field", async () => {
    const termios = user.termios;
    termios.cc[0] = 0x07; // VINTR
    termios.cc[2] = 0x08; // VERASE
    setFlag(termios, "IXANY");
    setFlag(termios, "IUTF8");
    setFlag(termios, "ECHOK", false);
    user.termios = termios;
    const robin = run("-q", "stty", "-g");
    expect(await robin.status).toBe(0);
    user.drain();
    const saved = spawnSync("stty", ["-g"], { stdio: [user.slave, "pipe", "pipe"] }).stdout.toString();
    expect(user.received.toString().trim()).toBe(saved.trim());
  });

  it("is greeted on, says what it is not, and lists the keys", async () => {
    const robin = run("--escape", "^A", "cat");
    await user.expect(/robin: running cat on \/dev\/pts\/\d+: \^A \? lists the keys, \^A q quits\r\n/);
    await user.write("\x01d");
    await user.expect(/robin: read modem lines of \/dev\/pts\/\d+: a command's terminal has no line\r\n/);
    await user.write("\x01b");
    await user.expect(/robin: send a break on .*no line\r\n/);
    await user.write("\x01+");
    await user.expect(/robin: set up .*: its settings are the command's\r\n/);
    await user.write("\x01s");
    await user.expect(/settings of \/dev\/pts\/\d+\r\n/);
    await user.write("\x01?");
    await user.expect("^A ^A  send ^A itself");
    await user.write("\x04");
    expect(await robin.status).toBe(0);
  });
});
