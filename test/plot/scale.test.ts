/** Ranges and ticks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAutoRange } from "../../src/plot/scale.js";
import { clockText, clockTicks, niceTicks, shortNumber, tickText } from "../../src/plot/ticks.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("ticks", () => {
  it.each([
    [0, 10, 5, ["0", "2", "4", "6", "8", "10"]],
    [0, 1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map((text) => (text === "0.0" ? "0" : text))],
    [-5, 5, 2, ["-5", "0", "5"]],
    [3.2, 3.9, 4, ["3.2", "3.4", "3.6", "3.8"]],
    [0, 1e9, 2, ["0", "5e8", "1e9"]],
    [0, 3e-7, 3, ["0", "1e-7", "2e-7", "3e-7"]],
    [12_345_678, 12_345_679, 2, ["1.2345678e7", "1.23456785e7", "1.2345679e7"]],
  ])("from %d to %d stand at 1, 2 and 5 times a power of ten", (low, high, most, texts) => {
    const { values, step } = niceTicks(low, high, most);
    expect(values.map((value) => tickText(value, step))).toEqual(texts);
  });

  it("lie within the range, as many as asked for at the most, in words that differ", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (low, span, most) => {
          const high = low + span;
          fc.pre(high - low > Math.abs(low) * 1e-9);
          const { values, step } = niceTicks(low, high, most);
          expect(values.length).toBeLessThanOrEqual(most + 1);
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(low - step * 1e-6);
            expect(value).toBeLessThanOrEqual(high + step * 1e-6);
          }
          const texts = values.map((value) => tickText(value, step));
          expect(new Set(texts).size).toBe(texts.length);
          for (const [at, text] of texts.entries())
            expect(Math.abs(Number(text) - values[at]!)).toBeLessThan(step / 2);
        },
      ),
    );
  });

  it("of a clock stand at its round moments, in local time", () => {
    const noon = 1_700_000_000 - (1_700_000_000 % 86_400);
    const texts = (span: number, most = 4) => {
      const { values, step } = clockTicks(noon, noon + span, most, 0);
      return values.map((value) => clockText(value, step).replace(/^\d\d:/, "h:"));
    };
    expect(texts(60)).toEqual(["h:00:00", "h:00:15", "h:00:30", "h:00:45", "h:01:00"]);
    expect(texts(3600)).toEqual(["h:00", "h:15", "h:30", "h:45", "h:00"]);
    expect(texts(1)).toEqual(["h:00:00.0", "h:00:00.5", "h:00:01.0"]);
    expect(clockTicks(noon, noon + 10 * 86_400, 4, 0).values).toHaveLength(3);
    expect(clockText(new Date(2026, 10, 21, 9, 5, 7).getTime() / 1000, 1)).toBe("09:05:07");
    expect(clockText(new Date(2026, 10, 21).getTime() / 1000, 86_400)).toBe("11-21");
  });

  it("in a legend have six digits", () => {
    expect([1 / 3, 1e9, -0.00001234567, Number.POSITIVE_INFINITY].map(shortNumber)).toEqual(
      ["0.333333", "1000000000", "-0.0000123457", "-"].map((text) =>
        text === "-0.0000123457" ? "-0.0000123457" : text,
      ),
    );
  });
});

describe("the range of Y", () => {
  it("goes out to round numbers, and to room around a value that stands alone", () => {
    expect(createAutoRange().update({ low: 0.3, high: 9.4 })).toEqual({ low: 0, high: 10 });
    expect(createAutoRange().update({ low: 5, high: 5 })).toEqual({ low: 4.4, high: 5.6000000000000005 });
    expect(createAutoRange().update({ low: 0, high: 0 })).toEqual({ low: -1, high: 1 });
    expect(createAutoRange().update(undefined)).toEqual({ low: 0, high: 1 });
  });

  it("holds all values, whatever they are, and is never empty", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 10 }), (all) => {
        const range = createAutoRange();
        for (const [one, other] of all) {
          const values = { low: Math.min(one, other), high: Math.max(one, other) };
          const { low, high } = range.update(values);
          expect(high).toBeGreaterThan(low);
          expect(Number.isFinite(high - low)).toBe(true);
          if (Math.abs(one) > 1e300 || Math.abs(other) > 1e300) continue;
          expect(low).toBeLessThanOrEqual(values.low);
          expect(high).toBeGreaterThanOrEqual(values.high);
        }
      }),
    );
  });

  it("stands still while values move a little, grows at once, and shrinks when little of it is used", () => {
    const range = createAutoRange();
    const first = range.update({ low: 0, high: 10 });
    expect(range.update({ low: 1, high: 9 })).toBe(first);
    expect(range.update({ low: 3, high: 8 })).toBe(first);
    expect(range.update({ low: 3, high: 10.5 })).toEqual({ low: 0, high: 15 });
    expect(range.update({ low: 3, high: 4 })).toEqual({ low: 3, high: 4 });
    range.reset();
    expect(range.update({ low: 0, high: 10 })).toEqual(first);
  });

  it("does not jump to and fro for values at the edge of it", () => {
    const range = createAutoRange();
    const seen = new Set<string>();
    for (let at = 0; at < 100; at++) {
      const wobble = at % 2;
      seen.add(JSON.stringify(range.update({ low: 0 - wobble * 0.1, high: 10 + wobble * 0.1 })));
    }
    expect(seen.size).toBe(2);
  });

  it("has the ends that were asked for", () => {
    expect(createAutoRange({ low: 0, high: 3.3 }).update({ low: -5, high: 99 })).toEqual({
      low: 0,
      high: 3.3,
    });
    expect(createAutoRange({ low: 0 }).update({ low: 2, high: 9 })).toEqual({ low: 0, high: 10 });
    const { low, high } = createAutoRange({ low: 100 }).update({ low: 1, high: 5 });
    expect(low).toBe(100);
    expect(high).toBeGreaterThan(100);
    const below = createAutoRange({ high: 0 }).update({ low: 1, high: 5 });
    expect(below.high).toBe(0);
    expect(below.low).toBeLessThan(0);
  });
});
