/**
 * A long wire: bytes come out as they went in, later. Pure; the time comes from whoever asks, in ms.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { randomStream } from "./random.js";

/** What may be on its way; beyond it nothing is taken, and flow control holds the sender. */
const CAPACITY = 1024 * 1024;

export interface Delay {
  room(): number;
  push(from: Uint8Array, start: number, end: number, atMs: number): void;
  /** Moves what is due to `out`, `limit` bytes at most. */
  release(limit: number, atMs: number, out: ByteQueue): void;
  readonly held: number;
  deadlineMs(): number | undefined;
  /** Gives up what is on its way. Returns how many bytes that was. */
  discard(): number;
}

/** Bytes that come out at the same time. */
interface Run {
  readonly dueMs: number;
  count: number;
}

/**
 * Each byte takes `delayMs` and from nothing to `jitterMs` more, by its place in `stream`; no byte overtakes another, so in
 * a dense stream the slowest sets the time.
 */
export function createDelay(delayMs: number, jitterMs: number, seed: number, stream: string): Delay {
  const queue = new ByteQueue();
  const jitter = randomStream(seed, `${stream} jitter`);
  let runs: Run[] = [];
  /** Runs before this one are out. */
  let first = 0;
  let lastDueMs = Number.NEGATIVE_INFINITY;

  const add = (dueMs: number, count: number) => {
    const last = runs.at(-1);
    if (last !== undefined && runs.length > first && dueMs <= last.dueMs) last.count += count;
    else runs.push({ dueMs, count });
    lastDueMs = Math.max(lastDueMs, dueMs);
  };
  const dropDone = () => {
    if (first < runs.length && first < 1024) return;
    runs = runs.slice(first);
    first = 0;
  };

  return {
    room: () => Math.max(0, CAPACITY - queue.length),
    push(from, start, end, atMs) {
      queue.push(from, start, end);
      if (jitterMs === 0) return add(Math.max(lastDueMs, atMs + delayMs), end - start);
      for (let at = start; at < end; at++) add(Math.max(lastDueMs, atMs + delayMs + jitter() * jitterMs), 1);
    },
    release(limit, atMs, out) {
      let count = 0;
      for (let run = runs[first]; run && run.dueMs <= atMs && count < limit; run = runs[first]) {
        const taken = Math.min(run.count, limit - count);
        count += taken;
        run.count -= taken;
        if (run.count === 0) first++;
      }
      if (count === 0) return;
      dropDone();
      out.push(queue.bytes, queue.start, queue.start + count);
      queue.take(count);
    },
    get held() {
      return queue.length;
    },
    deadlineMs: () => runs[first]?.dueMs,
    discard() {
      const count = queue.length;
      queue.clear();
      runs = [];
      first = 0;
      return count;
    },
  };
}
