/** The lines of what a device was sent, however they were recorded. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_LINE, type SentLine, SentLines } from "../../../src/virtual/replay/sent-lines.js";
import { moments, type Step } from "./recordings.js";

function linesOf(steps: readonly Step[]): SentLine[] {
  const lines: SentLine[] = [];
  const sent = new SentLines((line) => lines.push(line));
  for (const moment of moments(steps)) {
    if (moment.kind === "tx") sent.sent(moment.bytes, moment.line, moment.atUs);
    else if (moment.kind === "rx") sent.said(moment.bytes);
  }
  sent.end();
  return lines;
}

const texts = (steps: readonly Step[]) =>
  linesOf(steps).map(({ bytes }) => Buffer.from(bytes).toString("latin1"));

describe("a line that was sent", () => {
  it.each<[string, Step[], string[]]>([
    ["ends with CR, LF or CR LF", [[0, ">a\rb\nc\r\nd"]], ["a\r", "b\n", "c\r\n", "d"]],
    [
      "is one in pieces too",
      [
        [0, ">A"],
        [1, ">T\r"],
        [2, ">\nATI\r"],
        [3, ">ATZ\r"],
      ],
      ["AT\r\n", "ATI\r", "ATZ\r"],
    ],
    [
      "goes on behind its echo",
      [
        [0, ">A"],
        [1, "<A"],
        [2, ">T"],
        [3, "<T"],
        [4, ">\r"],
        [5, "<\r\n"],
        [6, ">Z"],
        [7, "<Z"],
        [8, ">Z"],
      ],
      ["AT\r", "ZZ"],
    ],
    [
      "ends with an answer, where it has no end of its own",
      [
        [0, ">\x01\x03"],
        [1, ">\x00"],
        [2, "<\x01\x83"],
        [3, ">\x01\x04"],
      ],
      ["\x01\x03\x00", "\x01\x04"],
    ],
    ["may be empty", [[0, ">\r\r\n\n"]], ["\r", "\r\n", "\n"]],
  ])("%s", (_, steps, lines) => {
    expect(texts(steps)).toEqual(lines);
  });

  it("has its number, its record, its time and its place", () => {
    expect(
      linesOf([
        [0, "<hello"],
        [1500, ">A"],
        [1600, ">T\rAT"],
        [1700, ">I\r"],
      ]),
    ).toMatchObject([
      { number: 1, line: 2, atUs: 1_500_000, start: 0 },
      { number: 2, line: 3, atUs: 1_600_000, start: 3 },
    ]);
  });

  it("has a bound", () => {
    expect(texts([[0, `>${"x".repeat(LONGEST_LINE + 5)}\r`]]).map(({ length }) => length)).toEqual([
      LONGEST_LINE,
      6,
    ]);
  });

  it("is the same however it was recorded, and all of them are what was sent", () => {
    const byte = fc.constantFrom("a", "b", "\r", "\n");
    fc.assert(
      fc.property(fc.string({ unit: byte, maxLength: 40 }), fc.array(fc.nat(6)), (text, cuts) => {
        const steps: Step[] = [];
        let from = 0;
        for (const cut of [...cuts, text.length]) {
          steps.push([0, `>${text.slice(from, from + cut)}`]);
          from += cut;
        }
        const whole = texts([[0, `>${text}`]]);
        expect(texts(steps)).toEqual(whole);
        expect(whole.join("")).toBe(text);
      }),
    );
  });
});
