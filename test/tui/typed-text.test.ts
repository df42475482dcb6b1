import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyDecoder } from "../../src/tui/keys.js";
import { TypedText, typedBytes } from "../../src/tui/typed-text.js";

const anything = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => new Uint8Array(Buffer.from(text))),
);

describe("typed text", () => {
  it("gives back every byte, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 6 }), (pieces) => {
        const typed = new TypedText();
        const text = pieces.map((piece) => typed.read(piece)).join("") + typed.end();
        expect([...typedBytes(text)]).toEqual(pieces.flatMap((piece) => [...piece]));
      }),
    );
  });

  it("is the text itself where it is UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 40 }), (text, cut) => {
        const [typed, bytes] = [new TypedText(), Buffer.from(text)];
        expect(typed.read(bytes.subarray(0, cut)) + typed.read(bytes.subarray(cut))).toBe(text);
        expect(typed.isPending).toBe(false);
      }),
    );
  });

  it("keeps the key of a Latin-1 terminal for the port", () => {
    const decoder = new KeyDecoder();
    expect(decoder.push(Uint8Array.of(0xe9))).toEqual([]); // may be the beginning of a character
    expect(decoder.isEscapePending).toBe(true);
    expect(decoder.endEscape().map(({ name, bytes }) => [name, ...bytes])).toEqual([["unknown", 0xe9]]);
    const keys = decoder.push(Uint8Array.of(0x61, 0xe9, 0x62));
    expect(keys.map(({ name, text, bytes }) => [name, text, ...bytes])).toEqual([
      ["text", "a", 0x61],
      ["unknown", "", 0xe9],
      ["text", "b", 0x62],
    ]);
  });
});
