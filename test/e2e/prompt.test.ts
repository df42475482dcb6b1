/** The prompt and the keys for what is shown and kept, as a person at a terminal has them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { runRobin } from "../support/robin.js";
import { screenOf } from "../support/screen.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const SIZE = { rows: 24, columns: 80 };
const KEY = "\x1c";

let device: TestPty;
let user: TestPty;
let folder: string;
beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  setWindowSize(user.slave, SIZE);
  folder = mkdtempSync(join(tmpdir(), "robin-prompt-"));
});
afterEach(() => {
  device.close();
  user.close();
  rmSync(folder, { recursive: true });
});

/** A session at a terminal, at work in a folder of its own. */
async function session(...args: string[]) {
  const robin = runRobin(["--noflow", ...args, device.path], {
    stdin: user,
    stdout: user,
    stderr: user,
    cwd: folder,
    env: { XDG_STATE_HOME: folder },
  });
  await user.expect("quits");
  const screen = async () => {
    user.drain();
    return await screenOf(user.received, SIZE);
  };
  return {
    robin,
    screen,
    /** Waits for rows that satisfy `test`, and gives them. */
    async see(what: string, test: (rows: string[]) => boolean) {
      let rows: string[] = [];
      await until(
        () => `${what}; the screen has\n${rows.join("\n")}`,
        async () => {
          rows = await screen();
          return test(rows);
        },
      );
      return rows;
    },
    async quit() {
      const before = user.termios;
      await user.write(`${KEY}q`);
      const status = await robin.status;
      return { status, before };
    },
  };
}

const last = (rows: string[]) => rows.at(-1) ?? "";

describe("the prompt", () => {
  it("changes an option of the running session, and leaves the screen as it was", async () => {
    const { see, quit } = await session("-b", "115200");
    await device.write("login: ");
    await see("a prompt of the device", (rows) => last(rows) === "login:");
    await user.write(`${KEY}:bps 9600`);
    await see("what was typed", (rows) => last(rows) === ": bps 9600");
    await user.write("\r");
    const rows = await see("what stands", (now) => last(now).startsWith("robin: 9600"));
    expect(rows.at(-2)).toBe("login:");
    expect(device.termios.ospeed).toBe(9600);
    expect((await quit()).status).toBe(0);
  });

  it("keeps what the device says meanwhile for afterwards, and the log has it at once", async () => {
    const { see, quit } = await session("--log", "boot.log");
    await user.write(`${KEY}:ech`);
    await see("a question", (rows) => last(rows) === ": ech");
    await device.write("one\r\ntwo\r\n");
    await until("the log", () => readFileSync(join(folder, "boot.log"), "latin1") === "one\r\ntwo\r\n");
    await see("the question alone", (rows) => last(rows) === ": ech" && !rows.includes("one"));
    await user.write("\x03");
    await see("what came meanwhile", (rows) => rows.slice(-2).join() === "one,two");
    expect((await quit()).status).toBe(0);
  });

  it("completes names and values, finds what was asked before, and is left by Esc", async () => {
    const { see, quit } = await session();
    await user.write(`${KEY}:tim\t`);
    await see("a name", (rows) => last(rows) === ": timestamp");
    await user.write("ep\t\r");
    await see("the change", (rows) => last(rows) === "robin: timestamp epoch");
    await user.write(`${KEY}:`);
    await user.write("\x1b[A");
    await see("what was asked before", (rows) => last(rows) === ": timestamp epoch");
    await user.write("\x1b");
    await see("no question", (rows) => last(rows) === "robin: timestamp epoch");
    await user.write("x");
    await device.write("<");
    await see("a stamp", (rows) => /^\[\d{10}\.\d{6}\] <$/.test(last(rows)));
    expect(await device.expect("x")).toBe("x");
    expect((await quit()).status).toBe(0);
  });

  it("is left by the escape key, whose next key does what it always does", async () => {
    const { robin, see } = await session();
    await user.write(`${KEY}:half`);
    await see("a question", (rows) => last(rows) === ": half");
    await user.write(`${KEY}e`);
    await see("the key", (rows) => last(rows) === "robin: local echo is on" && !rows.includes(": half"));
    await user.write(`${KEY}!ha${KEY}${KEY}lf`);
    expect(await device.expect("lf")).toBe(`${KEY}lf`);
    await user.write(`${KEY}:half`);
    await see("a question", (rows) => last(rows) === ": half");
    await user.write(KEY);
    await user.write("q");
    expect(await robin.status).toBe(0);
  });

  it("says what is wrong with what was asked, and the session goes on", async () => {
    const { see, quit } = await session();
    await user.write(`${KEY}:bps fast\r`);
    await see("why not", (rows) =>
      last(rows).startsWith('robin: option --bps: "fast" is not a whole number'),
    );
    await user.write("still here");
    await device.expect("still here");
    expect((await quit()).status).toBe(0);
  });

  it("that there is no terminal for is told, and what is typed goes on to the port", async () => {
    const robin = runRobin(["--noflow", device.path], { stdin: user, stdout: user });
    await robin.said("quits");
    await user.write(`${KEY}:x${KEY}!y`);
    await device.expect("xy");
    await user.write(`${KEY}q`);
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toContain("robin: ask for an option: stderr is no terminal\n");
    expect(robin.stderr).toContain("robin: ask for a command: stderr is no terminal\n");
  });

  it("goes with the session that ends behind it", async () => {
    const { robin, see, screen } = await session();
    await user.write(`${KEY}:half`);
    await see("a question", (rows) => last(rows) === ": half");
    await device.write("last words\r\n");
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
    const rows = await screen();
    expect(rows.join("\n")).toContain("last words");
    expect(rows.join("\n")).not.toContain(": half");
  });
});

describe("keys for what is shown", () => {
  it("switch hex view and timestamps while the device talks", async () => {
    const { see, quit } = await session();
    await user.write(`${KEY}x`);
    await see("the notice", (rows) => last(rows) === "robin: hex view is on");
    await device.write("ABCDEFGHIJKLMNOP");
    await see("a row", (rows) => last(rows).endsWith("|ABCDEFGHIJKLMNOP|"));
    await user.write(`${KEY}x${KEY}t`);
    await see("the notice", (rows) => last(rows) === "robin: timestamps: time");
    await device.write("a line\r\n");
    await see("a stamp", (rows) => /^\[\d\d:\d\d:\d\d\.\d{3}\] a line$/.test(last(rows)));
    await user.write(`${KEY}t${KEY}t${KEY}t${KEY}t${KEY}t`);
    await see("the end of the formats", (rows) => last(rows) === "robin: timestamps: off");
    await device.write("plain\r\n");
    await see("a plain line", (rows) => last(rows) === "plain");
    expect((await quit()).status).toBe(0);
  });
});

describe("keys for what is kept", () => {
  it("begin a log that is named after date and port, mark it, and end it", async () => {
    const { see, quit } = await session("--record", "r.jsonl");
    await user.write(`${KEY}l`);
    await see("the log's name", (rows) => /^robin: log is .*-\d{8}-\d{6}\.log$/.test(last(rows)));
    await device.write("logged\r\n");
    await see("a line", (rows) => last(rows) === "logged");
    await user.write(`${KEY}m`);
    await see("the mark", (rows) => last(rows) === "robin: mark 1");
    await user.write(`${KEY}l`);
    await see("its end", (rows) => last(rows).endsWith(".log is closed"));
    await device.write("not logged\r\n");
    await see("another line", (rows) => last(rows) === "not logged");
    expect((await quit()).status).toBe(0);
    const name = readdirSync(folder).find((one) => one.endsWith(".log"))!;
    const log = readFileSync(join(folder, name), "latin1");
    expect(log).toMatch(/^logged\r\n-- MARK \d{4}-\d\d-\d\d \d\d:\d\d:\d\d mark 1 --\n$/);
    const events = readFileSync(join(folder, "r.jsonl"), "utf8").trimEnd().split("\n");
    expect(events.map((line) => JSON.parse(line).event)).toContain("mark");
  });
});

describe("a terminal behind which something was changed", () => {
  it("gets back what it had, after prompt, views and typing by lines", async () => {
    const found = user.termios;
    const { see, quit } = await session("--input", "line", "-t");
    await user.write("typed");
    await see("what is typed", (rows) => last(rows).endsWith("typed"));
    await user.write(`${KEY}:input hex\r`);
    await see("the change", (rows) => last(rows) === "robin: input hex");
    await user.write("7e");
    await device.expect("~");
    const { status, before } = await quit();
    expect(status).toBe(0);
    expect(before).not.toEqual(found);
    expect(user.termios).toEqual(found);
  });
});
