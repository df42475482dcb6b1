/** Points that are kept. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_ENTRIES, Points, type Thinning } from "../../src/plot/points.js";

interface Entry {
  x0: number;
  x1: number;
  first: number;
  low: number;
  high: number;
  last: number;
  isBroken: boolean;
}

function entriesOf(points: Points, from = 0): Entry[] {
  const entries: Entry[] = [];
  points.visit((x0, x1, first, low, high, last, isBroken) => {
    entries.push({ x0, x1, first, low, high, last, isBroken });
  }, from);
  return entries;
}

function keep(thinning: Thinning, values: readonly (readonly [number, number])[], most?: number): Points {
  const points = new Points(thinning, most);
  for (const [x, y] of values) points.push(x, y);
  return points;
}

describe("points", () => {
  it("are each an entry where they lie far apart, with nothing between them", () => {
    const points = keep({ width: 1 }, [
      [0, 5],
      [1, 7],
      [2, Number.NaN],
      [3, 6],
    ]);
    expect(entriesOf(points)).toEqual([
      { x0: 0, x1: 0, first: 5, low: 5, high: 5, last: 5, isBroken: false },
      { x0: 1, x1: 1, first: 7, low: 7, high: 7, last: 7, isBroken: false },
      { x0: 3, x1: 3, first: 6, low: 6, high: 6, last: 6, isBroken: true },
    ]);
  });

  it("lose no peak where they are one entry", () => {
    const values = Array.from({ length: 100 }, (_, at) => [at / 1000, at === 50 ? 99 : at % 3] as const);
    expect(entriesOf(keep({ width: 1 }, values))).toEqual([
      { x0: 0, x1: 0.099, first: 0, low: 0, high: 99, last: 0, isBroken: false },
    ]);
    expect(entriesOf(keep({ count: 40 }, values)).map(({ high }) => high)).toEqual([2, 99, 2]);
  });

  it("have the extremes, the ends and the order of all that was pushed, however many fit", () => {
    const value = fc.record({ step: fc.constantFrom(0, 0.1, 0.6, 1, 5), y: fc.integer() });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (all, most) => {
          let x = 0;
          const values = all.map(({ step, y }) => {
            x += step;
            return [x, y] as const;
          });
          const points = keep({ width: 1 }, values, most);
          const entries = entriesOf(points);
          expect(entries.length).toBe(points.length);
          expect(points.length).toBeLessThanOrEqual(most);
          // What is kept is the newest part of it.
          const kept = values.filter(([at]) => at >= entries[0]!.x0);
          const tail = kept.slice(-kept.length);
          expect(entries.at(-1)!.last).toBe(tail.at(-1)![1]);
          if (points.length < most) {
            expect(Math.min(...entries.map(({ low }) => low))).toBe(Math.min(...values.map(([, y]) => y)));
            expect(Math.max(...entries.map(({ high }) => high))).toBe(Math.max(...values.map(([, y]) => y)));
            expect(entries[0]!.first).toBe(values[0]![1]);
          }
          for (const [at, entry] of entries.entries()) {
            expect(entry.x1 - entry.x0).toBeLessThan(1);
            if (at > 0) expect(entry.x0).toBeGreaterThanOrEqual(entries[at - 1]!.x1);
          }
        },
      ),
    );
  });

  it("are found by their place, also behind the end of the memory", () => {
    const points = keep(
      { count: 1 },
      Array.from({ length: 25 }, (_, at) => [at, at] as const),
      10,
    );
    expect(points.xAt(0)).toBe(15);
    expect(points.firstFrom(-1)).toBe(0);
    expect(points.firstFrom(17.5)).toBe(3);
    expect(points.firstFrom(24)).toBe(9);
    expect(points.firstFrom(25)).toBe(10);
    expect(entriesOf(points, 8).map(({ x0 }) => x0)).toEqual([23, 24]);
    points.dropBefore(20);
    expect(points.xAt(0)).toBe(19); // the line to the first one comes from there
    points.dropBefore(99);
    expect(points.length).toBe(1);
  });

  it("take the same memory after ten million", () => {
    const points = new Points({ width: 60 / MOST_ENTRIES });
    for (let at = 0; at < 200_000; at++) points.push(at / 1000, at);
    const before = process.memoryUsage();
    for (let at = 200_000; at < 10_000_000; at++) points.push(at / 1000, at);
    const after = process.memoryUsage();
    expect(points.length).toBe(MOST_ENTRIES);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1 << 20);
  });

  it("of a copy stay as they were", () => {
    const points = keep({ width: 1 }, [[0, 1]]);
    const copy = points.copy();
    points.push(0.5, 9);
    points.push(5, 9);
    expect(entriesOf(copy)).toEqual([{ x0: 0, x1: 0, first: 1, low: 1, high: 1, last: 1, isBroken: false }]);
    points.clear();
    expect(entriesOf(points)).toEqual([]);
  });
});
