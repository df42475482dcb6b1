/**
 * The options of a plot: its own, and those of the main command that concern the port and what is kept. Knows their table and their
 * values, checked; what they do is commands/plot.ts's.
 */
import { RobinError } from "../errors.js";
import type { CsvLayout } from "../plot/csv.js";
import type { Bounds } from "../plot/scale.js";
import type { Kept, SeriesOptions, XAxis } from "../plot/series.js";
import { parseNumber } from "../plot/value.js";
import { parseLogName } from "../sink/log-name.js";
import { type ConnectConfig, connectConfig } from "./config.js";
import { OPTIONS, type Option, type OptionGroup } from "./options.js";
import type { RawArguments } from "./parse.js";
import { parseDuration } from "./time-values.js";
import { choiceOption, contradiction, fail, numberOption, within } from "./values.js";

type Values = RawArguments["values"];

/** What concerns the port and what is kept; what concerns a screen of bytes has no meaning here. */
const GROUPS: readonly OptionGroup[] = ["Line", "Port", "Keeping", "Profiles"];
const NAMES: readonly string[] = ["drain", "idle-exit", "escape", "screen-reader"];
/** What would take the port away from the plot, or has another screen, where a profile has it. */
const NOT_HERE: readonly string[] = ["raw", "exec", "echo", "input", "save"];

const USUAL_SECONDS = 60;
const USUAL_POINTS = 1000;
const MOST_POINTS = 1_000_000;
const [LEAST_WINDOW_MS, MOST_WINDOW_MS] = [100, 366 * 86_400_000];
const group = "Options";

export const PLOT_OPTIONS: readonly Option[] = [
  {
    name: "match",
    value: "REGEX",
    group,
    does: "take numbers from lines that this regular expression (JavaScript's) finds something in, and from no others: its named groups are series, else its numbered ones, else all that it matches, as in 'T=(?<temp>\\S+) deg'",
    otherwise: "lines of numbers alone, with or without names",
  },
  {
    name: "window",
    value: "TIME",
    group,
    does: "keep and show this much time, as 500ms, 30s, 10m or 2h",
    otherwise: "60s",
  },
  {
    name: "points",
    value: "N",
    group,
    does: "keep and show the last N values of each series, 2 to 1000000, instead of a time",
    otherwise: "1000 where X is not the time",
  },
  {
    name: "x-axis",
    alias: ["x"],
    value: "WHAT",
    completes: ["time", "index"],
    group,
    does: "what stands on the X axis: time (of arrival), index (the row's number), or the name of a series",
    otherwise: "time",
  },
  { name: "min", value: "N", group, does: "the lower end of the Y axis", otherwise: "as the values are" },
  { name: "max", value: "N", group, does: "the upper end of the Y axis", otherwise: "as the values are" },
  {
    name: "csv",
    value: "FILE",
    completes: "file",
    group: "Keeping",
    does: "keep the numbers as a table with the time of each row in seconds since the epoch; - prints it and draws nothing; the name may have letters of strftime(3) and {port}, and no file is written over",
    otherwise: "off",
  },
  {
    name: "csv-layout",
    value: "HOW",
    choices: ["wide", "long"],
    group: "Keeping",
    does: "a column for each series that has come when one comes for the second time, or a line for each value, whatever comes later",
    otherwise: "wide",
  },
  {
    name: "svg",
    value: "FILE",
    completes: "file",
    group: "Keeping",
    does: "write what is kept as a picture at the end, however the session ends; the name as for --csv, but a file that is there is replaced",
    otherwise: "off",
  },
  // -h is for help here, as at every command but the main one.
  ...OPTIONS.filter(
    ({ name, group: of }) => (GROUPS.includes(of) && !NOT_HERE.includes(name)) || NAMES.includes(name),
  ).map((option) =>
    option.alias?.includes("h") ? { ...option, alias: option.alias.filter((one) => one !== "h") } : option,
  ),
];

export interface PlotConfig {
  readonly connect: ConnectConfig;
  readonly match: RegExp | undefined;
  readonly series: SeriesOptions;
  readonly bounds: Bounds;
  /** "-": stdout. */
  readonly csv: string | undefined;
  readonly csvLayout: CsvLayout;
  readonly svg: string | undefined;
}

/** Throws RobinError "usage". */
export function plotConfig({ positional, values }: RawArguments): PlotConfig {
  if (positional.length === 0) {
    throw new RobinError("usage", "no port was named: robin plot [options] <port> [bps]", {
      hint: "robin emulate examples/sensor.ts makes one that sends numbers",
    });
  }
  const own = new Map([...values].filter(([name]) => !NOT_HERE.includes(name)));
  const csv = fileOption(values, "csv", "table");
  const csvLayout = choiceOption<CsvLayout>(values, "csv-layout");
  if (csvLayout !== undefined && csv === undefined)
    fail("csv-layout", "there is no table: give --csv FILE too");
  const svg = fileOption(values, "svg", "picture");
  if (svg === "-") fail("svg", "stdout has no room for a picture: a file of that name is ./-");
  const match = matchOption(values);
  return {
    connect: connectConfig({ positional, values: own }),
    match,
    series: seriesOptions(values),
    bounds: boundsOf(values),
    csv,
    csvLayout: csvLayout ?? "wide",
    svg,
  };
}

function fileOption(values: Values, name: string, what: string): string | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  if (text !== "-") within(`option --${name}`, () => parseLogName(String(text), what));
  return String(text);
}

function matchOption(values: Values): RegExp | undefined {
  const text = values.get("match");
  if (text === undefined) return undefined;
  if (text === "") return fail("match", "the expression is empty");
  try {
    return new RegExp(String(text), "u");
  } catch {
    // Outside of Unicode's mode more is an expression: `\-`, say.
  }
  try {
    return new RegExp(String(text));
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: .*\/: /s, "");
    throw new RobinError("usage", `option --match: "${text}" is no regular expression: ${why}`, {
      cause: error,
    });
  }
}

function seriesOptions(values: Values): SeriesOptions {
  const name = String(values.get("x-axis") ?? "time");
  if (name.trim() === "") fail("x-axis", "there is no name");
  const x: XAxis = name === "time" || name === "index" ? { kind: name } : { kind: "name", name };
  const points = numberOption(values, "points", 2, MOST_POINTS);
  const window = values.get("window");
  if (points !== undefined && window !== undefined) contradiction("points", "window");
  if (window !== undefined && x.kind !== "time") {
    fail("window", "it is a time, and X is none: give --points N");
  }
  const seconds = window === undefined ? USUAL_SECONDS : windowSeconds(String(window));
  const kept: Kept =
    points !== undefined ? { points } : x.kind === "time" ? { seconds } : { points: USUAL_POINTS };
  return { x, kept };
}

function windowSeconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) {
    const hint = /^[\d.]+$/.test(text)
      ? `it has no unit: write ${text}s`
      : "a number with ms, s, m or h, as in 30s";
    return fail("window", `"${text}" is not a time: ${hint}`);
  }
  if (ms < LEAST_WINDOW_MS || ms > MOST_WINDOW_MS) fail("window", `"${text}" is not from 100ms to a year`);
  return ms / 1000;
}

function boundsOf(values: Values): Bounds {
  const [low, high] = [numberOf(values, "min"), numberOf(values, "max")];
  if (low !== undefined && high !== undefined && low >= high) {
    throw new RobinError(
      "usage",
      `options --min ${low} and --max ${high}: the upper end is not above the lower`,
    );
  }
  return { low, high };
}

function numberOf(values: Values, name: string): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const value = parseNumber(String(text));
  return value === undefined || Number.isNaN(value) ? fail(name, `"${text}" is not a number`) : value;
}
