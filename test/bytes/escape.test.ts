/** The escape key in what is typed: whatever the cut, the same text and the same keys, in the same order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEscape } from "../../src/bytes/escape.js";

const ESCAPE = 0x1c;

/** What was found, text joined up: `["text", bytes]` and `["key", byte]`, as a list that can be compared. */
type Found = readonly (readonly ["text" | "key", readonly number[]])[];

/** Pushes `chunks` one after the other; each chunk stands in a larger buffer with text and the key behind its end. */
function find(
  chunks: readonly (readonly number[])[],
  escapeByte = ESCAPE,
  wanted: () => boolean = () => true,
): Found {
  const found: ["text" | "key", number[]][] = [];
  const scanner = createEscape(escapeByte, {
    text: (chunk, start, end) => {
      expect(end).toBeGreaterThan(start);
      const last = found.at(-1);
      if (last?.[0] === "text") last[1].push(...chunk.subarray(start, end));
      else found.push(["text", [...chunk.subarray(start, end)]]);
    },
    key: (chunk, at) => {
      found.push(["key", [chunk[at]!]]);
      return wanted();
    },
  });
  for (const chunk of chunks)
    scanner.push(Uint8Array.from([...chunk, escapeByte ^ 1, escapeByte]), chunk.length);
  return found;
}

/** The same by the plainest rule there is, byte by byte. */
function reference(typed: readonly number[], escapeByte: number): Found {
  const found: ["text" | "key", number[]][] = [];
  let escaped = false;
  for (const byte of typed) {
    if (!escaped && byte === escapeByte) {
      escaped = true;
      continue;
    }
    if (escaped && byte !== escapeByte) found.push(["key", [byte]]);
    else if (found.at(-1)?.[0] === "text") found.at(-1)![1].push(byte);
    else found.push(["text", [byte]]);
    escaped = false;
  }
  return found;
}

/** `typed` cut after each place whose bit is set in `cuts`. */
function cut(typed: readonly number[], cuts: number): number[][] {
  const chunks: number[][] = [[]];
  typed.forEach((byte, at) => {
    chunks.at(-1)!.push(byte);
    if (at < typed.length - 1 && (cuts >> at) & 1) chunks.push([]);
  });
  return chunks;
}

const bytes = (text: string): number[] => [...Buffer.from(text, "latin1")];
const text = (value: string) => ["text", bytes(value)] as const;
const key = (value: string) => ["key", bytes(value)] as const;

describe("escape", () => {
  it("finds text and keys in order", () => {
    expect(find([bytes("ab\x1cqcd\x1c\x1cef\x1c\x03")])).toEqual([
      text("ab"),
      key("q"),
      text("cd\x1cef"),
      key("\x03"),
    ]);
  });

  it("passes text on uncopied: it is the caller's own chunk", () => {
    const chunk = Uint8Array.from(bytes("plain text"));
    const seen: unknown[] = [];
    createEscape(ESCAPE, { text: (...args) => void seen.push(args), key: () => true }).push(chunk, 10);
    expect(seen).toEqual([[chunk, 0, 10]]);
    expect((seen[0] as unknown[])[0]).toBe(chunk);
  });

  it("looks at nothing behind the end of a chunk", () => {
    expect(find([bytes("a")])).toEqual([text("a")]);
    expect(find([[]])).toEqual([]);
    expect(find([[], bytes("\x1c"), [], bytes("q")])).toEqual([key("q")]);
  });

  it("sends the escape key once when it is pressed twice, together or apart", () => {
    for (const chunks of [["\x1c\x1c"], ["\x1c", "\x1c"]]) {
      expect(find(chunks.map(bytes))).toEqual([text("\x1c")]);
    }
    expect(find([bytes("\x1c\x1c\x1c\x1c")])).toEqual([text("\x1c\x1c")]);
    expect(find([bytes("\x1c\x1c\x1cq")])).toEqual([text("\x1c"), key("q")]);
  });

  it("waits for the next chunk when the escape key is the last byte of one", () => {
    expect(find([bytes("ab\x1c")])).toEqual([text("ab")]);
    expect(find([bytes("ab\x1c"), bytes("q")])).toEqual([text("ab"), key("q")]);
  });

  it("gives up the rest of a chunk when the listener wants no more, and starts the next one as text", () => {
    expect(find([bytes("ab\x1cqcd\x1cbef"), bytes("gh")], ESCAPE, () => false)).toEqual([
      text("ab"),
      key("q"),
      text("gh"),
    ]);
  });

  it("takes any byte as the escape key", () => {
    const all = Array.from({ length: 256 }, (_, byte) => byte);
    for (const byte of all) {
      const typed = [...all, ...all.toReversed(), byte];
      expect(find([typed], byte)).toEqual(reference(typed, byte));
    }
  });

  it("finds the same for every cut of a sequence with keys, doubled keys and plain text", () => {
    const typed = bytes("ab\x1cq\x1c\x1c\x1c\x03\x1cbc\x1c\x1c\x1c");
    const whole = find([typed]);
    expect(whole).toEqual([text("ab"), key("q"), text("\x1c"), key("\x03"), key("b"), text("c\x1c")]);
    // One comparison at the end: 2^14 `expect`s would take seconds.
    const different = [];
    for (let cuts = 0; cuts < 2 ** (typed.length - 1); cuts++) {
      if (JSON.stringify(find(cut(typed, cuts))) !== JSON.stringify(whole)) different.push(cut(typed, cuts));
    }
    expect(different).toEqual([]);
  });

  it("finds the same for any bytes, any escape key and any cut", () => {
    const few = fc.integer({ min: 0, max: 3 }); // few values, so that the escape key comes often
    const byte = fc.oneof({ weight: 3, arbitrary: few }, fc.integer({ min: 0, max: 255 }));
    const chunks = fc.array(fc.array(byte, { maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, byte, (typed, escapeByte) => {
        expect(find(typed, escapeByte)).toEqual(reference(typed.flat(), escapeByte));
      }),
      { numRuns: 1000 },
    );
  });
});
