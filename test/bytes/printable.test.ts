/** Text of unknown origin on a terminal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "../../src/bytes/printable.js";

describe("text that is made printable", () => {
  it.each([
    ["FT232R USB UART", "FT232R USB UART"],
    ["Gerät für µs – 設備 🔌", "Gerät für µs – 設備 🔌"],
    ["\u001b]0;owned\u0007", "\\x1b]0;owned\\x07"],
    ["a\nb\tc\rd\0", "a\\x0ab\\x09c\\x0dd\\x00"],
    ["\u007f\u009b2J", "\\x7f\\x9b2J"],
    ["abc\u202edef", "abc\\u202edef"],
    ["a\u2028b\ufeff", "a\\u2028b\\ufeff"],
    ["half \ud800 pair", "half \\ud800 pair"],
    ["tag \u{e0041}", "tag \\u{e0041}"],
  ])("shows %j as %s", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("has no control character left, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
