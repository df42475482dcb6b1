/** Bytes typed by their hex digits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHexInput } from "../../src/bytes/hex-input.js";
import { cutPieces, hundredThousand, latin1 } from "../support/stage.js";

/** What becomes of what is typed, with cuts at `|`: bytes as hex, what is seen, what is refused. */
function typed(chunks: readonly Uint8Array[]) {
  let refused = "";
  const input = createHexInput({
    onRefused: (what) => {
      refused += what;
    },
  });
  let bytes = "";
  let echo = "";
  for (const chunk of chunks) {
    bytes += Buffer.from(input.push(chunk, 0)).toString("hex");
    echo += input.echo;
  }
  bytes += Buffer.from(input.flush(0)).toString("hex");
  echo += input.echo;
  return { bytes, echo, refused };
}
const type = (text: string) => typed(text.split("|").map((part) => new TextEncoder().encode(part)));

describe("hex input", () => {
  it.each([
    ["7e 01 ff", "7e01ff"],
    ["7e01FF", "7e01ff"],
    ["7E,01;ff", "7e01ff"],
    ["0x7e, 0x01, 0xFF\r\n", "7e01ff"],
    ["7e:01-ff.0a/0b_0c", "7e01ff0a0b0c"],
    ["0x1, 0x2, 3 f\n", "0102030f"],
    ["00 0 0x0 ", "000000"],
    [" \r\n\t,", ""],
    ["7|e| |0|1", "7e01"],
    ["0|x|7|e", "7e"],
  ])("makes the bytes of %j", (text, bytes) => {
    expect(type(text)).toMatchObject({ bytes, refused: "" });
  });

  it("sends a byte with its second digit, and waits for that", () => {
    const input = createHexInput();
    expect(input.push(latin1("7"), 0)).toHaveLength(0);
    expect(input.echo).toBe("7");
    expect(input.push(latin1("e"), 1)).toEqual(Uint8Array.of(0x7e));
    expect(input.echo).toBe("e ");
    expect(input.push(latin1(""), 2)).toHaveLength(0);
    expect(input.echo).toBe("");
  });

  it.each([
    ["7e01", "7e 01 "],
    ["7e 01 ", "7e 01 "],
    ["7 ", "7\b07 "],
    ["7e\r", "7e \r\n"],
    ["7e\r\n01\n", "7e \r\n01 \r\n"],
    ["7e\r|\n", "7e \r\n"],
    ["0x7e", "0\b \b7e "],
    ["7\x7f", "7\b \b"],
    ["g", ""],
  ])("typed as %j looks like %j", (text, echo) => {
    expect(type(text).echo).toBe(echo);
  });

  it.each(["\b", "\x7f"])("takes half a byte back at a Backspace of %j, and nothing that is sent", (key) => {
    expect(type(`7${key}81${key}2${key}34`)).toMatchObject({ bytes: "8134", refused: "" });
  });

  it.each([
    ["7eg01", "7e01", "g"],
    ["7ge", "7e", "g"],
    ["x7e", "7e", "x"],
    ["10x20", "1020", "x"],
    ["ü7e", "7e", "ü"],
    ["\x03\x1b", "", "\x03\x1b"],
    ["ñ€7😀e", "7e", "ñ€😀"],
  ])("of %j refuses what is no hex, and goes on", (text, bytes, refused) => {
    expect(type(text)).toMatchObject({ bytes, refused });
  });

  it.each(["\x1b[A", "\x1b[D", "\x1bOB", "\x1b[[C", "\x1b[1;5D", "\x1b[3~", "\x1b[24~"])(
    "takes no digit from the key %j",
    (key) => {
      expect(type(`7${key}e`)).toMatchObject({ bytes: "7e", refused: key });
    },
  );

  it("takes Escape alone for a key of its own", () => {
    expect(type("\x1b7e")).toMatchObject({ bytes: "7e", refused: "\x1b" });
    expect(type("\x1b\x1b[A7e")).toMatchObject({ bytes: "7e", refused: "\x1b\x1b[A" });
  });

  it("takes what a terminal puts around a paste for nothing", () => {
    expect(type("\x1b[200~7e 01\x1b[201~")).toMatchObject({ bytes: "7e01", refused: "" });
  });

  it("neither sends nor hides half a byte that the end comes upon", () => {
    expect(type("7e 0")).toEqual({ bytes: "7e", echo: "7e 0\b \b", refused: "0" });
  });

  it("tells of a long paste once", () => {
    const told: string[] = [];
    createHexInput({ onRefused: (what) => told.push(what) }).push(latin1("7e hello"), 0);
    expect(told).toEqual(["hllo"]);
  });

  it("is the same however what is typed is cut", () => {
    const key = fc.constantFrom(
      ..."0123456789abcdefABCDEFx ,\r\n\b\x7f\x1b[O;~gz",
      ..."0x \x1b[A \x1b[[B \x1bOC \x1b[200~ \r\n \xc3\xbc \xe2\x82 \xff".split(" "),
    );
    const bytes = fc.array(key, { maxLength: 60 }).map((parts) => latin1(parts.join("")));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), (all, places) => {
        const cut = cutPieces([{ bytes: all, afterUs: 0, way: "tx" }], places).map((piece) => piece.bytes);
        expect(typed(cut)).toEqual(typed([all]));
      }),
    );
  });

  it("gives back any bytes that are written as hex, in any way of writing", () => {
    const separator = fc.constantFrom("", " ", ", ", ":", "\r\n", ", 0x");
    fc.assert(
      fc.property(fc.uint8Array(), separator, fc.boolean(), (all, between, isUpper) => {
        const digits = [...all].map((byte) => byte.toString(16).padStart(2, "0"));
        const text = digits.map((two) => (isUpper ? two.toUpperCase() : two)).join(between);
        expect(type(text)).toMatchObject({ bytes: digits.join(""), refused: "" });
      }),
    );
  });

  it("takes 100,000 random inputs", () => {
    const input = createHexInput();
    hundredThousand(input, () => {
      if (!/^[0-9a-f\b \r\n]*$/i.test(input.echo)) throw new Error(`seen: ${JSON.stringify(input.echo)}`);
    });
  });
});
