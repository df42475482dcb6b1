import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cutter, LATE_BYTES } from "../../src/sink/cutter.js";

const before = process.env.TZ;
beforeAll(() => {
  process.env.TZ = "Europe/Berlin";
});
afterAll(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

const FRESH = { size: 0, isMidLine: false, wallMs: 0 };

/** The sizes of the files that `bytes` become, given in parts that end at `ends`. */
function sizes(cutter: Cutter, bytes: Uint8Array, ends: readonly number[] = [], wallMs = 0): number[] {
  const files = [0];
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    for (let place = start; start < end; start = place) {
      place = cutter.next(bytes, start, end, wallMs);
      if (place === -1) place = end;
      files[files.length - 1]! += place - start;
      if (place < end || start === place) files.push(0);
    }
  }
  return files;
}

/** Local time, in ms. */
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();
const HOUR_MS = 3_600_000;
const LINE = Buffer.from("one\n");
const HALF = Buffer.from("half");

describe("a cutter by size", () => {
  it("ends a file at the first line's end with which it is large enough", () => {
    const lines = Buffer.from("12345\n".repeat(5));
    expect(sizes(new Cutter({ ...FRESH, rotateBytes: 10 }), lines)).toEqual([12, 12, 6]);
    expect(sizes(new Cutter({ ...FRESH, rotateBytes: 12 }), lines)).toEqual([12, 12, 6]);
    expect(sizes(new Cutter({ ...FRESH, rotateBytes: 13 }), lines)).toEqual([18, 12]);
    expect(sizes(new Cutter({ ...FRESH, rotateBytes: 30 }), lines)).toEqual([30]);
  });

  it("cuts a line that has no end within 4 KiB", () => {
    const long = Buffer.alloc(3 * LATE_BYTES, "x");
    expect(sizes(new Cutter({ ...FRESH, rotateBytes: 100 }), long)).toEqual([4196, 4196, 3896]);
  });

  it("counts what the first file has already", () => {
    const lines = Buffer.from("12345\n".repeat(3));
    expect(sizes(new Cutter({ ...FRESH, size: 8, isMidLine: true, rotateBytes: 10 }), lines)).toEqual([
      6, 12,
    ]);
    expect(sizes(new Cutter({ ...FRESH, size: 99_999, isMidLine: false, rotateBytes: 10 }), lines)).toEqual([
      0, 12, 6,
    ]);
    expect(sizes(new Cutter({ ...FRESH, size: 99_999, isMidLine: true, rotateBytes: 10 }), lines)).toEqual([
      0, 12, 6,
    ]);
  });

  it("makes the same files however the input is cut, each as large as asked and at most 4 KiB more", () => {
    const lengths = fc.array(fc.oneof(fc.nat(60), fc.nat(3 * LATE_BYTES)), { maxLength: 20 });
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 9000 }),
        fc.array(fc.nat(40_000)),
        (lines, rotateBytes, cuts) => {
          const bytes = Buffer.concat(lines.map((length) => Buffer.from(`${"x".repeat(length)}\n`)));
          const ends = cuts.filter((cut) => cut <= bytes.length).sort((one, other) => one - other);
          const whole = sizes(new Cutter({ ...FRESH, rotateBytes }), bytes);
          expect(sizes(new Cutter({ ...FRESH, rotateBytes }), bytes, ends)).toEqual(whole);
          expect(whole.reduce((sum, size) => sum + size)).toBe(bytes.length);
          for (const size of whole.slice(0, -1)) {
            expect(size).toBeGreaterThanOrEqual(rotateBytes);
            expect(size).toBeLessThanOrEqual(rotateBytes + LATE_BYTES);
          }
          expect(whole.at(-1)! > 0 || bytes.length === 0).toBe(true);
        },
      ),
    );
  });
});

describe("a cutter by time", () => {
  it("begins a file with the first byte of the hour, where the line before has ended", () => {
    const cutter = new Cutter({ ...FRESH, rotateMs: HOUR_MS, wallMs: at(2026, 10, 21, 17, 30) });
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 17, 59))).toBe(-1);
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 18, 0))).toBe(0);
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 18, 0))).toBe(-1);
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 18, 59))).toBe(-1);
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 23, 0))).toBe(0);
  });

  it("ends the line first where it is not", () => {
    const cutter = new Cutter({ ...FRESH, rotateMs: HOUR_MS, wallMs: at(2026, 10, 21, 17, 30) });
    expect(cutter.next(HALF, 0, 4, at(2026, 10, 21, 17, 59))).toBe(-1);
    expect(cutter.next(Buffer.from("..\nnext"), 0, 7, at(2026, 10, 21, 18, 0))).toBe(3);
    expect(cutter.next(Buffer.from("..\nnext"), 3, 7, at(2026, 10, 21, 18, 0))).toBe(-1);
    const long = Buffer.alloc(2 * LATE_BYTES, "x");
    expect(cutter.next(long, 0, long.length, at(2026, 10, 21, 19, 0))).toBe(LATE_BYTES);
  });

  it("begins the day at midnight, also when the clocks change", () => {
    const summerEnds = new Cutter({ ...FRESH, rotateMs: 24 * HOUR_MS, wallMs: at(2026, 9, 24, 12, 0) });
    expect(summerEnds.next(LINE, 0, 4, at(2026, 9, 24, 23, 59))).toBe(-1);
    expect(summerEnds.next(LINE, 0, 4, at(2026, 9, 25, 0, 0))).toBe(0);
    expect(summerEnds.next(LINE, 0, 4, at(2026, 9, 25, 23, 59))).toBe(-1);
    expect(summerEnds.next(LINE, 0, 4, at(2026, 9, 26, 0, 0))).toBe(0);
    const summerBegins = new Cutter({ ...FRESH, rotateMs: 24 * HOUR_MS, wallMs: at(2026, 2, 29, 0, 0) });
    expect(summerBegins.next(LINE, 0, 4, at(2026, 2, 29, 23, 59))).toBe(-1);
    expect(summerBegins.next(LINE, 0, 4, at(2026, 2, 30, 0, 0))).toBe(0);
  });

  it("ends at once a file of an earlier day", () => {
    const wallMs = at(2026, 10, 20, 12, 0);
    const cutter = new Cutter({ size: 10, isMidLine: false, rotateMs: 24 * HOUR_MS, wallMs });
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 0, 1))).toBe(0);
  });

  it("begins no file without a byte, and none when the clock is set back", () => {
    const cutter = new Cutter({ ...FRESH, rotateMs: HOUR_MS, wallMs: at(2026, 10, 21, 17, 30) });
    expect(cutter.next(LINE, 0, 4, at(2026, 10, 21, 18, 30))).toBe(-1);
    expect(cutter.next(LINE, 0, 4, at(2025, 10, 21, 17, 30))).toBe(-1);
    expect(cutter.next(LINE, 0, 4, at(2025, 10, 21, 18, 0))).toBe(0);
  });
});
