/** What `robin pair` is asked for on its command line. */
import { describe, expect, it } from "vitest";
import { PAIR_OPTIONS, pairConfig } from "../../src/cli/commands/pair-options.js";
import { parseArguments } from "../../src/cli/parse.js";

const SYNTAX = { usage: "robin pair [options] [A [B]]", options: PAIR_OPTIONS };
const args = (line: string) => parseArguments(line.split(" ").filter(Boolean), SYNTAX);
const config = (line: string) => pairConfig(args(line));

describe("robin pair's command line", () => {
  it("asks for a bare cable when it says nothing", () => {
    expect(config("")).toEqual({
      links: [undefined, undefined],
      packet: false,
      command: undefined,
      json: false,
      cable: {
        pace: false,
        strictLine: false,
        drop: 0,
        flip: 0,
        dup: 0,
        delayMs: 0,
        jitterMs: 0,
        stalls: [],
        hangupsMs: [],
      },
      seed: undefined,
    });
  });

  it("asks for all that there is", () => {
    const line =
      "--pace --strict-line --drop 1% --flip 1e-3 --dup 0.5 --delay 20 --jitter 1ms --stall 5s@30s --hangup 10s --seed 7 A B";
    expect(config(line)).toMatchObject({
      links: ["A", "B"],
      cable: {
        pace: true,
        strictLine: true,
        drop: 0.01,
        flip: 0.001,
        dup: 0.5,
        delayMs: 20,
        jitterMs: 1,
        stalls: [{ fromMs: 30_000, forMs: 5000 }],
        hangupsMs: [10_000],
      },
      seed: 7,
    });
  });

  it.each([
    ["A B C", 'argument "C": robin pair takes two links at most'],
    ["A ./A", 'argument "./A": both ends cannot have the same link'],
    ["--seed -1", "option --seed"],
    ["--seed 4294967296", '"4294967296" is not a whole number from 0 to 4294967295'],
    ["--stal 5s@3s", "did you mean --stall?"],
    ["--packet A --", "there is no command behind --"],
    ["--packet A B -- cat", 'argument "B": a command takes one link'],
    ["--packet --pace -- cat", "options --pace and --packet with a command: they contradict each other"],
    ["--packet --drop 1% -- cat", "options --drop and --packet with a command"],
    ["--packet --events -- cat", "options --events and --packet with a command"],
    ["--pace=yes", "option --pace: it takes no value"],
  ])("refuses %j: %s", (line, says) => {
    expect(() => config(line)).toThrow(says);
  });

  it("has no path that is empty", () => {
    expect(() => pairConfig(parseArguments([""], SYNTAX))).toThrow("its path is empty");
  });

  it("gives what stands behind -- to --packet as a command, untouched", () => {
    expect(config("--packet A -- cat -A --pace")).toMatchObject({
      links: ["A", undefined],
      command: ["cat", "-A", "--pace"],
    });
    expect(config("-- -A")).toMatchObject({ links: ["-A", undefined], command: undefined });
  });
});

describe("an option that may stand without its value", () => {
  it.each([
    ["--events A B", "1", ["A", "B"]],
    ["--events=3 A", "3", ["A"]],
    ["--events=./3 A", "./3", ["A"]],
    ["A --events", "1", ["A"]],
    ["A -- --events", undefined, ["A", "--events"]],
  ])("takes none of the next words: %s", (line, value, positional) => {
    const found = args(line);
    expect(found.values.get("events")).toBe(value);
    expect(found.positional).toEqual(positional);
  });
});
