import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../../src/bytes/char-width.js";
import { type RowLooks, rowText, type Span } from "../../../src/tui/ui/row-text.js";
import { WIDTHS } from "../../../src/tui/ui/widths.js";

const LOOKS: RowLooks = { utf8: true, color: true };

async function terminalWith(bytes: string | Uint8Array, columns = 20, rows = 4) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, logLevel: "off" });
  terminal.unicode.register(WIDTHS);
  terminal.unicode.activeVersion = WIDTHS.version;
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  return terminal;
}

async function rowOf(bytes: string | Uint8Array, columns = 20, looks = LOOKS, spans: readonly Span[] = []) {
  const { buffer } = await terminalWith(bytes, columns);
  return rowText(buffer.active.getLine(0), columns, buffer.active.getNullCell(), looks, spans);
}

const SGR = /\x1b\[[0-9;]*m/g;

describe("a row of a pane", () => {
  it("is as wide as the pane, and has no control sequence but colours, whatever the device sent", async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.oneof(
            fc.string({ unit: "binary", maxLength: 8 }),
            fc.constantFrom(
              "\x1b[",
              "\x1b]0;",
              "\x07",
              "\x9b",
              "m",
              "1;31",
              "\u202e",
              "\u200d",
              "日",
              "🙂",
              "e\u0301",
            ),
          ),
          { maxLength: 40 },
        )
        .map((parts) => new Uint8Array(Buffer.from(parts.join("")))),
    );
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.integer({ min: 2, max: 24 }),
        fc.boolean(),
        async (bytes, columns, utf8) => {
          const terminal = await terminalWith(bytes, 20);
          for (let row = 0; row < 4; row++) {
            const { active } = terminal.buffer;
            const text = rowText(active.getLine(row), columns, active.getNullCell(), { utf8, color: true });
            const plain = text.replace(SGR, "");
            expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
            expect(textWidth(plain)).toBe(columns);
            if (!utf8) expect(plain).toMatch(/^[\x20-\x7e]*$/);
            expect(text.match(SGR)?.at(-1) ?? "\x1b[0m").toBe("\x1b[0m");
          }
          terminal.dispose();
        },
      ),
      { numRuns: 200 },
    );
  });

  it("keeps the device's colours and attributes", async () => {
    const text = await rowOf(
      "\x1b[1;31ma\x1b[0;3;94mb\x1b[0;38;5;130mc\x1b[0;48;2;1;2;3md\x1b[0;4;9;7me\x1b[0mf\x1b[2;105mg\x1b[0m",
      8,
    );
    expect(text).toBe(
      "\x1b[0;1;31ma\x1b[0;3;94mb\x1b[0;38;5;130mc\x1b[0;48;2;1;2;3md\x1b[0;4;7;9me\x1b[0mf\x1b[0;2;105mg\x1b[0m ",
    );
  });

  it("draws what it draws: an emulator that gets the row looks the same", async () => {
    const attribute = fc.constantFrom("0", "1", "3", "4", "7", "31", "42", "97", "38;5;200", "48;2;9;8;7");
    const piece = fc.tuple(
      attribute,
      fc.string({ unit: fc.constantFrom("a", "Z", " ", "ä", "日"), maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        const device = await terminalWith(pieces.map(([sgr, text]) => `\x1b[${sgr}m${text}`).join(""), 40);
        const cell = device.buffer.active.getNullCell();
        const user = await terminalWith(rowText(device.buffer.active.getLine(0), 40, cell, LOOKS), 40);
        const seen = (terminal: typeof user) =>
          Array.from({ length: 40 }, (_, column) => {
            const at = terminal.buffer.active.getLine(0)!.getCell(column)!;
            const chars = at.getChars() || " ";
            return [chars, at.getFgColor(), at.getBgColor(), at.isBold(), at.isInverse(), at.isUnderline()];
          });
        // A blank that was never written and a space look the same.
        expect(seen(user)).toEqual(seen(device));
        device.dispose();
        user.dispose();
      }),
      { numRuns: 100 },
    );
  });

  it("shows what is hidden as blanks, and half of a wide character as one", async () => {
    expect(await rowOf("a\x1b[8mpassword\x1b[0mb", 12)).toMatch(/^a.*\x20{8}.*b {2}$/);
    expect((await rowOf("ab日", 3)).replace(SGR, "")).toBe("ab ");
  });

  it("shows marks of other scripts where there is UTF-8, and ? where there is not", async () => {
    expect((await rowOf("e\u0301日x", 6)).replace(SGR, "")).toBe("e\u0301日x  ");
    expect(await rowOf("é日x", 6, { utf8: false, color: false })).toBe("???x  ");
  });

  it("shows finds and choices in another way, with colours and without", async () => {
    const spans: Span[] = [
      { from: 0, to: 2, look: "match" },
      { from: 2, to: 4, look: "current" },
      { from: 4, to: 6, look: "selected" },
    ];
    expect(await rowOf("\x1b[31mabcdefg", 8, LOOKS, spans)).toBe(
      "\x1b[0;30;43mab\x1b[0;1;30;103mcd\x1b[0;7mef\x1b[0;31mg\x1b[0m ",
    );
    expect(await rowOf("abcdefg", 8, { utf8: true, color: false }, spans)).toBe(
      "\x1b[0;7mab\x1b[0;1;4;7mcd\x1b[0;7mef\x1b[0mg ",
    );
  });
});
