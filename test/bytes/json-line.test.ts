/** JSON as programs and screens get it. */
import { describe, expect, it } from "vitest";
import { jsonLine } from "../../src/bytes/json-line.js";

describe("a line of JSON", () => {
  it("is equal to what was meant, and has no character that a terminal acts on", () => {
    const text = Array.from({ length: 0x2070 }, (_, code) => String.fromCharCode(code)).join("");
    const line = jsonLine({ [text]: text });
    expect(JSON.parse(line)).toEqual({ [text]: text });
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  });
});
