/**
 * Bytes that a bad wire loses, changes or repeats: a stage whose result depends on the seed and on each byte's place, never
 * on how the bytes were cut. Pure; knows no time.
 */
import type { ByteQueue } from "../../bytes/byte-queue.js";
import { type Random, randomStream } from "./random.js";

export type ByteFault = "drop" | "flip" | "dup";

export interface FaultRates {
  /** Probabilities for each byte, 0..1. A byte that is dropped is neither flipped nor repeated. */
  readonly drop: number;
  /** One of the byte's eight bits is turned over. */
  readonly flip: number;
  /** The byte comes twice. */
  readonly dup: number;
}

export interface ByteFaults {
  /** Puts what is left of `from[start..end)` on `out`. */
  pass(from: Uint8Array, start: number, end: number, out: ByteQueue): void;
  readonly counts: Readonly<Record<ByteFault, number>>;
}

/** Bytes that are worked on at a time; each gives two at most. */
const SLICE = 4096;

/**
 * `stream` names the direction. Each kind of fault draws from a stream of its own, one number a byte: another rate for one
 * kind moves no fault of another. `onFault` gets the place of the byte among all that came by here.
 */
export function byteFaults(
  { drop, flip, dup }: FaultRates,
  seed: number,
  stream: string,
  onFault: (kind: ByteFault, offset: number) => void = () => {},
): ByteFaults {
  const random = (kind: string, rate: number): Random =>
    rate > 0 ? randomStream(seed, `${stream} ${kind}`) : () => 1;
  const drops = random("drop", drop);
  const flips = random("flip", flip);
  const dups = random("dup", dup);
  const bits = randomStream(seed, `${stream} bit`);
  const counts = { drop: 0, flip: 0, dup: 0 };
  const work = new Uint8Array(2 * SLICE);
  let offset = 0;

  const tell = (kind: ByteFault) => {
    counts[kind]++;
    onFault(kind, offset);
  };
  /** The number of bytes that `from[start..end)` leaves in `work`. */
  const passSome = (from: Uint8Array, start: number, end: number): number => {
    let length = 0;
    for (let at = start; at < end; at++, offset++) {
      const isDropped = drops() < drop;
      const isFlipped = flips() < flip;
      const isTwice = dups() < dup;
      const bit = isFlipped ? Math.floor(bits() * 8) : 0; // drawn also for a byte that is dropped
      if (isDropped) {
        tell("drop");
        continue;
      }
      let byte = from[at]!;
      if (isFlipped) {
        byte ^= 1 << bit;
        tell("flip");
      }
      work[length++] = byte;
      if (isTwice) {
        work[length++] = byte;
        tell("dup");
      }
    }
    return length;
  };

  return {
    pass(from, start, end, out) {
      for (let at = start; at < end; at += SLICE) {
        out.push(work, 0, passSome(from, at, Math.min(end, at + SLICE)));
      }
    },
    counts,
  };
}
