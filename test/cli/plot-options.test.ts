/** The options of a plot. */
import { describe, expect, it } from "vitest";
import { plot } from "../../src/cli/commands/plot.js";
import { parseArguments } from "../../src/cli/parse.js";
import { plotConfig } from "../../src/cli/plot-options.js";

const config = (...argv: string[]) => plotConfig(parseArguments(argv, plot));

describe("options of a plot", () => {
  it("stand for a minute over the time of arrival where nothing is asked for", () => {
    expect(config("ttyUSB0", "115200")).toMatchObject({
      connect: { port: "ttyUSB0", settings: { bps: 115_200 } },
      match: undefined,
      series: { x: { kind: "time" }, kept: { seconds: 60 } },
      bounds: { low: undefined, high: undefined },
      csv: undefined,
      csvLayout: "wide",
      svg: undefined,
    });
  });

  it.each([
    [["--window", "2h"], { series: { kept: { seconds: 7200 } } }],
    [["--points", "50"], { series: { x: { kind: "time" }, kept: { points: 50 } } }],
    [["--x", "index"], { series: { x: { kind: "index" }, kept: { points: 1000 } } }],
    [
      ["--x", "t_ms", "--points", "7"],
      { series: { x: { kind: "name", name: "t_ms" }, kept: { points: 7 } } },
    ],
    [["--min=-1.5", "--max", "3.3"], { bounds: { low: -1.5, high: 3.3 } }],
    [["--csv", "-", "--csv-layout", "long"], { csv: "-", csvLayout: "long" }],
    [
      ["-b", "9600", "--log", "x.log", "--no-reconnect"],
      { connect: { reconnect: false, log: { pattern: "x.log" } } },
    ],
  ])("%j is understood", (argv, expected) => {
    expect(config(...argv, "ttyUSB0")).toMatchObject(expected);
  });

  it("take an expression in Unicode's mode, or without it where it is one only there", () => {
    expect(config("--match", "T=(?<t>\\S+)", "p").match?.flags).toBe("u");
    expect(config("--match", "T\\-(\\d)", "p").match?.flags).toBe("");
  });

  it.each([
    [["--window", "50ms"], /not from 100ms to a year/],
    [["--window", "soon"], /not a time/],
    [["--x", " "], /there is no name/],
    [["--max", "nan"], /not a number/],
    [["--csv", ""], /it is empty/],
    [["--svg", "a-{nobody}.svg"], /option --svg: picture name .*there is no \{nobody\}/],
    [["--match", ""], /the expression is empty/],
    [["--echo"], /there is no such option/],
    [["--points", "5", "--window", "5s"], /contradict/],
  ])("%j is refused", (argv, text) => {
    expect(() => config(...argv, "ttyUSB0")).toThrow(text);
  });

  it("need a port", () => {
    expect(() => config()).toThrow(/no port was named/);
  });
});
