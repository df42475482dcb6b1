import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charWidth, nextCharacter, previousCharacter, textWidth } from "../../src/bytes/char-width.js";

describe("the width of a character", () => {
  it.each([
    ["a", 1],
    ["é", 1],
    ["e\u0301", 1],
    ["路", 2],
    ["한", 2],
    ["か\u3099", 2],
    ["ｆ", 2],
    ["😀", 2],
    ["\u200b", 0],
    ["\u200d", 0],
    ["→", 1],
    ["𝒳", 1],
    ["𠀀", 2],
  ])("of %j is %d", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it("is that of a terminal, where terminals agree", async () => {
    // Old and new terminals differ in emoji and in what Unicode added lately.
    const codes: number[] = [];
    for (const [first, last] of [
      [0x20, 0x7e],
      [0xa1, 0x482],
      [0x531, 0x556],
      [0x1100, 0x115f],
      [0x3041, 0x3096],
      [0x4e00, 0x4e40],
      [0xac00, 0xac40],
      [0xff01, 0xff60],
      [0x20000, 0x20040],
    ] as [number, number][]) {
      for (let code = first; code <= last; code++)
        if (code !== 0xad && /\p{Assigned}/u.test(String.fromCodePoint(code))) codes.push(code);
    }
    const terminal = new xterm.Terminal({ cols: 80, rows: 5, allowProposedApi: true });
    for (const code of codes) {
      await new Promise<void>((resolve) => terminal.write(`\rA${String.fromCodePoint(code)}`, resolve));
      expect(`${code.toString(16)}: ${charWidth(code)}`).toBe(
        `${code.toString(16)}: ${terminal.buffer.active.cursorX - 1}`,
      );
    }
  });
});

describe("steps over characters", () => {
  it("take the marks with their base", () => {
    const text = "ae\u0301\u0323路😀\u200d";
    const stops = [0, 1, 4, 5, 8];
    for (const [n, at] of stops.slice(0, -1).entries()) {
      expect(nextCharacter(text, at)).toBe(stops[n + 1]);
      expect(previousCharacter(text, stops[n + 1]!)).toBe(at);
    }
  });

  it("forward and back meet at the same places, in any text", () => {
    const unit = fc.constantFrom("a", "\u0301", "路", "😀", "\ud83d", "\ude00", "\u200d", " ");
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
        const text = units.join("");
        const forward = [0];
        while (forward.at(-1)! < text.length) forward.push(nextCharacter(text, forward.at(-1)!));
        const back = [text.length];
        while (back[0]! > 0) back.unshift(previousCharacter(text, back[0]!));
        expect(back).toEqual(forward);
      }),
      { numRuns: 2000 },
    );
  });
});
