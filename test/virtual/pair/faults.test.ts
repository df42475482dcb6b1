/** Bytes lost, changed and repeated: as often as asked, and the same ones again with the same seed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ByteFault, byteFaults, type FaultRates } from "../../../src/virtual/pair/faults.js";
import { randomStream } from "../../../src/virtual/pair/random.js";
import { bytes, cuts, passed, pieces } from "./queue.js";

const NONE: FaultRates = { drop: 0, flip: 0, dup: 0 };
const rate = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const rates = fc.record({ drop: rate, flip: rate, dup: rate });
const seed = fc.nat(2 ** 32 - 1);

interface Told {
  readonly kind: ByteFault;
  readonly offset: number;
}

function run(all: Uint8Array, its: FaultRates, from: number, sizes: readonly number[] = [1e6], stream = "a") {
  const told: Told[] = [];
  const faults = byteFaults(its, from, stream, (kind, offset) => told.push({ kind, offset }));
  const out = passed((queue) => {
    for (const piece of pieces(all, sizes)) faults.pass(piece.from, piece.start, piece.end, queue);
  });
  return { out, told, counts: faults.counts };
}

const COUNTING = Uint8Array.from({ length: 100_000 }, (_, at) => at);

describe("faults of bytes", () => {
  it("are the same however the bytes are cut", () => {
    fc.assert(
      fc.property(bytes, rates, seed, cuts, (all, its, from, sizes) => {
        expect(run(all, its, from, sizes)).toEqual(run(all, its, from));
      }),
    );
  });

  it("add up: what comes out is what went in, less the dropped, and the repeated twice", () => {
    fc.assert(
      fc.property(bytes, rates, seed, (all, its, from) => {
        const { out, told, counts } = run(all, its, from);
        expect(out.length).toBe(all.length - counts.drop + counts.dup);
        for (const kind of ["drop", "flip", "dup"] as const) {
          expect(told.filter((fault) => fault.kind === kind).length).toBe(counts[kind]);
        }
      }),
    );
  });

  it("are where they are told: the output can be made from the input and the events", () => {
    fc.assert(
      fc.property(bytes, rates, seed, (all, its, from) => {
        const { out, told } = run(all, its, from);
        const has = (kind: ByteFault, offset: number) =>
          told.some((fault) => fault.kind === kind && fault.offset === offset);
        let at = 0;
        all.forEach((byte, offset) => {
          if (has("drop", offset)) return;
          const changed = out[at]! ^ byte;
          expect(Math.log2(changed) % 1 === 0).toBe(has("flip", offset)); // one bit
          if (has("dup", offset)) expect(out[at + 1]).toBe(out[at++]);
          at++;
        });
        expect(at).toBe(out.length);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[keyof FaultRates, number]>([
    ["drop", 0.01],
    ["flip", 0.5],
    ["dup", 0.001],
  ])("come as often as asked: %s at %f", (kind, probability) => {
    const { counts } = run(COUNTING, { ...NONE, [kind]: probability }, 1);
    const expected = COUNTING.length * probability;
    expect(Math.abs(counts[kind] - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it("turn over each of the eight bits about equally often", () => {
    const { out } = run(new Uint8Array(80_000), { ...NONE, flip: 1 }, 3);
    for (let bit = 0; bit < 8; bit++) {
      expect(out.filter((byte) => byte === 1 << bit).length).toBeGreaterThan(9_500);
    }
  });

  it("of one kind stay where they are when the rate of another changes", () => {
    const places = (its: FaultRates) => run(COUNTING, its, 9).told.filter(({ kind }) => kind === "drop");
    expect(places({ drop: 0.01, flip: 0.3, dup: 0.2 })).toEqual(places({ ...NONE, drop: 0.01 }));
  });

  it("turn over the same bits when other bytes are dropped", () => {
    const all = new Uint8Array(10_000);
    const flipped = run(all, { ...NONE, flip: 0.3 }, 9).out;
    const { out, told } = run(all, { ...NONE, flip: 0.3, drop: 0.5 }, 9);
    const dropped = new Set(told.filter(({ kind }) => kind === "drop").map(({ offset }) => offset));
    expect(out).toEqual(flipped.filter((_, offset) => !dropped.has(offset)));
  });

  it("are others in the other direction, and with another seed", () => {
    const its = { ...NONE, drop: 0.5 };
    const { out } = run(COUNTING, its, 5);
    expect(run(COUNTING, its, 5, undefined, "b").out).not.toEqual(out);
    expect(run(COUNTING, its, 6).out).not.toEqual(out);
  });

  it("are never there at 0 and always at 1", () => {
    expect(run(COUNTING, NONE, 1).out).toEqual([...COUNTING]);
    expect(run(COUNTING, { ...NONE, drop: 1 }, 1).out).toEqual([]);
    expect(run(COUNTING, { ...NONE, dup: 1 }, 1).out.length).toBe(2 * COUNTING.length);
  });
});

describe("a stream of random numbers", () => {
  it("is the same on every machine and in every version: seeds in bug reports stay good", () => {
    const next = randomStream(7, "a drop");
    expect([next(), next(), next()].map((n) => n * 2 ** 32)).toEqual(GOLDEN);
  });

  it("stays within 0 and 1 and fills them evenly, whatever the seed", () => {
    fc.assert(
      fc.property(seed, fc.string(), (from, name) => {
        const next = randomStream(from, name);
        const counts = [0, 0, 0, 0];
        for (let n = 0; n < 4000; n++) counts[Math.floor(next() * 4)]!++;
        expect(counts.length).toBe(4); // nothing outside
        for (const count of counts) expect(count).toBeGreaterThan(800);
      }),
    );
  });
});

/** As made when this was written. */
const GOLDEN = [136902645, 932798585, 2564808651];
