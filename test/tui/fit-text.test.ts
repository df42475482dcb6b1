import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/bytes/char-width.js";
import { cutEnd, cutMiddle, padEnd, safeText, wrapWords } from "../../src/tui/fit-text.js";
import { cutRow, rowWidth, spread } from "../../src/tui/rows.js";
import { scrolled } from "../../src/tui/scrolled.js";

const utf8 = { utf8: true };
const ascii = { utf8: false };
const text = fc.string({ unit: "grapheme", maxLength: 60 }).map((one) => safeText(one, utf8));
const columns = fc.integer({ min: 1, max: 40 });

describe("text in so many columns", () => {
  it("is never wider, whatever is in it and wherever it is cut", () => {
    fc.assert(
      fc.property(text, columns, fc.boolean(), (one, width, isUtf8) => {
        for (const cut of [cutEnd, cutMiddle]) {
          const shown = cut(one, width, { utf8: isUtf8 });
          expect(textWidth(shown)).toBeLessThanOrEqual(width);
          if (textWidth(one) <= width) expect(shown).toBe(one);
        }
        expect(textWidth(padEnd(one, width))).toBe(Math.max(width, textWidth(one)));
      }),
    );
  });

  it("keeps the file's name of a path, or the beginning", () => {
    const path = "/home/user/work/boards/boot-20261121.log";
    expect(cutMiddle(path, 24, utf8)).toBe("/home/use…t-20261121.log");
    expect(cutMiddle(path, 24, ascii)).toBe("/home/us...-20261121.log");
    expect(cutEnd(path, 10, ascii)).toBe("/home/u...");
  });

  it("acts on no terminal, and is ASCII where the terminal shows no more", () => {
    expect(safeText("é\x1b[2J漢", utf8)).toBe("é\\x1b[2J漢");
    expect(safeText("é漢x", ascii)).toBe("??x");
  });

  it("is wrapped at blanks, with a sign where rows are missing", () => {
    expect(wrapWords("one two three four", 9, 2, utf8)).toEqual(["one two", "three fo…"]);
    expect(wrapWords("  as it is", 20, 2, utf8)).toEqual(["  as it is"]);
    expect(wrapWords("at /a/long/path: no", 8, 4, utf8)).toEqual(["at", "/a/long/", "path: no"]);
    fc.assert(
      fc.property(text, columns, fc.integer({ min: 1, max: 4 }), (one, width, most) => {
        const rows = wrapWords(one, width, most, utf8);
        expect(rows.length).toBeLessThanOrEqual(most);
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width);
      }),
      { examples: [["漢", 1, 2]] },
    );
  });
});

describe("rows of pieces", () => {
  it("are cut at a width, and begin as they did", () => {
    const piece = fc.record({ text });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), columns, (row, width) => {
        const cut = cutRow(row, width, utf8);
        expect(rowWidth(cut)).toBeLessThanOrEqual(width);
        const [shown, whole] = [cut, row].map((pieces) => pieces.map((one) => one.text).join(""));
        if (rowWidth(row) <= width) expect(shown).toBe(whole);
        else expect(shown!.endsWith("…")).toBe(true);
      }),
    );
  });

  it("have one part at each end, where there is room for both", () => {
    const row = spread([{ text: "left" }], [{ text: "right" }], 12);
    expect(row.map((piece) => piece.text).join("")).toBe("left   right");
    expect(spread([{ text: "left" }], [{ text: "right" }], 9)).toEqual([{ text: "left" }]);
  });
});

describe("a list that scrolls", () => {
  it("shows what is wanted, and moves no further than it has to", () => {
    expect(scrolled(0, { total: 30, room: 10, first: 12 })).toBe(3);
    expect(scrolled(3, { total: 30, room: 10, first: 5 })).toBe(3);
    expect(scrolled(8, { total: 30, room: 10, first: 5 })).toBe(5);
    expect(scrolled(25, { total: 30, room: 10 })).toBe(20);
    expect(scrolled(5, { total: 3, room: 10 })).toBe(0);
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.nat(50),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(49),
        (top, total, room, at) => {
          const first = scrolled(top, { total, room, first: Math.min(at, Math.max(0, total - 1)) });
          expect(first).toBeGreaterThanOrEqual(0);
          if (total > 0) expect(Math.min(at, total - 1)).toBeLessThan(first + room);
        },
      ),
    );
  });
});
