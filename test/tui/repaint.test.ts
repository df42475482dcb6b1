import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repaintOf } from "../../src/tui/repaint.js";

const size = { rows: 8, columns: 24 };

async function screenAfter(...texts: readonly (string | Uint8Array)[]) {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  for (const text of texts) await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const cells = Array.from({ length: size.rows }, (_, row) =>
    Array.from({ length: size.columns }, (__, column) => {
      const cell = active.getLine(active.baseY + row)!.getCell(column)!;
      const text = cell.getChars() || " ";
      return `${text}${cell.isBold() ? "b" : ""}${cell.isInverse() ? "i" : ""}${cell.getFgColor()},${cell.getBgColor()}`;
    }).join("|"),
  );
  return { cells, cursor: [active.cursorX, active.cursorY] };
}

describe("what a full-screen program has drawn", () => {
  it("stands on the screen again, with its colours and its cursor", async () => {
    const part = fc.constantFrom(
      ...[
        "text",
        "\x1b[31m",
        "\x1b[1;44m",
        "\x1b[0m",
        "\x1b[7m",
        "\r\n",
        "\x1b[3;5H",
        "\x1b[2J",
        "\x1b[K",
        "漢字",
        "\x1b[2;6r",
      ],
      ...["\x1b[5;1H~", "\x1b[H", "\x1b[L", "\x1bM"],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 20 }), async (parts) => {
        const bytes = Buffer.from(parts.join(""));
        const again = await repaintOf(bytes, "", size);
        expect(await screenAfter("\x1b[?1049h\x1b[41mall over\r\n".repeat(8), again)).toEqual(
          await screenAfter("\x1b[?1049h\x1b[H", bytes),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("keeps margins, and the cursor in its place within them", async () => {
    const bytes = Buffer.from("\x1b[2;5r\x1b[4;3Hhere");
    const again = await repaintOf(bytes, "\x1b[2;5r", size);
    const scrolled = "\r\n\n\n\nmore"; // scrolls within the margins alone
    expect(await screenAfter("\x1b[?1049hnoise", again, scrolled)).toEqual(
      await screenAfter("\x1b[?1049h", bytes, scrolled),
    );
  });
});
