/** One direction of the cable on a clock of the test's own: pace, delay, stalls, and all stages together. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/virtual/pair/line-frame.js";
import { mergeStalls, stalledUntilMs } from "../../../src/virtual/pair/stall.js";
import { createWire, type Wire, type WireOptions } from "../../../src/virtual/pair/wire.js";
import { bytes, cuts, pieces } from "./queue.js";

const PLAIN: WireOptions = {
  pace: false,
  strictLine: false,
  drop: 0,
  flip: 0,
  dup: 0,
  delayMs: 0,
  jitterMs: 0,
  stalls: [],
  seed: 1,
  stream: "a",
};
const at = (bps: number, stopbits: 1 | 2 = 1): Frame => ({ bps, databits: 8, parity: "none", stopbits });

const make = (options: Partial<WireOptions>, sender = at(9600), receiver = sender) => {
  const wire = createWire({ ...PLAIN, ...options });
  wire.setLine(sender, receiver, true, 0);
  return wire;
};

const push = (wire: Wire, list: Uint8Array, atMs: number) =>
  wire.push(Uint8Array.from(list), list.length, atMs);

const into = new Uint8Array(64 * 1024);
const take = (wire: Wire, atMs: number) => [...into.subarray(0, wire.take(into, atMs))];

interface Arrival {
  readonly byte: number;
  readonly atMs: number;
}

/** Feeds `sent` from `fromMs` on as fast as the wire takes it, and comes back when it says so. */
function run(wire: Wire, sent: Uint8Array, sizes: readonly number[] = [1e6], fromMs = 0): Arrival[] {
  const found: Arrival[] = [];
  const waiting = pieces(sent, sizes).map(({ from, start, end }) => from.subarray(start, end));
  for (let atMs = fromMs, turn = 0; ; turn++) {
    if (turn > 1_000_000) throw new Error("the wire never comes to rest");
    while (waiting.length > 0 && wire.room(atMs) > 0) {
      const piece = waiting.shift()!;
      const room = Math.min(piece.length, wire.room(atMs));
      push(wire, piece.subarray(0, room), atMs);
      if (room < piece.length) waiting.unshift(piece.subarray(room));
    }
    for (const byte of take(wire, atMs)) found.push({ byte, atMs });
    const nextMs = wire.deadlineMs(atMs);
    if (nextMs === undefined) return found;
    atMs = Math.max(nextMs, atMs + 1e-6); // time goes on
  }
}

const bytesOf = (found: readonly Arrival[]) => found.map(({ byte }) => byte);
const counting = (length: number) => Uint8Array.from({ length }, (_, place) => place);

function addUp(wire: Wire): void {
  const c = wire.counts;
  expect(c.out).toBe(c.in - c.held - c.garbled + c.misread - c.dropped + c.duplicated - c.lost);
}

describe("pace", () => {
  it.each([
    [9600, 1, 10 / 9600],
    [115200, 1, 10 / 115200],
    [300, 2, 11 / 300],
    [1_000_000, 1, 10 / 1_000_000],
  ] as const)("gives each character its time: %i bps, %i stop bits", (bps, stopbits, characterS) => {
    const found = run(make({ pace: true }, at(bps, stopbits)), counting(200), [7]);
    expect(bytesOf(found)).toEqual([...counting(200)]);
    found.forEach(({ atMs }, place) => {
      expect(atMs).toBeGreaterThanOrEqual((place + 1) * characterS * 1000 - 1e-3);
      expect(atMs).toBeLessThan((place + 1) * characterS * 1000 + 1); // and not more
    });
  });

  it("is no faster when it is asked late: what was missed is made up for within 20 ms alone", () => {
    const wire = make({ pace: true });
    push(wire, counting(64), 0);
    expect(take(wire, 10_000).length).toBeLessThanOrEqual(1 + Math.ceil(20 / (10_000 / 9600)));
    expect(wire.counts.held).toBeGreaterThan(40);
  });

  it("reads no more ahead than 20 ms of the line, 64 bytes at least", () => {
    expect(make({ pace: true }).room(0)).toBe(64);
    expect(make({ pace: true }, at(1_000_000)).room(0)).toBe(2000);
    const wire = make({ pace: true });
    push(wire, counting(60), 0);
    expect(wire.room(0)).toBe(4);
  });

  it("stands still at 0 bps, and goes on at the next speed", () => {
    const wire = make({ pace: true }, at(0));
    push(wire, counting(10), 0);
    expect(wire.deadlineMs(0)).toBeUndefined();
    expect(take(wire, 60_000)).toEqual([]);
    wire.setLine(at(9600), at(9600), true, 60_000);
    expect(wire.deadlineMs(60_000)).toBeLessThanOrEqual(60_002);
    expect(take(wire, 60_100)).toEqual([...counting(10)]);
  });

  it("is at no time ahead of the line, whenever it is fed and asked", () => {
    const step = fc.record({ afterMs: fc.double({ min: 0, max: 30, noNaN: true }), count: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(1200, 9600, 115200), (steps, bps) => {
        const wire = make({ pace: true }, at(bps));
        const characterMs = 10_000 / bps;
        const released: Arrival[] = [];
        let atMs = 0;
        for (const { afterMs, count } of steps) {
          atMs += afterMs;
          push(wire, counting(Math.min(count, wire.room(atMs))), atMs);
          for (const byte of take(wire, atMs)) released.push({ byte, atMs });
        }
        // In any span: the line's own bytes, and what 20 ms and one character let through late.
        released.forEach((first, from) => {
          released.slice(from).forEach(({ atMs: untilMs }, count) => {
            expect(count * characterMs).toBeLessThanOrEqual(untilMs - first.atMs + 20 + 2 * characterMs);
          });
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("delay", () => {
  it("lets each byte arrive so much later, in order", () => {
    const wire = make({ delayMs: 100 });
    push(wire, counting(3), 0);
    push(wire, counting(2), 50);
    expect(wire.deadlineMs(50)).toBe(100);
    expect(take(wire, 99.9)).toEqual([]);
    expect(take(wire, 100)).toEqual([0, 1, 2]);
    expect(wire.deadlineMs(100)).toBe(150);
    expect(take(wire, 150)).toEqual([0, 1]);
    expect(wire.deadlineMs(150)).toBeUndefined();
  });

  it("and up to the jitter later again, by each byte's place, however they are cut", () => {
    const seconds = counting(200);
    const sendEach = (count: number) => {
      const wire = make({ delayMs: 10, jitterMs: 20 });
      for (let place = 0; place < seconds.length; place += count) {
        push(wire, seconds.subarray(place, place + count), Math.floor(place / 10) * 1000);
      }
      return run(wire, new Uint8Array(0));
    };
    const found = sendEach(10);
    expect(sendEach(1)).toEqual(found);
    expect(sendEach(5)).toEqual(found);
    expect(bytesOf(found)).toEqual([...seconds]);
    const late = found.map(({ atMs }, place) => atMs - Math.floor(place / 10) * 1000);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...late)).toBeLessThanOrEqual(30);
    expect(new Set(late.filter((_, place) => place % 10 === 0)).size).toBe(20); // all of them different
  });

  it("has a bound: when a mebibyte is on its way, the sender waits", () => {
    const wire = make({ delayMs: 1000 });
    const chunk = new Uint8Array(4096);
    let pushed = 0;
    for (; wire.room(0) > 0; pushed += chunk.length) push(wire, chunk, 0);
    expect(pushed).toBe(1024 * 1024);
    expect(wire.room(999)).toBe(0);
    take(wire, 1000);
    expect(wire.room(1000)).toBeGreaterThan(0);
  });
});

it("a paced wire with a long delay holds a mebibyte too, and then the sender", () => {
  const wire = make({ pace: true, delayMs: 10_000 }, at(40_000_000));
  for (let atMs = 0; atMs < 1000; atMs += 5) {
    push(wire, new Uint8Array(wire.room(atMs)), atMs);
    take(wire, atMs);
  }
  expect(wire.room(1000)).toBe(0);
  expect(wire.counts.held).toBeLessThan(1024 * 1024 + 2 * 64 * 1024);
  expect(wire.deadlineMs(1000)).toBeGreaterThanOrEqual(10_000); // nothing to do until the first is due
});

describe("a stall", () => {
  it("lets nothing in or out for its time, and loses nothing", () => {
    const wire = make({ stalls: [{ fromMs: 100, forMs: 50 }], delayMs: 20 });
    push(wire, counting(3), 90);
    expect(wire.room(99)).toBeGreaterThan(0);
    expect(wire.room(100)).toBe(0);
    expect(wire.deadlineMs(120)).toBe(150);
    expect(take(wire, 149)).toEqual([]);
    expect(take(wire, 150)).toEqual([0, 1, 2]);
  });

  it("joins another one that begins before it is over", () => {
    expect(
      mergeStalls([
        { fromMs: 50, forMs: 10 },
        { fromMs: 0, forMs: 20 },
        { fromMs: 10, forMs: 20 },
        { fromMs: 30, forMs: 1 },
      ]),
    ).toEqual([
      { fromMs: 0, forMs: 31 },
      { fromMs: 50, forMs: 10 },
    ]);
  });

  it("holds at a time exactly when one of those that were asked for does", () => {
    const span = fc.record({ fromMs: fc.nat(50), forMs: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(span), fc.nat(80), (stalls, atMs) => {
        const asked = stalls.some(({ fromMs, forMs }) => atMs >= fromMs && atMs < fromMs + forMs);
        expect(stalledUntilMs(mergeStalls(stalls), atMs) !== undefined).toBe(asked);
      }),
    );
  });
});

describe("a wire that fits its ends badly", () => {
  it("delivers what a receiver at another speed reads", () => {
    expect(bytesOf(run(make({ strictLine: true }, at(9600), at(19200)), Uint8Array.of(0x41)))).toEqual([
      6, 0xfe,
    ]);
  });

  it("reads a paced stream as one, whenever it is asked", () => {
    const sent = counting(256);
    const dense = bytesOf(run(make({ strictLine: true }, at(9600), at(4800)), sent));
    const paced = make({ strictLine: true, pace: true }, at(9600), at(4800));
    expect(bytesOf(run(paced, sent, [5]))).toEqual(dense);
    addUp(paced);
  });

  it("reads each character by itself where they are typed one by one", () => {
    const wire = make({ strictLine: true, pace: true }, at(9600), at(4800));
    const found = [0, 1000].flatMap((fromMs) => run(wire, Uint8Array.of(0), [1], fromMs));
    expect(bytesOf(found)).toEqual([0xf8, 0xf8]);
  });
});

describe("all of it", () => {
  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  const options = fc.record({
    pace: fc.boolean(),
    strictLine: fc.boolean(),
    drop: probability,
    flip: probability,
    dup: probability,
    delayMs: fc.constantFrom(0, 5),
    jitterMs: fc.constantFrom(0, 5),
    stalls: fc.constantFrom([], [{ fromMs: 3, forMs: 4 }]),
    seed: fc.nat(2 ** 32 - 1),
  });
  const bps = fc.constantFrom(4800, 9600, 115200, 1_000_000);

  it("gives the same bytes however they are cut, and adds up", () => {
    fc.assert(
      fc.property(options, bps, bps, bytes, cuts, (its, from, to, sent, sizes) => {
        // Without a pace every read is a burst of its own on a strict line: there the cut is the pause.
        const same = its.pace || !its.strictLine ? to : from;
        const [one, other] = [make(its, at(from), at(same)), make(its, at(from), at(same))];
        expect(bytesOf(run(one, sent, sizes))).toEqual(bytesOf(run(other, sent)));
        addUp(one);
        expect(one.counts).toEqual(other.counts);
        expect(one.counts.held).toBe(0);
        expect(one.counts.in).toBe(sent.length);
      }),
      { numRuns: 200 },
    );
  });

  it("adds up at every moment, and gives up what is on its way when it is told to", () => {
    const step = fc.record({ afterMs: fc.nat(10), count: fc.nat(50), takes: fc.boolean() });
    fc.assert(
      fc.property(options, bps, bps, fc.array(step, { maxLength: 40 }), (its, from, to, steps) => {
        const wire = make(its, at(from), at(to));
        let atMs = 0;
        for (const { afterMs, count, takes } of steps) {
          atMs += afterMs;
          push(wire, counting(Math.min(count, wire.room(atMs))), atMs);
          if (takes) take(wire, atMs);
          addUp(wire);
        }
        const { held } = wire.counts;
        expect(wire.discard()).toBe(held);
        addUp(wire);
        expect(wire.counts.held).toBe(0);
        expect(take(wire, atMs + 1e6)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
