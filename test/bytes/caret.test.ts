/** Control characters as users write them. */
import { describe, expect, it } from "vitest";
import { formatCaret, parseCaret } from "../../src/bytes/caret.js";

const CONTROLS = [...Array.from({ length: 32 }, (_, byte) => byte), 127];

describe("caret", () => {
  it.each([
    ["^@", 0],
    ["^A", 1],
    ["^a", 1],
    ["^z", 26],
    ["^[", 27],
    ["^\\", 28],
    ["^]", 29],
    ["^^", 30],
    ["^_", 31],
    ["^?", 127],
  ])("reads %s as byte %i", (text, byte) => {
    expect(parseCaret(text)).toBe(byte);
  });

  it("reads back every control character that it writes", () => {
    for (const byte of CONTROLS) expect(parseCaret(formatCaret(byte))).toBe(byte);
  });

  it("writes every control character as ^ and one printable character", () => {
    for (const byte of CONTROLS) expect(formatCaret(byte)).toMatch(/^\^[\x3f-\x5f]$/);
    expect(new Set(CONTROLS.map(formatCaret)).size).toBe(33);
  });

  it("reads both cases of a letter alike", () => {
    for (const letter of "abcdefghijklmnopqrstuvwxyz") {
      expect(parseCaret(`^${letter}`)).toBe(parseCaret(`^${letter.toUpperCase()}`));
    }
  });

  it.each([
    "",
    "^",
    "a",
    "^ab",
    "^1",
    "^ ",
    "^~",
    "^{",
    "\\^a",
    "^é",
    "^ß",
    "^ı",
    "A",
    "\x1c",
    "^\x1c",
    "^`",
  ])("finds no control character in %j", (text) => {
    expect(parseCaret(text)).toBeUndefined();
  });

  it("writes a printable character as itself", () => {
    for (let byte = 0x20; byte < 0x7f; byte++) expect(formatCaret(byte)).toBe(String.fromCharCode(byte));
  });
});
