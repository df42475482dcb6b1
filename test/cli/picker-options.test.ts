import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectConfig } from "../../src/cli/config.js";
import { OPTIONS } from "../../src/cli/options.js";
import { parseArguments } from "../../src/cli/parse.js";
import { describeOptions, heldOf, rememberedOf } from "../../src/cli/picker-options.js";

const values = (...args: string[]) => parseArguments(args).values;
const none = values();
const held = (
  remembered: readonly string[],
  now: readonly string[] = [],
  environment: readonly string[] = [],
) => Object.fromEntries(heldOf(values(...remembered), [values(...now), values(...environment)]));

describe("what is remembered", () => {
  it("is what belongs to the device and how it is looked at, not to one session", () => {
    const said = values(
      ...["-b", "9600", "--hwflow", "-x", "-t", "--omap", "INLCR", "--send-delay", "5", "--dtr", "off"],
      ...[
        "--record",
        "a.rec",
        "--exec",
        "rm -rf x",
        "--idle-exit",
        "5",
        "--no-lock",
        "--wait",
        "-v",
        "--strict",
      ],
      ...["--screen-reader", "--no-escape", "--color", "never", "--events", "x", "--drain", "5"],
    );
    expect([...rememberedOf(said, "/").keys()].sort()).toEqual(
      ["bps", "dtr", "hex", "hwflow", "omap", "send-delay", "timestamp"].sort(),
    );
  });

  it("keeps a log where it is, from wherever robin is started", () => {
    const kept = rememberedOf(values("--log", "boot-%Y.log", "--log-mode", "new"), "/home/me");
    expect(Object.fromEntries(kept)).toEqual({ log: "/home/me/boot-%Y.log", "log-mode": "new" });
    expect(rememberedOf(values("--log", "/tmp/x"), "/home/me").get("log")).toBe("/tmp/x");
  });

  it("holds where nothing else is said", () => {
    expect(held(["-b", "9600", "-x", "--line", "7E1"])).toEqual({ bps: "9600", hex: true, line: "7E1" });
  });

  it.each([
    [["-b", "9600"], ["-b", "115200"], [], {}],
    [["-b", "9600"], [], ["-b", "115200"], {}],
    [["--hwflow", "-x"], ["--noflow"], [], { hex: true }],
    [["--hwflow", "-x"], [], ["--swflow"], { hex: true }],
    [["--line", "7E1"], ["--parity", "none"], [], { databits: "7", stopbits: "1" }],
    [["--parity", "even"], ["--line", "8N1"], [], {}],
    [["-b", "9600", "-x"], ["--keep"], [], { hex: true }],
    [["-b", "9600", "-x"], ["--raw"], [], { bps: "9600" }],
    [["--on-break", "pass"], ["--on-error", "mark"], [], {}],
    [["--log", "a", "--log-mode", "new"], ["--log", "b"], [], { "log-mode": "new" }],
  ])("%j below %j and the environment's %j leaves %j", (remembered, now, environment, left) => {
    expect(held(remembered, now, environment)).toEqual(left);
  });

  it("is left out where no option takes it, and all of it where it contradicts itself", () => {
    const edited = new Map<string, string | boolean>([
      ["bps", "fast"],
      ["parity", "odd?"],
      ["exec", "rm -rf x"],
      ["nothing", "such"],
      ["echo", true],
      ["hex", "yes"],
      ["crnl", false],
      ["log", true],
    ]);
    expect(Object.fromEntries(heldOf(edited, [none]))).toEqual({ echo: true });
    expect(held(["--hwflow", "--noflow"])).toEqual({});
  });

  it("makes no command line wrong that is right without it", () => {
    const word = fc.constantFrom(
      "1",
      "8",
      "115200",
      "even",
      "7E2",
      "on",
      "drop",
      "mark",
      "a.log",
      "INLCR",
      "x",
      "64k",
    );
    const some = fc
      .uniqueArray(fc.tuple(fc.constantFrom(...OPTIONS), word), {
        maxLength: 6,
        selector: ([{ name }]) => name,
      })
      .map(
        (all) =>
          new Map(all.map(([option, text]) => [option.name, option.value === undefined ? true : text])),
      );
    const isRight = (said: ReadonlyMap<string, string | boolean | number>) => {
      try {
        connectConfig({ positional: ["-"], values: said });
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(some, some, (remembered, now) => {
        fc.pre(isRight(now));
        const added = heldOf(remembered, [now]);
        for (const name of added.keys()) expect(now.has(name)).toBe(false);
        expect(isRight(new Map([...now, ...added]))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [["-b", "115200", "--line", "8N1", "--log", "/tmp/a.log"], "115200 8N1, log /tmp/a.log"],
    [["-b", "9600", "--hwflow", "-x", "--dtr", "off"], "9600, RTS/CTS flow control, dtr off, hex"],
    [["-e", "--vmin", "1"], "vmin 1, echo"],
    [["--input", "line"], "input line"],
    [[], ""],
  ])("%j is shown as %j", (args, text) => {
    expect(describeOptions(rememberedOf(values(...args), "/"))).toBe(text);
  });
});
