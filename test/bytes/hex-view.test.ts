/** The hex view: rows as hexdump has them, by times and bytes alone. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHexView, type HexViewOptions, putOffset } from "../../src/bytes/hex-view.js";
import type { Way } from "../../src/bytes/stage.js";
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

const REST_US = 50_000;
const piece = (text: string, afterUs = 0, way: Way = "rx"): Piece => ({ bytes: latin1(text), afterUs, way });
function rows(pieces: readonly Piece[], options: HexViewOptions = {}): string[] {
  return outputOf(createHexView(options), pieces).toString("latin1").split("\n").slice(0, -1);
}

describe("the hex view", () => {
  it.each([
    ["", ""],
    ["A", "00000000  41                                                |A|\n"],
    [
      "Hello, robin\r\n\0\xff",
      "00000000  48 65 6c 6c 6f 2c 20 72  6f 62 69 6e 0d 0a 00 ff  |Hello, robin....|\n",
    ],
    [
      "\x1b[2J ~\x7f\x80 \xe2\x82\xac 0123",
      "00000000  1b 5b 32 4a 20 7e 7f 80  20 e2 82 ac 20 30 31 32  |.[2J ~.. ... 012|\n" +
        "00000010  33                                                |3|\n",
    ],
  ])("shows %j", (input, output) => {
    expect(textOf(createHexView(), input)).toBe(output);
  });

  it("shows a stream as hexdump -C does, at 80 columns and less", (context) => {
    const bytes = Uint8Array.from({ length: 1001 }, (_, at) => (at * 7919) >> 3);
    const { error, stdout } = spawnSync("hexdump", ["-Cv"], { input: bytes });
    if (error) return context.skip("hexdump is not installed");
    const shown = rows([{ bytes, afterUs: 0, way: "rx" }]);
    expect(shown).toEqual(stdout.toString().split("\n").slice(0, -2)); // its last line is the length
    const marked = rows([{ bytes, afterUs: 0, way: "rx" }], { directions: true });
    expect(Math.max(...marked.map((row) => row.length))).toBe(80);
  });

  it("marks both directions, each with its own offset, and breaks a row between them", () => {
    const pieces = [piece("ready"), piece("AT\r", 0, "tx"), piece("OK", 0)];
    expect(rows(pieces, { directions: true }).map((row) => row.replace(/ {3,}/, "   "))).toEqual([
      "< 00000000  72 65 61 64 79   |ready|",
      "> 00000000  41 54 0d   |AT.|",
      "< 00000005  4f 4b   |OK|",
    ]);
  });

  it("ends a row where nothing has come for a while, and not before", () => {
    const texts = (gapUs: number) =>
      rows([piece("ab"), piece("cd", gapUs), piece("ef", gapUs)]).map((row) =>
        row.slice(-8).replace(/.* /, ""),
      );
    expect(texts(REST_US - 1)).toEqual(["|abcdef|"]);
    expect(texts(REST_US)).toEqual(["|ab|", "|cd|", "|ef|"]);
  });

  it("wants to be asked when the row has waited, and not where none has begun", () => {
    const stage = createHexView({ restMs: 20 });
    expect(stage.deadlineUs?.()).toBeUndefined();
    stage.push(latin1("ab"), 1000);
    expect(stage.deadlineUs?.()).toBe(21_000);
    stage.push(latin1("cd"), 3000);
    expect(stage.deadlineUs?.()).toBe(23_000);
    expect(stage.flush(23_000)).toHaveLength(67);
    expect(stage.deadlineUs?.()).toBeUndefined();
    stage.push(latin1("0123456789abcdef"), 3000);
    expect(stage.deadlineUs?.()).toBeUndefined();
  });

  it("has rows of another length and another line end", () => {
    const stage = createHexView({ bytesPerRow: 4, newline: "\r\n" });
    expect(textOf(stage, "abcdefgh!")).toBe(
      "00000000  61 62 63 64  |abcd|\r\n00000004  65 66 67 68  |efgh|\r\n00000008  21           |!|\r\n",
    );
  });

  it.each([
    [0, "00000000"],
    [0xffffffff, "ffffffff"],
    [2 ** 32, "100000000"],
    [2 ** 53 - 1, "1fffffffffffff"],
  ])("writes the offset %d as %s", (offset, digits) => {
    const memory = Buffer.alloc(16, "x");
    expect(putOffset(memory, 1, offset)).toBe(1 + digits.length);
    expect(memory.toString()).toBe(`x${digits}`.padEnd(16, "x"));
  });

  it("has every byte in its place, whatever came when", () => {
    fc.assert(
      fc.property(anyPieces, (pieces) => {
        const seen: Record<string, number[]> = { "<": [], ">": [] };
        for (const row of rows(pieces, { directions: true })) {
          const [, mark, offset, digits, text] = /^([<>]) ([0-9a-f]{8}) {2}([0-9a-f ]*?) +\|(.*)\|$/.exec(
            row,
          )!;
          const bytes = digits!.split(/ +/).map((word) => Number.parseInt(word, 16));
          expect(Number.parseInt(offset!, 16)).toBe(seen[mark!]!.length);
          expect(text).toBe(
            Buffer.from(bytes)
              .toString("latin1")
              .replace(/[^ -~]/g, "."),
          );
          seen[mark!]!.push(...bytes);
        }
        for (const [mark, way] of [
          ["<", "rx"],
          [">", "tx"],
        ] as const) {
          expect(seen[mark]).toEqual(
            pieces.filter((one) => one.way === way).flatMap((one) => [...one.bytes]),
          );
        }
      }),
    );
  });

  it("depends on times and bytes, not on the cut, nor on whether the flush came in time", () => {
    fc.assert(
      fc.property(anyPieces, anyPlaces, (pieces, places) => {
        const whole = outputOf(createHexView({ directions: true }), pieces);
        for (const inTime of [true, false]) {
          const cut = outputOf(createHexView({ directions: true }), cutPieces(pieces, places), inTime);
          expect(cut.toString("latin1")).toBe(whole.toString("latin1"));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("shows 100,000 random inputs in printable ASCII", () => {
    let harmful = 0;
    hundredThousand(createHexView({ directions: true }), (shown) => {
      for (const byte of shown) if ((byte < 0x20 && byte !== 0x0a) || byte > 0x7e) harmful++;
    });
    expect(harmful).toBe(0);
  });
});
