import { describe, expect, it } from "vitest";
import { commandOptions } from "../../src/cli/command.js";
import { LOG_OPTIONS, logOptions, maskOption } from "../../src/cli/log-options.js";
import { parseArguments } from "../../src/cli/parse.js";

const SYNTAX = { usage: "robin [options] <port>", options: commandOptions(LOG_OPTIONS) };
const values = (line: string) => parseArguments(line.split(" "), SYNTAX).values;

describe("the options of a log", () => {
  it.each([
    ["port", undefined],
    ["port --mask pin", undefined],
    ["-L x.log port", { pattern: "x.log", tap: "raw", mode: "append" }],
    [
      "--log %F-{port}.log --log-tap shown --log-mode new --log-size 10M --log-every 1d --log-keep 7 --mask p(.*)",
      {
        ...{ pattern: "%F-{port}.log", tap: "shown", mode: "new", keep: 7 },
        ...{ rotateBytes: 10 * 1024 * 1024, rotateMs: 86_400_000 },
      },
    ],
  ])("%s", (line, options) => {
    expect(logOptions(values(line))).toEqual(options);
  });

  it.each([
    ["4096", 4096],
    ["4k", 4096],
    ["64K", 65_536],
    ["3g", 3 * 1024 ** 3],
  ])("has %s as a size", (text, rotateBytes) => {
    expect(logOptions(values(`-L x --log-size ${text}`))).toMatchObject({ rotateBytes });
  });

  it.each([
    ["30s", 30_000],
    ["15m", 900_000],
    ["1h", 3_600_000],
    ["2d", 172_800_000],
  ])("has %s as a time", (text, rotateMs) => {
    expect(logOptions(values(`-L x --log-every ${text}`))).toMatchObject({ rotateMs });
  });

  it.each([
    ["--log-size 10M", "option --log-size: there is no log: give --log FILE too"],
    ["--log-tap shown", "option --log-tap: there is no log: give --log FILE too"],
    ["-L x --log-keep 3", "option --log-keep: there is one file only: give --log-size or --log-every too"],
    ["-L x --log-size 1k", 'option --log-size: "1k" is too small: the least is 4k'],
    ["-L x --log-size 9999G", 'option --log-size: "9999G" is too large: the most is 1024G'],
    [
      "-L x --log-size 10MB",
      'option --log-size: "10MB" is not a size: bytes, or a number with k, M or G, as in 10M',
    ],
    [
      "-L x --log-every 1",
      'option --log-every: "1" is not a time: a number with s, m, h or d, as in 1h or 1d',
    ],
    ["-L x --log-every 0s", 'option --log-every: "0s" is no time'],
    ["-L x --log-every 367d", 'option --log-every: "367d" is longer than 366d'],
    ["-L x --log-size 4k --log-keep 0", 'option --log-keep: "0" is not a whole number from 1 to 10000'],
    ["-L x --log-tap all", 'option --log-tap: "all" is not one of raw, shown'],
    ["-L -", 'option --log: log name "-": stdout has the port\'s bytes already'],
    ["-L %Q", 'option --log: log name "%Q": there is no %Q'],
  ])("refuses %s", (line, message) => {
    expect(() => logOptions(values(line))).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  it("has a mask without a log, for whatever else is kept", () => {
    expect(maskOption(values("--mask pin"))).toEqual(/pin/);
    expect(maskOption(values("port"))).toBeUndefined();
    expect(() => maskOption(values("--mask a["))).toThrow("is no regular expression");
    expect(() => maskOption(values("--mask="))).toThrow("option --mask: the expression is empty");
  });
});
