import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHistory } from "../../src/session/history.js";
import { createPrompt, type PromptOptions } from "../../src/session/open-prompt.js";
import { wordRows } from "../../src/session/prompt-line.js";

const ROWS = 6;

interface Screen {
  write(text: string): void;
  /** The rows, without what is empty at their ends, and where the cursor stands. */
  look(): Promise<{ rows: string[]; row: number; column: number }>;
  /** Whether the next character would be red. */
  isRed(): Promise<boolean>;
}

function screen(columns: number): Screen {
  const terminal = new xterm.Terminal({ cols: columns, rows: ROWS, scrollback: 100, allowProposedApi: true });
  let done = Promise.resolve();
  const buffer = () => terminal.buffer.active;
  const line = (row: number) => buffer().getLine(row);
  return {
    write(text) {
      done = new Promise((resolve) => terminal.write(text, resolve));
    },
    async look() {
      await done;
      const rows = Array.from({ length: buffer().length }, (_, row) =>
        line(row)!.translateToString(true).trimEnd(),
      );
      while (rows.at(-1) === "") rows.pop();
      return { rows, row: buffer().baseY + buffer().cursorY, column: buffer().cursorX };
    },
    async isRed() {
      await new Promise<void>((resolve) => terminal.write("x", resolve));
      return (
        line(buffer().baseY + buffer().cursorY)!
          .getCell(buffer().cursorX - 1)!
          .getFgColor() === 1
      );
    },
  };
}

function ask(columns: number, before: string, options: Partial<PromptOptions> = {}) {
  const on = screen(columns);
  on.write(before);
  const prompt = createPrompt({
    label: ": ",
    history: createHistory(["parity even"]),
    columns: () => columns,
    write: on.write,
    ...options,
  });
  return { ...on, prompt, type: (keys: string) => prompt.push(Buffer.from(keys)) };
}

describe("a prompt", () => {
  it("stands below what the device shows, with its cursor in the line", async () => {
    const { type, look } = ask(40, "Linux\r\nlogin: ");
    expect(await look()).toEqual({ rows: ["Linux", "login:", ":"], row: 2, column: 2 });
    type("bps 9600\x1b[D\x1b[D");
    expect(await look()).toEqual({ rows: ["Linux", "login:", ": bps 9600"], row: 2, column: 8 });
    type("\x15");
    expect(await look()).toEqual({ rows: ["Linux", "login:", ": 00"], row: 2, column: 2 });
  });

  it("draws nothing while the terminal is stopped, and what was typed meanwhile afterwards", async () => {
    let isStopped = false;
    const written: string[] = [];
    const on = screen(40);
    const { prompt, type } = ask(40, "", {
      write(text) {
        written.push(text);
        on.write(text);
      },
      takesText: () => !isStopped,
    });
    written.length = 0;
    isStopped = true;
    type("bps 9600");
    prompt.redraw();
    expect(written).toEqual([]);
    isStopped = false;
    prompt.redraw();
    expect((await on.look()).rows.at(-1)).toBe(": bps 9600");
  });

  it("stands in the cursor's row where that is empty", async () => {
    const { look, type } = ask(40, "Linux\r\n", { atLineStart: true });
    expect(await look()).toEqual({ rows: ["Linux", ":"], row: 1, column: 2 });
    type("\x03");
    expect(await look()).toEqual({ rows: ["Linux"], row: 1, column: 0 });
  });

  it.each([
    ["in the middle of the screen", "Linux\r\nlogin: "],
    ["at its bottom", `${"row\r\n".repeat(9)}login: `],
    ["in colours", "\x1b[31mlogin: "],
  ])("leaves no trace %s", async (_, before) => {
    for (const keys of ["bps 9600\r", "\x03", `${"x".repeat(200)}\x1b\x1b`]) {
      const plain = screen(40);
      plain.write(before);
      const was = await plain.look();
      const { type, look, isRed } = ask(40, before);
      type(keys);
      expect(await look()).toEqual(was);
      expect(await isRed()).toBe(before.includes("31m"));
    }
  });

  it("gives its answer with the keys behind it", () => {
    const { type, prompt } = ask(40, "");
    expect(type("bps")).toEqual({ at: 3 });
    expect(type(" 9600\rx")).toEqual({ at: 6, done: "bps 9600" });
    expect(type("y")).toEqual({ at: 0, cancelled: true });
    prompt.close();
  });

  it("is cancelled by an Esc alone", async () => {
    const { type, prompt, look } = ask(40, "> ");
    expect(type("a\x1b")).toEqual({ at: 2 });
    expect(prompt.isEscapePending).toBe(true);
    expect(prompt.endEscape().cancelled).toBe(true);
    expect(await look()).toEqual({ rows: [">"], row: 0, column: 2 });
  });

  it("leaves the cursor in its own row where the window's size has moved the others", async () => {
    const { prompt, look, type, write } = ask(40, "device> ");
    type("x");
    write("\x1b[H\x1b[L\x1b[3;4H"); // a row more at the top
    prompt.redrawMoved();
    type("\x03");
    expect(await look()).toEqual({ rows: ["", "device>"], row: 2, column: 0 });
  });

  it("is closed from outside, once", async () => {
    const { prompt, look, type, write } = ask(40, "> ");
    type("abc");
    prompt.close();
    write("device");
    prompt.close();
    prompt.redraw();
    expect(await look()).toEqual({ rows: ["> device"], row: 0, column: 8 });
  });

  it("shows the part of a long line where the cursor is", async () => {
    const { type, look } = ask(20, "", { atLineStart: true });
    const text = "abcdefghijklmnopqrstuvwxyz";
    const row = async () => (await look()).rows[0];
    type(text.slice(0, 16));
    expect(await row()).toBe(": abcdefghijklmnop");
    type(text.slice(16));
    expect(await row()).toBe(": <pqrstuvwxyz");
    expect((await look()).column).toBe(14);
    type("\x01");
    expect(await row()).toBe(": abcdefghijklmnop>");
    expect((await look()).column).toBe(2);
    type("\x1b[C".repeat(17));
    expect((await row())!.endsWith(">")).toBe(true);
    expect((await look()).rows).toHaveLength(1);
    type("\x05\r");
    expect((await look()).rows).toEqual([]);
  });

  it("counts wide characters and marks", async () => {
    const { type, look } = ask(20, "", { atLineStart: true });
    type("路e\u0301x\x1b[D");
    expect(await look()).toEqual({ rows: [": 路e\u0301x"], row: 0, column: 5 });
  });

  it("never leaves its row, whatever is typed and however narrow it is", async () => {
    const key = fc.constantFrom(
      "a",
      "bcdef",
      "路路",
      "e\u0301",
      "\x01",
      "\x05",
      "\x1b[D",
      "\x1b[C",
      "\x7f",
      "\x17",
      "\x12",
      "\x10",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 30 }),
        fc.array(key, { maxLength: 40 }),
        async (columns, keys) => {
          const { type, look } = ask(columns, "$ ");
          for (const one of keys) type(one);
          const { rows, row, column } = await look();
          expect(rows.length).toBeLessThanOrEqual(2);
          expect(row).toBe(1);
          expect(column).toBeLessThan(columns);
          type("\x03");
          type("\x03");
          expect(await look()).toEqual({ rows: ["$"], row: 0, column: Math.min(2, columns - 1) });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("shows what is searched for", async () => {
    const { type, look } = ask(40, "> ");
    type("\x12even");
    expect(await look()).toEqual({ rows: [">", "(search: even) parity even"], row: 1, column: 22 });
    type("\x1b[F");
    expect((await look()).rows[1]).toBe(": parity even");
  });

  it("lists the words to choose from at the second Tab", async () => {
    const { type, look } = ask(24, "> ", { complete: () => ["parity", "printable", "port"] });
    type("p\t\t");
    expect(await look()).toEqual({
      rows: [">", "parity     printable", "port", ": p"],
      row: 3,
      column: 3,
    });
    type("\x03");
    expect(await look()).toEqual({ rows: [">", "parity     printable", "port"], row: 3, column: 0 });
  });

  it("rings the bell for a key that does nothing", () => {
    const written: string[] = [];
    const { type } = ask(40, "", { write: (text) => void written.push(text) });
    type("ab");
    expect(written.join("")).not.toContain("\x07");
    type("\x06");
    expect(written.at(-1)!.endsWith("\x07")).toBe(true);
    type("c");
    expect(written.at(-1)).not.toContain("\x07");
  });
});

it("a list of many words has a last row that says how many more there are", () => {
  const words = Array.from({ length: 100 }, (_, n) => `word-${n}`);
  expect(wordRows(words, 40)).toHaveLength(8);
  expect(wordRows(words, 40).at(-1)).toBe("and 72 more");
  expect(wordRows(["a-very-long-word"], 5)).toEqual(["a-very-long-word"]);
});
