/** The queue of bytes that wait, held against a plain array that does the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../src/bytes/byte-queue.js";

const contents = (queue: ByteQueue): number[] => [...queue.bytes.subarray(queue.start, queue.end)];

/** `count` bytes that count up from `from`. */
const run = (count: number, from = 0) => Uint8Array.from({ length: count }, (_, at) => from + at);

type Step =
  | { readonly does: "push"; readonly count: number; readonly before: number; readonly after: number }
  | { readonly does: "take"; readonly part: number }
  | { readonly does: "clear" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant("push" as const),
    count: fc.oneof(fc.nat(40), fc.nat(150_000)),
    before: fc.nat(3),
    after: fc.nat(3),
  }),
  fc.record({
    does: fc.constant("take" as const),
    part: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  }),
  fc.record({ does: fc.constant("clear" as const) }),
);

describe("byte queue", () => {
  it("is empty at first", () => {
    expect(new ByteQueue().length).toBe(0);
    expect(contents(new ByteQueue())).toEqual([]);
  });

  it("gives bytes back in the order they came, whatever is pushed and taken", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new ByteQueue();
        let model = Buffer.alloc(0);
        for (const [n, one] of steps.entries()) {
          if (one.does === "push") {
            const source = run(one.before + one.count + one.after, n);
            queue.push(source, one.before, one.before + one.count);
            model = Buffer.concat([model, source.subarray(one.before, one.before + one.count)]);
            source.fill(0xee); // the caller goes on with its buffer
          } else if (one.does === "take") {
            const count = Math.round(model.length * one.part);
            queue.take(count);
            model = model.subarray(count);
          } else {
            queue.clear();
            model = Buffer.alloc(0);
          }
          expect(queue.length).toBe(model.length);
          expect(model.equals(queue.bytes.subarray(queue.start, queue.end))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("stays in the same memory, however much goes through, while no more waits than before", () => {
    const queue = new ByteQueue();
    queue.push(run(50_000), 0, 50_000);
    const memories = new Set<Uint8Array>();
    for (let n = 0; n < 1000; n++) {
      queue.push(run(10_000), 0, 10_000);
      queue.take(10_000);
      memories.add(queue.bytes);
    }
    expect(memories.size).toBeLessThanOrEqual(2);
    expect(queue.bytes.length).toBeLessThanOrEqual(4 * 64 * 1024);
  });

  it("keeps a copy: what the caller does to its buffer afterwards changes nothing", () => {
    const queue = new ByteQueue();
    const chunk = run(5);
    queue.push(chunk, 1, 4);
    chunk.fill(99);
    expect(contents(queue)).toEqual([1, 2, 3]);
  });

  it("takes a part of itself, in the room it has and when it has to grow", () => {
    for (const count of [10, 50_000]) {
      const queue = new ByteQueue();
      queue.push(run(count), 0, count);
      queue.take(2);
      const before = contents(queue);
      queue.push(queue.bytes, queue.start, queue.end);
      expect(contents(queue)).toEqual([...before, ...before]);
    }
  });

  it("takes a part of itself when it makes room by moving what waits to the front", () => {
    const queue = new ByteQueue();
    queue.push(run(65_000), 0, 65_000);
    queue.take(64_400);
    const before = contents(queue);
    queue.push(queue.bytes, queue.start, queue.end);
    expect(contents(queue)).toEqual([...before, ...before]);
  });

  it("holds its memory to what waits, and gives a large paste's back when it is sent", () => {
    const queue = new ByteQueue();
    const megabyte = new Uint8Array(1 << 20);
    for (let n = 0; n < 16; n++) queue.push(megabyte, 0, megabyte.length);
    expect(queue.bytes.length).toBeLessThanOrEqual(32 << 20);
    queue.take(queue.length - 1);
    expect(queue.length).toBe(1);
    queue.take(1);
    expect(queue.bytes.length).toBe(0);
  });

  it("does not grow while a little waits, however much goes through", () => {
    const queue = new ByteQueue();
    const chunk = run(1000);
    queue.push(chunk, 0, 10);
    for (let n = 0; n < 10_000; n++) {
      queue.push(chunk, 0, 1000);
      queue.take(1000);
    }
    expect(queue.length).toBe(10);
    expect(queue.bytes.length).toBe(64 * 1024);
  });
});
