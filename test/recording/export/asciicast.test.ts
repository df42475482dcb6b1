/** A recording as asciinema plays it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAsciicast } from "../../../src/recording/export/asciicast.js";
import { bytes, cutRecords, encode, event, SAMPLE, START_S } from "./sample.js";

const SIZE = { columns: 80, rows: 24 };
const cast = (records = SAMPLE) =>
  encode(createAsciicast(SIZE), records)
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("an asciicast", () => {
  it("has a header, output, input and markers, and characters that were cut are joined", () => {
    expect(cast()).toEqual([
      { version: 2, width: 80, height: 24, timestamp: START_S, title: "/dev/ttyUSB0" },
      [1.234567, "o", "login: "],
      [2, "i", "r"],
      [2.001, "o", "r"],
      [2.5, "i", "oot\r"],
      [2.501, "o", "oot\r\n"],
      [2.503, "o", "温 20 °C\r\n"],
      [3, "m", "power off"],
      [3.3, "m", "lost /dev/ttyUSB0"],
      [3.5, "m", "back /dev/ttyUSB1"],
    ]);
  });

  it("counts from its first record, and its times never go back", () => {
    const records = [bytes("rx", 100, "a"), bytes("rx", 101.5, "b"), bytes("rx", 3, "c")];
    expect(cast(records).slice(1)).toEqual([
      [0, "o", "a"],
      [1.5, "o", "b"],
      [1.5, "o", "c"],
    ]);
  });

  it("has U+FFFD for what is no UTF-8, also at its end", () => {
    const records = [bytes("rx", 0, Buffer.from([0x41, 0xff, 0x42, 0xe2, 0x82]))];
    expect(cast(records).slice(1)).toEqual([
      [0, "o", "A\ufffdB"],
      [0, "o", "\ufffd"],
    ]);
  });

  it("is one without events where nothing was recorded", () => {
    expect(cast([])).toEqual([{ version: 2, width: 80, height: 24 }]);
    expect(cast([event(0, { event: "end", reason: "quit", received: 0, sent: 0 })]).length).toBe(1);
  });

  it("has the same text however the bytes were cut", () => {
    const text = (records: readonly ReturnType<typeof bytes>[]) => {
      const lines = cast(records).slice(1);
      return ["o", "i"].map((code) =>
        lines
          .filter((line) => line[1] === code)
          .map((line) => line[2])
          .join(""),
      );
    };
    fc.assert(
      fc.property(cutRecords, ({ whole, cut }) => {
        expect(text(cut)).toEqual(text(whole));
        const all = Buffer.concat(whole.filter((one) => one.way === "rx").map((one) => one.bytes));
        expect(text(cut)[0]).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(all));
      }),
      { numRuns: 1000 },
    );
  });
});
