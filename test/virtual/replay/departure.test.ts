/** A departure in words and as a diff. */
import { describe, expect, it } from "vitest";
import {
  type Departure,
  describeDeparture,
  differsInNewlineOnly,
  diffOf,
} from "../../../src/virtual/replay/departure.js";
import type { SentLine } from "../../../src/virtual/replay/sent-lines.js";

const bytesOf = (text: string) => Buffer.from(text, "latin1");
const line = (number: number, text: string): SentLine => ({
  number,
  line: number * 10,
  atUs: number * 1_250_000,
  start: 0,
  bytes: bytesOf(text),
  isWhole: true,
});

const departure = (parts: Partial<Departure>): Departure => ({
  kind: "changed",
  before: [line(1, "AT\r")],
  expected: [line(2, "ATI\r")],
  hasMore: false,
  actual: bytesOf("ATX\r"),
  ...parts,
});

const CASES: readonly [name: string, Departure, words: string, diff: string][] = [
  [
    "another line",
    departure({}),
    'line 20 (2.500 s): "ATI\\r" was expected, "ATX\\r" came, which differs at byte 3',
    "@@ -1,2 +1,2 @@ line 20, 2.500 s\n AT\\r\n-ATI\\r\n+ATX\\r",
  ],
  [
    "lines that were left out",
    departure({
      kind: "skipped",
      expected: [line(2, "ATI\r"), line(3, "ATZ\r")],
      actual: bytesOf("ATH\r"),
      found: line(4, "ATH\r"),
    }),
    'line 20 (2.500 s): "ATI\\r" was expected, "ATH\\r" came, which is line 40; 2 lines were left out',
    "@@ -1,4 +1,2 @@ line 20, 2.500 s\n AT\\r\n-ATI\\r\n-ATZ\\r\n ATH\\r",
  ],
  [
    "what comes after the last line",
    departure({ kind: "extra", expected: [] }),
    'after line 10: nothing more was expected, "ATX\\r" came',
    "@@ -1,1 +1,2 @@ line 10, 1.250 s\n AT\\r\n+ATX\\r",
  ],
  [
    "what comes where nothing was ever sent",
    departure({ kind: "extra", before: [], expected: [] }),
    'nothing more was expected, "ATX\\r" came',
    "@@ -1,0 +1,1 @@\n+ATX\\r",
  ],
  [
    "a line that did not come in time",
    departure({ kind: "timeout", before: [], actual: bytesOf("") }),
    'line 20 (2.500 s): "ATI\\r" was expected, nothing came in time',
    "@@ -2,1 +2,0 @@ line 20, 2.500 s\n-ATI\\r",
  ],
  [
    "the end of one that left",
    departure({ kind: "unfinished", actual: bytesOf("AT") }),
    'line 20 (2.500 s): "ATI\\r" was expected, and only "AT" came',
    "@@ -1,2 +1,2 @@ line 20, 2.500 s\n AT\\r\n-ATI\\r\n+AT",
  ],
  [
    "the end of one that left early",
    departure({
      kind: "unfinished",
      expected: [line(2, "ATI\r"), line(3, "ATZ\r")],
      hasMore: true,
      actual: bytesOf(""),
    }),
    'line 20 (2.500 s): "ATI\\r" was expected, and was not sent, nor more than 1 after it',
    "@@ -1,4 +1,1 @@ line 20, 2.500 s\n AT\\r\n-ATI\\r\n-ATZ\\r\n-…",
  ],
];

describe.each(CASES)("%s", (_, it_, words, diff) => {
  it("has its place, what was expected and what came", () => {
    expect(describeDeparture(it_)).toBe(words);
  });

  it("is a diff", () => {
    expect(diffOf(it_, "field.jsonl")).toBe(`--- field.jsonl\n+++ what was sent\n${diff}`);
  });
});

describe("a diff", () => {
  it("has its lines marked where there are colours", () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</>`;
    const colors = { bold: mark("bold"), cyan: mark("cyan"), red: mark("red"), green: mark("green") };
    expect(diffOf(departure({}), "f", colors).split("\n")).toEqual([
      "<bold>--- f</>",
      "<bold>+++ what was sent</>",
      "<cyan>@@ -1,2 +1,2 @@ line 20, 2.500 s</>",
      " AT\\r",
      "<red>-ATI\\r</>",
      "<green>+ATX\\r</>",
    ]);
  });
});

describe("bytes in words", () => {
  it.each([
    ["a\\b\t\x1b[2J\x7f", '"a\\\\b\\t\\x1b[2J\\x7f"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["\xff\x00\x41", '"\\xff\\x00A"'],
    [Buffer.from("20 °C\u202e").toString("latin1"), '"20 °C\\u202e"'],
    ["x".repeat(5000), `"${"x".repeat(200)}… (5000 bytes)"`],
    ["\xff".repeat(300), `"${"\\xff".repeat(200)}… (300 bytes)"`],
  ])("%j are harmless, short, and tell what they are", (bytes, shown) => {
    expect(
      describeDeparture(departure({ kind: "extra", before: [], expected: [], actual: bytesOf(bytes) })),
    ).toBe(`nothing more was expected, ${shown} came`);
  });
});

it.each([
  ["AT\r\n", "AT\r", true],
  ["AT\r", "AT\n", true],
  ["AT\r", "AT", false],
  ["AT\r", "ATX\r", false],
  ["AT\r", "\r", false],
])("sees whether %j and %j differ in their line end only", (expected, actual, only) => {
  expect(differsInNewlineOnly(departure({ expected: [line(1, expected)], actual: bytesOf(actual) }))).toBe(
    only,
  );
});
