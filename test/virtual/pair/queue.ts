/** What the tests of the wire's stages have in common: bytes, cuts, and what is on a queue. */
import fc from "fast-check";
import { ByteQueue } from "../../../src/bytes/byte-queue.js";

export const bytes = fc.uint8Array({ maxLength: 300 });

/** Where to cut: parts of what is left, over and over. */
export const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });

/** `all` in pieces, each as the middle of something larger, as in a buffer that is used again. */
export function pieces(all: Uint8Array, sizes: readonly number[]) {
  const found: { from: Uint8Array; start: number; end: number }[] = [];
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const size = Math.min(all.length - at, sizes[turn % sizes.length]!);
    const from = new Uint8Array(size + 5).fill(0xa5);
    from.set(all.subarray(at, at + size), 3);
    found.push({ from, start: 3, end: 3 + size });
    at += size;
  }
  return found;
}

export function drain(queue: ByteQueue): number[] {
  const found = [...queue.bytes.subarray(queue.start, queue.end)];
  queue.clear();
  return found;
}

/** All that `pass` puts on a queue. */
export function passed(pass: (out: ByteQueue) => void): number[] {
  const out = new ByteQueue();
  pass(out);
  return drain(out);
}
