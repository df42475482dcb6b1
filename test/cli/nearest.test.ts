/** The nearest valid spelling of a word. */
import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../../src/cli/nearest.js";

const WORDS = ["bps", "hwflow", "swflow", "parity", "idle-exit", "8", "7"];

describe("the nearest spelling", () => {
  it.each([
    ["bsp", "bps"],
    ["bp", "bps"],
    ["bpss", "bps"],
    ["BPS", "bps"],
    ["hwflw", "hwflow"],
    ["swflo", "swflow"],
    ["parrity", "parity"],
    ["idlexit", "idle-exit"],
    ["idle_exit", "idle-exit"],
  ])("to %s is %s", (word, right) => {
    expect(nearest(word, WORDS)).toBe(right);
  });

  it.each(["frobnicate", "x", "verbosity", ""])("to %j is none: nothing is near", (word) => {
    expect(
      nearest(
        word,
        WORDS.filter((one) => one.length > 1),
      ),
    ).toBeUndefined();
  });

  it("has a letter in common with the word", () => {
    expect(nearest("9", ["5", "6", "7", "8"])).toBeUndefined();
    expect(nearest("x", ["on"])).toBeUndefined();
  });

  it("is none where there is nothing to choose from", () => {
    expect(nearest("bps", [])).toBeUndefined();
  });

  it("is told as a question", () => {
    expect(didYouMean("evn", ["even", "odd"])).toBe(" (did you mean even?)");
    expect(didYouMean("bsp", ["bps"], "--")).toBe(" (did you mean --bps?)");
    expect(didYouMean("frobnicate", ["bps"])).toBe("");
  });
});
