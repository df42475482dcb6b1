import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PIECE_BYTES, PieceQueue } from "../../src/sink/piece-queue.js";

/** Bytes that differ from their neighbours in other pieces as well. */
function numbered(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 31 + (at >> 8) * 7) & 0xff);
}

describe("a queue of pieces", () => {
  it("gives back what was put in, in order, however it is put in and taken out", () => {
    const all = numbered(3 * PIECE_BYTES);
    const step = fc.record({ put: fc.nat(PIECE_BYTES), taken: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const queue = new PieceQueue();
        let [put, taken] = [0, 0];
        const out = Buffer.alloc(all.length);
        const take = (share: number) => {
          const head = queue.head();
          const count = Math.ceil(head.length * share);
          out.set(head.subarray(0, count), taken);
          queue.take(count);
          taken += count;
        };
        for (const one of steps) {
          const end = Math.min(all.length, put + one.put);
          queue.push(all, put, end);
          put = end;
          if (queue.length > 0) take(one.taken);
          expect(queue.length).toBe(put - taken);
        }
        while (queue.length > 0) take(1);
        expect(taken).toBe(put);
        expect(out.subarray(0, put).equals(all.subarray(0, put))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves what is lent in its place while more comes", () => {
    const queue = new PieceQueue();
    queue.push(Buffer.from("first"), 0, 5);
    const lent = queue.head();
    const rest = numbered(PIECE_BYTES);
    queue.push(rest, 0, rest.length);
    expect(Buffer.from(lent).toString()).toBe("first");
    queue.take(lent.length);
    expect(queue.head()[0]).toBe(rest[0]);
  });

  it("uses its memory again", () => {
    const queue = new PieceQueue();
    const bytes = numbered(1000);
    queue.push(bytes, 0, 1000);
    const memory = queue.head().buffer;
    queue.take(1000);
    queue.push(bytes, 0, 1000);
    expect(queue.head().buffer).toBe(memory);
    queue.clear();
    expect(queue.head().length).toBe(0);
  });
});
