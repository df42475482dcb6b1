/** What is kept of many series. */
import { describe, expect, it } from "vitest";
import { MOST_SERIES, type SeriesOptions, SeriesSet } from "../../src/plot/series.js";
import type { Value } from "../../src/plot/value.js";
import { valuesIn, windowOf } from "../../src/plot/window.js";

const row = (values: Record<string, number>): Value[] =>
  Object.entries(values).map(([name, value]) => ({ name, value, text: String(value) }));

function setOf(options: Partial<SeriesOptions> = {}): SeriesSet {
  return new SeriesSet({ x: { kind: "time" }, kept: { seconds: 60 }, ...options });
}

const names = (set: SeriesSet) => set.list.map(({ name }) => name);

describe("series", () => {
  it("come in the order in which they were heard, with their last value, unit and extremes", () => {
    const set = setOf();
    set.push([{ name: "b", value: 2, text: "2.0", unit: "V" }, ...row({ a: 1 })], 1e6);
    set.push(row({ a: 5, b: Number.NaN }), 2e6);
    set.push([{ name: "b", value: -1, text: "-1.00" }], 3e6);
    set.push(row({ a: 3 }), 3e6);
    expect(
      set.list.map(({ name, unit, lastText, low, high, count }) => [name, unit, lastText, low, high, count]),
    ).toEqual([
      ["b", "V", "-1.00", -1, 2, 2],
      ["a", undefined, "3", 1, 5, 3],
    ]);
  });

  it("are worth a line when they have come twice, and all of them while none has", () => {
    const set = setOf();
    set.push(row({ size: 1024 }), 0);
    expect(names(set)).toEqual(["size"]);
    set.push(row({ temp: 1 }), 1e6);
    expect(names(set)).toEqual(["size", "temp"]);
    set.push(row({ temp: 2 }), 2e6);
    expect(names(set)).toEqual(["temp"]);
    expect(set.list[0]!.points.length).toBe(2);
  });

  it("are 32 at the most: more are counted", () => {
    const set = setOf();
    for (let turn = 0; turn < 2; turn++)
      for (let at = 0; at < MOST_SERIES + 3; at++) set.push(row({ [`s${at}`]: at }), at * 1e6);
    expect(names(set)).toEqual(Array.from({ length: MOST_SERIES }, (_, at) => `s${at}`));
    expect(set.refused).toBe(3);
  });

  it("make room where they were heard once, long ago", () => {
    const set = setOf();
    for (let at = 0; at < MOST_SERIES; at++) set.push(row({ [`boot${at}`]: at }), 0);
    for (let at = 0; at < 300; at++) set.push(row({ late: at }), at * 1e6);
    expect(names(set)).toEqual(["late"]);
    expect(set.list[0]!.place).toBe(0);
  });

  it("begin with a number: a gap in nothing is none", () => {
    const set = setOf();
    set.push(row({ a: Number.NaN, b: 1 }), 0);
    expect(names(set)).toEqual(["b"]);
  });

  it("keep so many seconds, or so many values", () => {
    const seconds = setOf({ kept: { seconds: 10 } });
    const points = setOf({ x: { kind: "index" }, kept: { points: 10 } });
    for (let at = 0; at < 1000; at++) {
      seconds.push(row({ a: at }), at * 1e6);
      points.push(row({ a: at }), at * 1e6);
    }
    const window = windowOf(seconds, seconds.list, 1)!;
    expect([window.low, window.high]).toEqual([989, 999]);
    expect(valuesIn(seconds.list, window)).toEqual({ low: 989, high: 999 });
    expect(seconds.list[0]!.points.length).toBeLessThan(80);
    const last = windowOf(points, points.list, 1)!;
    expect([last.low, last.high]).toEqual([990, 999]);
    expect(points.list[0]!.points.length).toBe(10);
  });

  it("are shown in part when zoomed in", () => {
    const seconds = setOf({ kept: { seconds: 16 } });
    const points = setOf({ kept: { points: 16 } });
    const named = setOf({ x: { kind: "name", name: "t" }, kept: { points: 16 } });
    for (let at = 0; at < 100; at++)
      for (const set of [seconds, points, named]) set.push(row({ t: at * 10, a: at }), at * 1e6);
    expect(windowOf(seconds, seconds.list, 4)).toMatchObject({ low: 95, high: 99 });
    expect(windowOf(points, points.list, 4)).toMatchObject({ low: 96, high: 99 });
    const few = setOf({ kept: { seconds: 1000 } });
    for (const at of [0, 8]) few.push(row({ a: at }), at * 1e6);
    expect(windowOf(few, few.list, 2)).toMatchObject({ low: 4, high: 8 });
    expect(windowOf(named, named.list, 4)).toMatchObject({ low: 960, high: 990 });
    expect(names(named)).toEqual(["a"]);
    expect(windowOf(setOf(), [], 1)).toBeUndefined();
  });

  it("over a series of the device's may go back", () => {
    const set = setOf({ x: { kind: "name", name: "x" }, kept: { points: 100 } });
    for (const [x, y] of [
      [0, 0],
      [1, 1],
      [0, 2],
      [-1, 1],
      [0, 0],
    ] as const)
      set.push(row({ x, y }), 0);
    set.push(row({ y: 9 }), 0); // with no x it has no place
    expect(windowOf(set, set.list, 1)).toMatchObject({ low: -1, high: 1 });
    expect(set.list[0]!.points.length).toBe(5);
  });

  it("stay in a copy, and are all forgotten when they are cleared", () => {
    const set = setOf();
    set.push(row({ a: 1 }), 0);
    set.push(row({ a: 2 }), 1e6);
    const copy = set.copy();
    set.push(row({ a: 3 }), 2e6);
    expect(copy.list[0]).toMatchObject({ lastText: "2", high: 2 });
    expect(copy.newestX).toBe(1);
    set.clear();
    expect(set.list).toEqual([]);
    expect(copy.list).toHaveLength(1);
  });
});
