import xterm from "@xterm/headless";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CursorColumn } from "../../src/session/cursor-column.js";
import { createHistory } from "../../src/session/history.js";
import { createLineInput } from "../../src/session/line-input.js";

interface Screen {
  rows: string[];
  row: number;
  column: number;
}

/** A session's part of it: a terminal, a port, and an order of writing. */
function session(columns: number, { rows = 8, echo = false } = {}) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  let width = columns;
  let sent = "";
  const put = (bytes: Uint8Array) => terminal.write(Uint8Array.from(bytes));
  const input = createLineInput({
    columns: () => width,
    newlineReturns: false,
    startColumn: 0,
    history: createHistory(["older line"]),
    send: (bytes) => {
      sent += Buffer.from(bytes).toString();
      if (echo) receive(Buffer.from(bytes).toString().replaceAll("\r", "\r\n"));
    },
    write: put,
  });
  const receive = (text: string | Uint8Array) => {
    const bytes = Buffer.from(text);
    put(input.before());
    put(bytes);
    put(input.after(bytes));
  };
  const look = async (): Promise<Screen> => {
    await new Promise<void>((resolve) => terminal.write("", resolve));
    const buffer = terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, row) =>
      buffer.getLine(row)!.translateToString(true).trimEnd(),
    );
    while (lines.at(-1) === "") lines.pop();
    return { rows: lines, row: buffer.baseY + buffer.cursorY, column: buffer.cursorX };
  };
  return {
    input,
    receive,
    look,
    type: (keys: string) => input.typed(Buffer.from(keys)),
    sent: () => sent,
    resize(to: number) {
      width = to;
      terminal.resize(to, rows);
    },
  };
}

describe.each([40, 80])("a line typed at %d columns", (columns) => {
  it("stands behind what the device has shown, and is sent at Enter", async () => {
    const { receive, type, look, sent } = session(columns);
    receive("Linux\r\nlogin: ");
    type("rot");
    type("\x1b[Do");
    expect(await look()).toEqual({ rows: ["Linux", "login: root"], row: 1, column: 10 });
    expect(sent()).toBe("");
    type("\r");
    expect(sent()).toBe("root\r");
    expect(await look()).toEqual({ rows: ["Linux", "login:"], row: 1, column: 7 });
    receive("root\r\nPassword: ");
    expect(await look()).toEqual({ rows: ["Linux", "login: root", "Password:"], row: 2, column: 10 });
  });

  it("moves on behind what the device shows meanwhile", async () => {
    const { receive, type, look } = session(columns);
    receive("login: ");
    type("ro");
    receive("\r\n[  9.1] usb 1-1: new\r\nlogin: ");
    expect(await look()).toEqual({
      rows: ["login:", "[  9.1] usb 1-1: new", "login: ro"],
      row: 2,
      column: 9,
    });
    receive("\rabc");
    expect((await look()).rows[2]).toBe("abcin: ro");
  });

  it("hides nothing of a row to whose start the device has returned", async () => {
    const { receive, type, look } = session(columns);
    type("ab");
    receive("12 %\r");
    expect(await look()).toEqual({ rows: ["12 %ab"], row: 0, column: 6 });
    receive("13 %");
    type("c");
    expect(await look()).toEqual({ rows: ["13 %abc"], row: 0, column: 7 });
    receive(`\r${"=".repeat(columns)}\r`);
    expect(await look()).toEqual({ rows: ["=".repeat(columns), "abc"], row: 1, column: 3 });
    receive("\n> ");
    expect(await look()).toEqual({ rows: ["=".repeat(columns), "> abc"], row: 1, column: 5 });
  });

  it("goes on over the screen's edge, and is taken back from there", async () => {
    const { receive, type, look } = session(columns);
    receive("$ ");
    const text = "0123456789".repeat(10);
    for (const character of text) type(character);
    const whole = `$ ${text}`;
    const rows = [];
    for (let at = 0; at < whole.length; at += columns) rows.push(whole.slice(at, at + columns));
    expect(await look()).toEqual({ rows, row: rows.length - 1, column: whole.length % columns });
    type("\x01");
    expect(await look()).toEqual({ rows, row: 0, column: 2 });
    receive("x\r\n$ ");
    expect(await look()).toEqual({ rows: ["$ x", ...rows], row: 1, column: 2 });
    type("\x0b");
    expect(await look()).toEqual({ rows: ["$ x", "$"], row: 1, column: 2 });
  });

  it("that fills a row to its end has its cursor on the next", async () => {
    const { receive, type, look } = session(columns);
    receive("$ ");
    type("x".repeat(columns - 2));
    const full = `$ ${"x".repeat(columns - 2)}`;
    expect(await look()).toEqual({ rows: [full], row: 1, column: 0 });
    type("\x1b[Dy");
    expect(await look()).toEqual({ rows: [`${full.slice(0, -1)}y`, "x"], row: 1, column: 0 });
    receive("z");
    type("\x15");
    expect(await look()).toEqual({ rows: ["$ zx"], row: 0, column: 3 });
  });

  it("begins another row behind a full one", async () => {
    const { receive, type, look } = session(columns);
    receive("x".repeat(columns));
    type("ab");
    expect(await look()).toEqual({ rows: ["x".repeat(columns), "ab"], row: 1, column: 2 });
    receive("y");
    expect(await look()).toEqual({ rows: ["x".repeat(columns), "yab"], row: 1, column: 3 });
  });

  it("begins another row where nobody knows the cursor's column", async () => {
    const { receive, type, look } = session(columns);
    receive("abc\x1b7def\x1b8");
    type("xy");
    expect(await look()).toEqual({ rows: ["abcdef", "xy"], row: 1, column: 2 });
  });

  it("is seen in part where it is very long, at the bottom of the screen too", async () => {
    const { receive, type, look } = session(columns, { rows: 5 });
    receive(`${"boot\r\n".repeat(9)}$ `);
    type("a".repeat(columns * 9));
    const { rows, row } = await look();
    expect(rows.slice(0, 9)).toEqual(Array(9).fill("boot"));
    expect(rows.length).toBeLessThanOrEqual(13);
    expect(row).toBe(rows.length - 1);
    expect(rows[9]).toMatch(/^\$ <a+$/);
    receive("b\r\n");
    type("\x15");
    expect((await look()).rows).toEqual([...Array(9).fill("boot"), "$ b"]);
  });

  it("is what a terminal shows of the device's bytes alone, with the typed text behind them", async () => {
    const device = fc.constantFrom(
      "login: ",
      "word ",
      "\r\n",
      "\x1b[31mred\x1b[0m ",
      "路由器 ",
      "x".repeat(31),
      "\t",
      "a\b",
      "\r",
    );
    const keys = fc.constantFrom(
      "a",
      "some text ",
      "y".repeat(33),
      "路",
      "e\u0301",
      "\x1b[D",
      "\x01",
      "\x05",
      "\x7f",
      "\x17",
      "\x1b[A",
      "\x12old",
    );
    const step = fc.oneof(fc.record({ receive: device }), fc.record({ type: keys }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const one = session(columns, { rows: 30 });
        const cursor = new CursorColumn({ columns: () => columns, newlineReturns: false, startColumn: 0 });
        let all = "";
        for (const given of steps) {
          if ("type" in given) one.type(given.type);
          else {
            cursor.see(Buffer.from(given.receive));
            // A terminal's wrap that is due cannot be given back: what comes next is a row lower.
            const more = cursor.column === columns ? "." : "";
            cursor.see(Buffer.from(more));
            all += given.receive + more;
            one.receive(given.receive + more);
          }
        }
        const alone = session(columns, { rows: 30 });
        alone.receive(all);
        one.type("\x07\x05\x15");
        const left = await one.look();
        const expected = await alone.look();
        expect(left).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe("typing by lines", () => {
  afterEach(() => vi.useRealTimers());

  it("sends control characters at once", async () => {
    const { type, sent, look } = session(40);
    type("sleep 9\r");
    type("abc\x03");
    expect(sent()).toBe("sleep 9\r\x03");
    expect((await look()).rows).toEqual([]);
    type("\x04\x1a\x11");
    expect(sent()).toBe("sleep 9\r\x03\x04\x1a\x11");
  });

  it("sends each line of a paste, and keeps what is behind the last", async () => {
    const { type, sent, look, receive } = session(40, { echo: true });
    receive("$ ");
    type("one\rtwo\rthree");
    expect(sent()).toBe("one\rtwo\r");
    expect((await look()).rows).toEqual(["$ one", "two", "three"]);
  });

  it("sends Esc from an empty line when nothing comes behind it", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { type, sent } = session(40);
    type("\x1b");
    vi.advanceTimersByTime(49);
    expect(sent()).toBe("");
    vi.advanceTimersByTime(1);
    expect(sent()).toBe("\x1b");
    type("\x1b");
    type("[A");
    vi.advanceTimersByTime(1000);
    type("\r");
    expect(sent()).toBe("\x1bolder line\r");
  });

  it("has a history, and a search in it", async () => {
    const { type, look } = session(40);
    type("new line\r");
    type("\x1b[A\x1b[A");
    expect((await look()).rows).toEqual(["older line"]);
    type("\x15\x12new");
    expect(await look()).toEqual({ rows: ["(search: new) new line"], row: 0, column: 14 });
  });

  it("takes what is typed off the screen when it ends", async () => {
    const { type, look, input, receive } = session(40);
    receive("$ ");
    type("abc\x1b");
    input.close();
    input.close();
    expect(await look()).toEqual({ rows: ["$"], row: 0, column: 2 });
    expect(input.before()).toHaveLength(0);
  });

  it("writes nothing of its own while nothing is typed", () => {
    const { input } = session(40);
    expect(input.before()).toHaveLength(0);
    expect(input.after(Buffer.from("login: "))).toHaveLength(0);
  });

  it("finds its place again in a window of another size", async () => {
    const { type, look, receive, resize } = session(80);
    receive("$ ");
    type("x".repeat(60));
    await look();
    resize(40);
    type("y");
    type("\x15z");
    expect(await look()).toEqual({ rows: ["$ z"], row: 0, column: 3 });
  });
});
