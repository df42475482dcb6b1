/** Stamps in front of lines. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stage } from "../../src/bytes/stage.js";
import { parseTimeFormat, type TimeFormat } from "../../src/bytes/time-format.js";
import { createTimestamp } from "../../src/bytes/timestamp.js";
import { screenOf } from "../support/screen.js";
import {
  anyPieces,
  anyPlaces,
  cutPieces,
  hundredThousand,
  latin1,
  outputOf,
  type Piece,
  textOf,
} from "../support/stage.js";

/** A stamp that is one letter: a for the first microsecond, b for the second. */
const letters: TimeFormat = {
  name: "letters",
  text: ({ wallUs }) => String.fromCharCode(0x61 + wallUs),
};
const create = (format = letters): Stage => createTimestamp({ format, wallUs: (atUs) => atUs });

/** Each piece a microsecond after the one before. */
function timed(texts: readonly string[], stage = create()): string {
  let atUs = 0;
  return texts.map((text) => Buffer.from(stage.push(latin1(text), atUs++)).toString("latin1")).join("");
}

describe("a stamp", () => {
  it.each([
    ["one\ntwo\n", "[a] one\n[a] two\n"],
    ["one\r\ntwo\r\n", "[a] one\r\n[a] two\r\n"],
    ["one\n\rtwo\n\r", "[a] one\n\r[a] two\n\r"],
    ["10%\r20%\rdone\n", "[a] 10%\r[a] 20%\r[a] done\n"],
    ["\n\n", "[a] \n[a] \n"],
    ["\r\n\r\n", "\r[a] \r\n\r[a] \r\n"],
    ["one\n\r\n\rtwo", "[a] one\n\r[a] \r\n\r[a] two"],
    ["one\r\r\ntwo", "[a] one\r\r\n[a] two"],
    ["login: ", "[a] login: "],
    ["\r", "\r"],
    ["", ""],
    ["\x1b[32mok\x1b[0m\n", "[a] \x1b[32mok\x1b[0m\n"],
    ["\0\n", "[a] \0\n"],
  ])("of %j makes %j", (input, output) => {
    expect(textOf(create(), input)).toBe(output);
  });

  it.each([
    [["one\n", "two\n"], "[a] one\n[b] two\n"],
    [["on", "e\ntw", "o\n"], "[a] one\n[b] two\n"],
    [["one", "\n", "two"], "[a] one\n[c] two"],
    [["one\r", "\ntwo"], "[a] one\r\n[b] two"],
    [["one\r", "two"], "[a] one\r[b] two"],
    [["one\n", "\r", "two"], "[a] one\n\r[c] two"],
    [["\n", "\n"], "[a] \n[b] \n"],
    [["\xe2", "\x82", "\xac\n"], "[a] \xe2\x82\xac\n"],
    [["x\n", "", "y"], "[a] x\n[c] y"],
  ])("is of the moment when the first byte came: %j", (pieces, output) => {
    expect(timed(pieces)).toBe(output);
  });

  it("waits for the next line where it begins behind a prompt", () => {
    const stage = createTimestamp({ format: letters, wallUs: (atUs) => atUs, atLineStart: false });
    expect(timed(["login: ", "root\r", "\nok"], stage)).toBe("login: root\r\n[c] ok");
  });

  it("says how long it is since the line before, and the first one since the start", () => {
    const stage = createTimestamp({ format: parseTimeFormat("line"), wallUs: () => 0 });
    const texts = (
      [
        ["boot\n", 500],
        ["a\nb\n", 1_500_500],
        ["c", 1_500_501],
      ] as const
    ).map(([text, atUs]) => Buffer.from(stage.push(latin1(text), atUs)).toString());
    expect(texts.join("")).toBe("[   +0.000500] boot\n[   +1.500000] a\n[   +0.000000] b\n[   +0.000001] c");
  });

  it("is one for all lines of one moment, also when the clock is set between them", () => {
    let wallUs = 0;
    const stage = createTimestamp({ format: letters, wallUs: () => wallUs++ });
    const shown = ["one\n", "two\n", "three\n"].map((text) =>
      Buffer.from(stage.push(latin1(text), 7)).toString(),
    );
    expect(shown.join("")).toBe("[a] one\n[a] two\n[a] three\n");
  });

  it("stands in front of every line on the screen, and a progress bar stays on one", async () => {
    const lines = await screenOf(Buffer.from(textOf(create(), "boot\r\n\r\n10%\r20%\r30%\r\n$ ")), {
      rows: 5,
      columns: 40,
    });
    expect(lines).toEqual(["[a] boot", "[a]", "[a] 30%", "[a] $"]);
  });

  it("does not depend on how the bytes of a moment were cut", () => {
    fc.assert(
      fc.property(anyPieces, anyPlaces, (pieces, places) => {
        const format = parseTimeFormat("line");
        const whole = outputOf(create(format), pieces);
        expect(outputOf(create(format), cutPieces(pieces, places)).equals(whole)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("takes nothing away, and holds nothing back", () => {
    fc.assert(
      fc.property(anyPieces, (pieces: readonly Piece[]) => {
        const stage = createTimestamp({ format: { name: "", text: () => "\x01" }, wallUs: () => 0 });
        let atUs = 0;
        for (const { bytes, afterUs, way } of pieces) {
          atUs += afterUs;
          const shown = Buffer.from(stage.push(bytes, atUs, way)).toString("latin1");
          expect(shown.replaceAll(/\[\x01\] (\r(?=\n))?/g, "")).toBe(Buffer.from(bytes).toString("latin1"));
        }
        expect(stage.flush(atUs)).toHaveLength(0);
      }),
    );
  });

  it("has room for a chunk of nothing but empty lines, and for one that is all one line", () => {
    const format = parseTimeFormat("%F %T.%f".repeat(20));
    const stage = () => createTimestamp({ format, wallUs: () => 0 });
    const empty = Buffer.from(stage().push(new Uint8Array(65_536).fill(0x0a), 0));
    const stampLength = empty.indexOf(0x0a);
    expect(empty).toHaveLength(65_536 * (stampLength + 1));
    expect(stage().push(new Uint8Array(16_384), 0)).toHaveLength(stampLength + 16_384);
  });

  it("is put into 100,000 random inputs", () => {
    let shown = 0;
    hundredThousand(create(), (bytes) => {
      shown += bytes.length;
    });
    expect(shown).toBeGreaterThan(100_000);
  });
});
