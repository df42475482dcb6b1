/** Times, moments and probabilities as they are typed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  durationOption,
  momentsOption,
  parseDuration,
  probabilityOption,
  spansOption,
} from "../../src/cli/time-values.js";
import { RobinError } from "../../src/errors.js";

const values = (text: string) => new Map([["x", text]]);

describe("a duration", () => {
  it.each([
    ["100", 100],
    ["100ms", 100],
    ["1.5s", 1500],
    [".5s", 500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["500us", 0.5],
    ["0", 0],
  ])("of %s is %f ms", (text, ms) => {
    expect(durationOption(values(text), "x")).toBe(ms);
  });

  it.each([
    ["", "there is no time"],
    ["soon", '"soon" is not a time: a number with us, ms, s, m or h, as in 500ms or 1.5s'],
    ["-1", '"-1" is not a time'],
    ["1 s", '"1 s" is not a time'],
    ["1e3", '"1e3" is not a time'],
    ["600h", '"600h" is longer than 24 days'],
  ])("of %j is told: %s", (text, says) => {
    expect(() => durationOption(values(text), "x")).toThrow(`option --x: ${says}`);
  });

  it("without a unit is one only where the unit is known", () => {
    expect(parseDuration("5")).toBeUndefined();
    expect(parseDuration("5", "ms")).toBe(5);
  });
});

describe("moments and spans", () => {
  it("are lists by commas, moments in order", () => {
    expect(momentsOption(values("10s,500ms"), "x")).toEqual([500, 10_000]);
    expect(spansOption(values("5s@30s,1s@1m"), "x")).toEqual([
      { forMs: 5000, fromMs: 30_000 },
      { forMs: 1000, fromMs: 60_000 },
    ]);
    expect(momentsOption(new Map(), "x")).toEqual([]);
    expect(spansOption(new Map(), "x")).toEqual([]);
  });

  it.each([
    ["10", '"10" has no unit: write 10s or 10ms'],
    ["10s,", "there is no time"],
    ["1s,1000ms", "the same moment is there twice"],
  ])("such as --hangup %s are told: %s", (text, says) => {
    expect(() => momentsOption(values(text), "x")).toThrow(says);
  });

  it.each([
    ["5s", '"5s" does not say when: write 5s@30s'],
    ["5@30s", '"5" has no unit'],
    ["5s@30", '"30" has no unit'],
    ["@30s", "there is no time"],
    ["5s@", "there is no time"],
    ["0s@1s", '"0s@1s" lasts no time'],
    ["5s@1s@2s", "has two @"],
    ["500h@500h", "ends in more than 24 days"],
  ])("such as --stall %s are told: %s", (text, says) => {
    expect(() => spansOption(values(text), "x")).toThrow(says);
  });
});

describe("a probability", () => {
  it.each([
    ["0.001", 0.001],
    ["1e-3", 0.001],
    ["0.1%", 0.001],
    ["1E-3", 0.001],
    [".5", 0.5],
    ["0", 0],
    ["1", 1],
    ["100%", 1],
  ])("of %s is %f", (text, value) => {
    expect(probabilityOption(values(text), "x")).toBeCloseTo(value, 15);
  });

  it.each([
    ["5", '"5" is more than 1: write 5% for 5 in a hundred'],
    ["101%", '"101%" is more than 1'],
    ["-0.1", '"-0.1" is not a probability: a number from 0 to 1, as in 0.001, 1e-3 or 0.1%'],
    ["often", '"often" is not a probability'],
    ["", '"" is not a probability'],
    ["1e-30", '"1e-30" is too small'],
    ["NaN", '"NaN" is not a probability'],
  ])("of %j is told: %s", (text, says) => {
    expect(() => probabilityOption(values(text), "x")).toThrow(`option --x: ${says}`);
  });
});

it("is a value or one clear line, whatever is typed", () => {
  const typed = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom("1", "0", ".", "e", "-", "%", "s", "ms", "@", ",", "9999999999"), {
        maxLength: 9,
      })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(typed, (text) => {
      for (const parse of [durationOption, momentsOption, spansOption, probabilityOption]) {
        try {
          const numbers = JSON.stringify(parse(values(text), "x"));
          expect(numbers).not.toContain("null"); // NaN and Infinity
        } catch (error) {
          expect(error).toBeInstanceOf(RobinError);
          expect((error as RobinError).code).toBe("usage");
        }
      }
    }),
    { numRuns: 2000 },
  );
});
