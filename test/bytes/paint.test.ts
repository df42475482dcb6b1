/** Colours for what is received and what is sent. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLORS, createPaint, parseColor } from "../../src/bytes/paint.js";
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

const green = parseColor("green");
const blue = parseColor("bright-blue");
const both = () => createPaint({ rx: green, tx: blue });
const rxOnly = () => createPaint({ rx: green });
const piece = (text: string, way: Way = "rx"): Piece => ({ bytes: latin1(text), afterUs: 0, way });
const painted = (pieces: readonly Piece[], create = both) => outputOf(create(), pieces).toString("latin1");

/** Each byte with the colour that a terminal has it in, and the one it stands in at the end. */
function onScreen(text: string) {
  let color = "";
  let bytes = "";
  const colors: string[] = [];
  for (const [all, code] of text.matchAll(/\x1b\[(\d+)m|./gs)) {
    if (code !== undefined) color = code === "39" ? "" : code;
    else {
      bytes += all;
      colors.push(color);
    }
  }
  return { bytes, colors, left: color };
}

describe("paint", () => {
  it.each([
    ["OK\r\n", "\x1b[32mOK\x1b[39m\r\n"],
    ["OK\n", "\x1b[32mOK\x1b[39m\n"],
    ["a\nb", "\x1b[32ma\x1b[39m\n\x1b[32mb\x1b[39m"],
    ["10%\r20%", "\x1b[32m10%\x1b[39m\r\x1b[32m20%\x1b[39m"],
    ["\r\n\r\n", "\r\n\r\n"],
    ["", ""],
    ["\t\x1b[1mx\0", "\x1b[32m\t\x1b[1mx\0\x1b[39m"],
  ])("shows %j received as %j", (input, output) => {
    expect(textOf(both(), input)).toBe(output);
  });

  it.each([
    ["both ways", both, "\x1b[32m> \x1b[39m\x1b[94mAT\x1b[39m\x1b[32mOK\x1b[39m"],
    ["one way", rxOnly, "\x1b[32m> \x1b[39mAT\x1b[32mOK\x1b[39m"],
    ["the other way", () => createPaint({ tx: blue }), "> \x1b[94mAT\x1b[39mOK"],
    ["in one colour", () => createPaint({ rx: green, tx: green }), "\x1b[32m> ATOK\x1b[39m"],
  ])("changes with the direction: %s", (_, create, output) => {
    expect(painted([piece("> "), piece("AT", "tx"), piece("OK")], create)).toBe(output);
  });

  it("leaves the screen without a colour when it is flushed, and goes on in it", () => {
    const stage = both();
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
    expect(text(stage.push(latin1("log"), 0))).toBe("\x1b[32mlog");
    expect(text(stage.flush(0))).toBe("\x1b[39m");
    expect(text(stage.flush(0))).toBe("");
    expect(text(stage.push(latin1("in"), 0))).toBe("\x1b[32min");
    expect(text(stage.push(latin1("\n"), 0))).toBe("\x1b[39m\n");
    expect(text(stage.flush(0))).toBe("");
  });

  it("returns the chunk itself where it has no colour for it", () => {
    const chunk = latin1("plain\n");
    expect(rxOnly().push(chunk, 0, "tx")).toBe(chunk);
  });

  it("paints text and no line end, each byte in its own direction's colour, whatever comes", () => {
    const noEscape = anyPieces.map((pieces) =>
      pieces.map((one) => ({ ...one, bytes: one.bytes.filter((byte) => byte !== 0x1b) })),
    );
    fc.assert(
      fc.property(noEscape, (pieces) => {
        const { bytes, colors, left } = onScreen(painted(pieces));
        const expected = pieces.flatMap(({ bytes, way }) =>
          [...bytes].map((byte) => (byte === 0x0a || byte === 0x0d ? "" : way === "rx" ? "32" : "94")),
        );
        expect(bytes).toBe(Buffer.concat(pieces.map((one) => one.bytes)).toString("latin1"));
        expect(colors).toEqual(expected);
        expect(left).toBe("");
      }),
    );
  });

  it("does not depend on the cut", () => {
    fc.assert(
      fc.property(anyPieces, anyPlaces, (pieces, places) => {
        expect(painted(cutPieces(pieces, places))).toBe(painted(pieces));
      }),
      { numRuns: 500 },
    );
  });

  it("has room for a chunk of the shortest lines, and for one that is all one line", () => {
    const stage = createPaint({ rx: blue });
    const chunk = latin1("a\n".repeat(40_000));
    expect(stage.push(chunk, 0)).toHaveLength(40_000 * "\x1b[94ma\x1b[39m\n".length);
    const line = chunk.fill(0x61).subarray(0, 16_384);
    expect(createPaint({ rx: blue }).push(line, 0)).toHaveLength(5 + line.length);
  });

  it("paints 100,000 random inputs", () => {
    const stage = both();
    let longest = 0;
    hundredThousand(stage, (shown) => {
      longest = Math.max(longest, shown.length);
    });
    expect(longest).toBeGreaterThan(24);
  });
});

describe("a colour", () => {
  it("is one of the table, each with an end of its own kind", () => {
    const codes = [...COLORS.keys()].map((name) => {
      const { begin, end } = parseColor(name);
      return [name, Buffer.from(begin).toString().slice(2), Buffer.from(end).toString().slice(2)].join(" ");
    });
    expect(codes).toHaveLength(8 + 8 + 5);
    expect(codes).toEqual(
      expect.arrayContaining([
        "red 31m 39m",
        "bright-white 97m 39m",
        "bold 1m 22m",
        "dim 2m 22m",
        "inverse 7m 27m",
      ]),
    );
  });

  it.each(["", "Red", "bright", "bright-bold", "\x1b[31m", "31"])(
    "is none when it is %j, and that is said",
    (text) => {
      expect(() => parseColor(text)).toThrow(
        expect.objectContaining({
          code: "usage",
          message: expect.stringMatching(/^colour "[ -~]*": it is not one of black, red, .*bold, dim/),
        }),
      );
    },
  );
});
