/** Stages in tests: what comes out of them, and inputs cut in every way. */
import fc from "fast-check";
import type { Stage, Way } from "../../src/bytes/stage.js";

/** A piece of input: which way it went, and how long after the one before. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly afterUs: number;
  readonly way: Way;
}

export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

/** Everything that comes out of `pieces`, as a session would have it: with a flush at each deadline, and at the end. */
export function outputOf(stage: Stage, pieces: readonly Piece[], isFlushedInTime = true): Buffer {
  const parts: Uint8Array[] = [];
  let atUs = 0;
  for (const { bytes, afterUs, way } of pieces) {
    atUs += afterUs;
    const dueUs = stage.deadlineUs?.();
    if (isFlushedInTime && dueUs !== undefined && dueUs <= atUs)
      parts.push(Uint8Array.from(stage.flush(dueUs)));
    parts.push(Uint8Array.from(stage.push(bytes, atUs, way)));
  }
  parts.push(Uint8Array.from(stage.flush(atUs)));
  return Buffer.concat(parts);
}

/** The same for text, all at once or with cuts at `|`; one character a byte. */
export function textOf(stage: Stage, text: string): string {
  const pieces = text.split("|").map((part) => ({ bytes: latin1(part), afterUs: 0, way: "rx" as const }));
  return outputOf(stage, pieces).toString("latin1");
}

/** Each piece cut at the places given, all parts of it at its moment. */
export function cutPieces(pieces: readonly Piece[], places: readonly number[]): Piece[] {
  return pieces.flatMap(({ bytes, afterUs, way }) => {
    const cuts = places.map((place) => place % (bytes.length + 1)).sort((one, other) => one - other);
    const ends = [...cuts, bytes.length];
    return ends.map((end, at) => ({
      bytes: bytes.slice(at === 0 ? 0 : ends[at - 1], end),
      afterUs: at === 0 ? afterUs : 0,
      way,
    }));
  });
}

/** Bytes of which every one has something to say to some stage; all others come too. */
const telling = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(..."\r\n\r\nab \t\x1b[]0;m\x07\x7f\x80\x9b\xc2\xe2\xf0\xff") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\r\n", "\n\r", "\u00e2\u0082\u00ac", "\u00e2\u0080\u00ae", "\u00c2\u009b"),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) },
);
export const tellingBytes = fc.array(telling, { maxLength: 40 }).map((parts) => latin1(parts.join("")));

/** Pieces both ways, with pauses up to a second. */
export const anyPieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.record({
    bytes: tellingBytes,
    afterUs: fc.constantFrom(0, 0, 1, 999, 49_999, 50_000, 99_999, 100_000, 1_000_000),
    way: fc.constantFrom<Way>("rx", "rx", "tx"),
  }),
  { maxLength: 8 },
);
export const anyPlaces = fc.array(fc.nat(), { maxLength: 6 });

/** A generator that is the same each time and quick enough for 100,000 inputs: mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const TELLING = latin1("\r\n\t\x1b[]0;m?\x07\x7f\x80\x9b\xc2\xe2\x80\xae\xf0\x9f\xff");

/** Puts 100,000 random inputs through `stage`, and each result through `check`. */
export function hundredThousand(stage: Stage, check: (shown: Uint8Array) => void): void {
  const random = randomNumbers(1);
  const memory = new Uint8Array(24);
  let atUs = 0;
  for (let round = 0; round < 100_000; round++) {
    const length = random() % memory.length;
    for (let at = 0; at < length; at++) {
      const number = random();
      memory[at] = number & 1 ? TELLING[(number >>> 8) % TELLING.length]! : number >>> 8;
    }
    atUs += random() % 8 === 0 ? random() % 200_000 : 0;
    const number = random() % 16;
    check(stage.push(memory.subarray(0, length), atUs, number < 12 ? "rx" : "tx"));
    if (number === 0) check(stage.flush(atUs));
  }
}
