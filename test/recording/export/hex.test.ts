/** A recording as a hex dump. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHexDump } from "../../../src/recording/export/hex.js";
import { bytes, cutRecords, encode, event } from "./sample.js";

describe("a recording as a hex dump", () => {
  it("has a row's time, way, offset, bytes and text, and a new row after silence, the other way or an event", () => {
    const records = [
      bytes("rx", 1.234567, "login: "),
      bytes("tx", 2, "root\r"),
      bytes("rx", 2.001, "root\r\n"),
      bytes("rx", 2.002, "Welcome to the board\r\n"),
      event(2.01, { event: "mark", text: "here" }),
      bytes("rx", 2.011, "# "),
      bytes("rx", 2.061, "\0"),
    ];
    expect(encode(createHexDump(), records).toString()).toBe(`\
        1.234567 < 00000000  6c 6f 67 69 6e 3a 20                              |login: |
        2.000000 > 00000000  72 6f 6f 74 0d                                    |root.|
        2.001000 < 00000007  72 6f 6f 74 0d 0a 57 65  6c 63 6f 6d 65 20 74 6f  |root..Welcome to|
        2.002000 < 00000017  20 74 68 65 20 62 6f 61  72 64 0d 0a              | the board..|
        2.010000 = mark here
        2.011000 < 00000023  23 20                                             |# |
        2.061000 < 00000025  00                                                |.|
`);
  });

  it("is the same however the bytes were cut, and has all of them", () => {
    fc.assert(
      fc.property(cutRecords, ({ whole, cut }) => {
        const dump = encode(createHexDump(), cut).toString();
        expect(dump).toBe(encode(createHexDump(), whole).toString());
        for (const [way, mark] of [
          ["rx", "<"],
          ["tx", ">"],
        ] as const) {
          const rows = dump.split("\n").filter((row) => row[17] === mark);
          const digits = rows.map((row) => row.slice(29, 79).replaceAll(" ", "")).join("");
          const all = Buffer.concat(whole.filter((one) => one.way === way).map((one) => one.bytes));
          expect(digits).toBe(all.toString("hex"));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
