/** The little language of `robin lines`. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PRESETS, parseSteps, type Step } from "../../../src/port/lines/steps.js";
import { OUTPUT_LINES } from "../../../src/tty/modem-lines.js";

const set = (to: "on" | "off" | "toggle", ...lines: string[]) => ({ kind: "set", lines, to });
const pulse = (ms: number, ...lines: string[]) => ({ kind: "pulse", lines, ms });
const wait = (ms: number) => ({ kind: "wait", ms });

describe("steps", () => {
  it.each<[string[], unknown[]]>([
    [[], []],
    [["dtr=on"], [set("on", "dtr")]],
    [["RTS=Off"], [set("off", "rts")]],
    [
      ["dtr=toggle", "50ms"],
      [set("toggle", "dtr"), wait(50)],
    ],
    [["dtr+rts=off"], [set("off", "dtr", "rts")]],
    [["dtr=pulse:100ms"], [pulse(100, "dtr")]],
    [["rts+dtr=pulse:0.5s"], [pulse(500, "rts", "dtr")]],
    [["dtr=off,rts=on,100ms,rts=off"], [set("off", "dtr"), set("on", "rts"), wait(100), set("off", "rts")]],
    [["dtr=off, rts=on"], [set("off", "dtr"), set("on", "rts")]],
    [
      ["out1=on,out2=off", "loop=on"],
      [set("on", "out1"), set("off", "out2"), set("on", "loop")],
    ],
    [
      ["100us", "1.5ms", "2s", "0ms"],
      [wait(0.1), wait(1.5), wait(2000), wait(0)],
    ],
    [["86400s"], [wait(86_400_000)]],
  ])("%j are %j", (words, steps) => {
    expect(parseSteps(words)).toEqual(steps);
  });

  it.each<[string, RegExp, string?]>([
    ["cts=on", /CTS is the device's.*DTR, RTS, OUT1, OUT2, LOOP/],
    ["dtr+ri=off", /RI is the device's/],
    ["dcd", /DCD is the device's/],
    ["dtt=on", /no line "dtt"/, "dtt"],
    ["=on", /no line ""/, ""],
    ["dtr+=on", /no line ""/, ""],
    ["dtr+dtr=on", /DTR stands in it twice/],
    ["dtr=onn", /"onn" is not on, off, toggle/, "onn"],
    ["dtr=", /"" is not on/, ""],
    ["dtr=1", /"1" is not on/, "1"],
    ["dtr=on:5ms", /"on" is not on|pulse/, "on"],
    ["dtr=pulse", /how long/],
    ["dtr=pulse:", /how long/],
    ["dtr=pulse:100", /how long/],
    ["dtr=pulse:-1ms", /how long/],
    ["dtr", /dtr=on, off, toggle or pulse/],
    ["dtr+rts", /dtr\+rts=on, off/],
    ["100", /100ms or 100s/],
    ["1e3ms", /a time is/],
    ["100 ms", /a time is/],
    ["90000s", /a day at most/],
    ["-5ms", /a step is/, "-5ms"],
    ["dtron", /a step is/, "dtron"],
    ["", /nothing between/],
  ])("%j is a fault: %s", (step, why, word) => {
    const fault = parseSteps(["dtr=on", step, "rts=on"]);
    expect(fault).toMatchObject({ step, why: expect.stringMatching(why) });
    expect("word" in fault ? fault.word : undefined).toBe(word);
  });

  it("of one word are refused as a whole, and the bad one alone is named", () => {
    expect(parseSteps(["dtr=on,rtss=off,100ms"])).toMatchObject({ step: "rtss=off" });
    expect(parseSteps(["dtr=on,,rts=off"])).toMatchObject({ step: "" });
    expect(parseSteps(["dtr=on,"])).toMatchObject({ step: "" });
  });
});

const lines = fc.subarray([...OUTPUT_LINES], { minLength: 1 });
const ms = fc.integer({ min: 0, max: 86_400_000 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), lines, to: fc.constantFrom("on", "off", "toggle") }),
  fc.record({ kind: fc.constant("pulse" as const), lines, ms }),
  fc.record({ kind: fc.constant("wait" as const), ms }),
);

function written(step: Step): string {
  if (step.kind === "wait") return `${step.ms}ms`;
  return `${step.lines.join("+")}=${step.kind === "set" ? step.to : `pulse:${step.ms}ms`}`;
}

describe("any steps", () => {
  it("are read as they are written, whichever way they are divided into words", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyStep, fc.boolean()), { minLength: 1 }), (parts) => {
        const words: string[] = [];
        for (const [step, starts] of parts) {
          if (starts || words.length === 0) words.push(written(step));
          else words.push(`${words.pop()},${written(step)}`);
        }
        expect(parseSteps(words)).toEqual(parts.map(([step]) => step));
      }),
    );
  });

  it("of any text are steps or a fault that quotes it, never an exception", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9=+:,. ]*$/))), (words) => {
        const parsed = parseSteps(words);
        if ("why" in parsed) expect(words.join(",")).toContain(parsed.step);
        else expect(parsed.length).toBe(words.flatMap((word) => word.split(",")).length);
      }),
    );
  });
});

describe("every preset", () => {
  it.each(PRESETS)("$name has steps that can be played", ({ steps }) => {
    expect(parseSteps([steps])).not.toHaveProperty("why");
  });
});
