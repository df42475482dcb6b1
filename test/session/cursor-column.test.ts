import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CursorColumn } from "../../src/session/cursor-column.js";

function columnAfter(bytes: string | Uint8Array, columns = 40, newlineReturns = false): number | undefined {
  const cursor = new CursorColumn({ columns: () => columns, newlineReturns, startColumn: 0 });
  cursor.see(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  return cursor.column;
}

describe("the cursor's column", () => {
  it.each<[string, string, number | undefined]>([
    ["goes on by what is shown", "login: ", 7],
    ["counts wide characters, marks and colours right", "\x1b[1;31m路e\u0301\x1b[0m", 3],
    ["returns by CR", "login: \rx", 1],
    ["stays at LF", "abc\n", 3],
    ["goes back by BS", "abc\b\b", 1],
    ["goes on by tabs", "abc\tx", 9],
    ["is behind a full row until something follows", "x".repeat(40), 40],
    ["begins another row then", "x".repeat(41), 1],
    ["takes a wide character that does not fit to the next row", `${"x".repeat(39)}路`, 2],
    ["is not moved by titles", "\x1b]0;a title\x07ab\x1b]2;x\x1b\\c", 3],
    ["is not moved by character sets", "\x1b(Bab\x1b=", 2],
    ["moves as it is told", "\x1b[10C\x1b[3D", 7],
    ["is set as it is told", "\x1b[12;5H", 4],
    ["is not known after a restored cursor", "abc\x1b8d", undefined],
    ["is not known on another screen", "abc\x1b[?1049hd", undefined],
    ["is known again after a newline", "abc\x1b8d\r\ne", 1],
  ])("%s", (_, bytes, column) => {
    expect(columnAfter(bytes)).toBe(column);
  });

  it.each<[string, number]>([
    ["12 %\r", 4],
    ["路路\r", 4],
    ["abc\b\b", 3],
    ["abc\r\x1b[K", 0],
    ["abc\r\x1b[1K", 3],
    [`${"x".repeat(42)}\r`, 2],
    ["abc\r\nd\r", 1],
  ])("knows behind which one its row is empty: %j", (bytes, end) => {
    const cursor = new CursorColumn({ columns: () => 40, newlineReturns: false, startColumn: 0 });
    cursor.see(Buffer.from(bytes));
    expect(cursor.end).toBe(end);
  });

  it("is not known before anything is shown, unless somebody says it", () => {
    const cursor = new CursorColumn({ columns: () => 80, newlineReturns: false });
    cursor.see(Buffer.from("abc"));
    expect(cursor.column).toBeUndefined();
    cursor.see(Buffer.from("\r\nabc"));
    expect(cursor.column).toBe(3);
  });

  it("returns by LF where the terminal makes it so", () => {
    expect(columnAfter("abc\nd", 40, true)).toBe(1);
  });

  const unit = fc.constantFrom(
    ...["a", "word ", "x".repeat(17), "路", "e\u0301", "é", "\r", "\n", "\r\n", "\b", "\t", "\x07", "\x0b"],
    ...[
      "\x1b[31m",
      "\x1b[0m",
      "\x1b[K",
      "\x1b[2J",
      "\x1b[5C",
      "\x1b[C",
      "\x1b[3D",
      "\x1b[7G",
      "\x1b[H",
      "\x1b[2;9H",
    ],
    ...[
      "\x1b[A",
      "\x1b[B",
      "\x1b[2E",
      "\x1b[F",
      "\x1bE",
      "\x1bM",
      "\x1bD",
      "\x1b[4X",
      "\x1b[2P",
      "\x1b[2@",
      "\x1b[L",
    ],
    ...[
      "\x1b[I",
      "\x1b[Z",
      "\x1b[?25l",
      "\x1b[?2004h",
      "\x1b]0;title\x07",
      "\x1bP1$r\x1b\\",
      "\x1b(B",
      "\x1b[6n",
      "\x1b[9d",
    ],
  );

  it("is where a terminal has it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(unit, { maxLength: 40 }),
        fc.integer({ min: 10, max: 50 }),
        async (units, columns) => {
          const terminal = new xterm.Terminal({ cols: columns, rows: 8, allowProposedApi: true });
          const bytes = Buffer.from(units.join(""));
          await new Promise<void>((resolve) => terminal.write(bytes, resolve));
          // What some sequences do behind a full row is not known.
          const known = columnAfter(bytes, columns);
          expect(known ?? terminal.buffer.active.cursorX).toBe(terminal.buffer.active.cursorX);
          if (!/\x1b\[\d*[IZXP@]/.test(units.join(""))) expect(known).toBeDefined();
        },
      ),
      { numRuns: 250 },
    );
  });

  it("is the same however the bytes are cut, whatever they are", () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x1b, 0x5b, 0x0d, 0x0a, 0xe8, 0xb7, 0xaf),
    );
    const bytes = fc.oneof(
      fc.array(byte, { maxLength: 60 }),
      fc.array(unit, { maxLength: 20 }).map((units) => [...Buffer.from(units.join(""))]),
    );
    fc.assert(
      fc.property(
        bytes,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc.boolean(),
        (given, cuts, newlineReturns) => {
          const cursor = new CursorColumn({ columns: () => 20, newlineReturns, startColumn: 0 });
          const all = Uint8Array.from(given);
          for (let at = 0, n = 0; at < all.length; n++) {
            const end = at + cuts[n % cuts.length]!;
            cursor.see(all.subarray(at, end));
            at = end;
          }
          expect(cursor.column).toBe(columnAfter(all, 20, newlineReturns));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
