/**
 * A sender that needs its time for each character: bytes wait here until the last of their bits is out. Pure; the time comes
 * from whoever asks, in ms.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";

export interface Pace {
  /** Milliseconds for one character from now on; Infinity stands for a line that is hung up (B0). */
  setCharacterMs(characterMs: number): void;
  /** How many bytes it would take now. */
  room(): number;
  push(from: Uint8Array, start: number, end: number, atMs: number): void;
  /** Gives `pass` those of which the last bit is out, `limit` at most, as one run. Returns how many. */
  release(limit: number, atMs: number, pass: (from: Uint8Array, start: number, end: number) => void): number;
  readonly held: number;
  /** When the next byte is out, or undefined. */
  deadlineMs(): number | undefined;
  /** Gives up what waits. Returns how many bytes that was. */
  discard(): number;
}

/**
 * What is read ahead of the line, in time. More would be sent at the old speed after a program has set a new one; less
 * would let the line fall idle when the process gets no turn.
 */
const AHEAD_MS = 20;
const LEAST_AHEAD = 64;
const MOST_AHEAD = 64 * 1024;

export function createPace(): Pace {
  const queue = new ByteQueue();
  let characterMs = Number.POSITIVE_INFINITY;
  /** Until when the line is busy with what has been released. */
  let freeAtMs = Number.NEGATIVE_INFINITY;
  const ahead = () => Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.ceil(AHEAD_MS / characterMs)));

  return {
    setCharacterMs(next) {
      characterMs = next;
    },
    room: () => Math.max(0, ahead() - queue.length),
    push(from, start, end, atMs) {
      if (queue.length === 0) freeAtMs = atMs; // what went before is out
      queue.push(from, start, end);
    },
    release(limit, atMs, pass) {
      if (queue.length === 0 || characterMs === Number.POSITIVE_INFINITY) return 0;
      // What was held up by flow control is not made up for: a line sends no faster afterwards.
      freeAtMs = Math.max(freeAtMs, atMs - AHEAD_MS - characterMs);
      const out = Math.floor((atMs - freeAtMs) / characterMs + 1e-9); // whole characters, whatever the rounding
      const count = Math.min(queue.length, limit, out);
      if (count <= 0) return 0;
      freeAtMs += count * characterMs;
      pass(queue.bytes, queue.start, queue.start + count);
      queue.take(count);
      return count;
    },
    get held() {
      return queue.length;
    },
    deadlineMs() {
      if (queue.length === 0 || characterMs === Number.POSITIVE_INFINITY) return undefined;
      return freeAtMs + characterMs;
    },
    discard() {
      const count = queue.length;
      queue.clear();
      return count;
    },
  };
}
