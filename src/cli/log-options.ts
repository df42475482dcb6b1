/**
 * What of a session is kept in a log, and what is not: the options' table and their values, checked. What they do is
 * sink/log.ts's and bytes/mask.ts's.
 */
import { RobinError } from "../errors.js";
import type { LogOptions } from "../sink/log.js";
import { parseLogName } from "../sink/log-name.js";
import type { Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { choiceOption, fail, numberOption, within } from "./values.js";

type Values = RawArguments["values"];

const TAPS = ["raw", "shown"] as const;
const MODES = ["append", "new"] as const;

export const LOG_OPTIONS: readonly Option[] = [
  {
    name: "log",
    alias: ["L"],
    value: "FILE",
    completes: "file",
    group: "Keeping",
    does: "keep what arrives in a file; the letters of strftime(3) and {port} in its name stand for the date and the port, as in boot-%Y%m%d-%H%M%S-{port}.log",
    otherwise: "off",
  },
  {
    name: "log-tap",
    value: "WHAT",
    choices: TAPS,
    group: "Keeping",
    does: "what the log has: the bytes as they arrived, or what the screen shows",
    otherwise: "raw",
  },
  {
    name: "log-mode",
    value: "HOW",
    choices: MODES,
    group: "Keeping",
    does: "write behind what the file has already, or empty it first",
    otherwise: "append",
  },
  {
    name: "log-size",
    value: "SIZE",
    group: "Keeping",
    does: "begin a new log file behind so many bytes (64k, 10M, 1G), at the line's end where one comes within 4 KiB",
    otherwise: "off",
  },
  {
    name: "log-every",
    value: "TIME",
    group: "Keeping",
    does: "begin a new log file where local time reaches a multiple of this (15m, 1h on the hour, 1d at midnight), with the first byte behind it",
    otherwise: "off",
  },
  {
    name: "log-keep",
    value: "N",
    group: "Keeping",
    does: "keep so many old log files beside the present one, 1 to 10000, and delete older ones: FILE.1 to FILE.N, or those of this session where the name has the time in it",
    otherwise: "all",
  },
  {
    name: "mask",
    value: "REGEX",
    group: "Keeping",
    does: "keep *** in place of what this regular expression (JavaScript's) matches in a line, or of its groups alone where it has any, as in 'password: (.*)', which finds what is typed at that prompt too; the screen and the port are not changed, and an unfinished line is kept when it ends; not in the digits of a hex view that is logged as it is shown",
    otherwise: "off",
  },
];

/** What only a log has a use for, and what only its rotation has. */
const FOR_A_LOG = ["log-tap", "log-mode", "log-size", "log-every", "log-keep"] as const;

const MOST_KEPT = 10_000;

/** The log that was asked for, but for the mask, which is for everything that is kept. Throws RobinError "usage". */
export function logOptions(values: Values): LogOptions | undefined {
  const pattern = values.get("log");
  if (pattern === undefined) {
    const given = FOR_A_LOG.find((name) => values.has(name));
    if (given !== undefined) fail(given, "there is no log: give --log FILE too");
    return undefined;
  }
  within("option --log", () => parseLogName(String(pattern)));
  const rotateBytes = sizeOption(values, "log-size");
  const rotateMs = periodOption(values, "log-every");
  const keep = numberOption(values, "log-keep", 1, MOST_KEPT);
  if (keep !== undefined && rotateBytes === undefined && rotateMs === undefined) {
    fail("log-keep", "there is one file only: give --log-size or --log-every too");
  }
  return {
    pattern: String(pattern),
    tap: choiceOption<LogOptions["tap"]>(values, "log-tap") ?? "raw",
    mode: choiceOption<LogOptions["mode"]>(values, "log-mode") ?? "append",
    ...(rotateBytes === undefined ? {} : { rotateBytes }),
    ...(rotateMs === undefined ? {} : { rotateMs }),
    ...(keep === undefined ? {} : { keep }),
  };
}

/** What is not kept anywhere. Throws RobinError "usage". */
export function maskOption(values: Values): RegExp | undefined {
  const text = values.get("mask");
  if (text === undefined) return undefined;
  if (text === "") return fail("mask", "the expression is empty");
  try {
    return new RegExp(String(text));
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: .*\/: /s, "");
    throw new RobinError("usage", `option --mask: "${text}" is no regular expression: ${why}`, {
      cause: error,
    });
  }
}

const KIB = 1024;
const SIZES: Readonly<Record<string, number>> = { "": 1, K: KIB, M: KIB ** 2, G: KIB ** 3 };
/** A line's end is waited for that long. */
const LEAST_SIZE = 4 * KIB;
const MOST_SIZE = 1024 * KIB ** 3;

/** Bytes of `65536`, `64k`, `10M` or `1G`, in powers of 1024. */
function sizeOption(values: Values, name: string): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const [, number, unit = ""] = /^(\d+)([kKmMgG]?)$/.exec(String(text)) ?? [];
  if (number === undefined)
    return fail(name, `"${text}" is not a size: bytes, or a number with k, M or G, as in 10M`);
  const size = Number(number) * SIZES[unit.toUpperCase()]!;
  if (size < LEAST_SIZE) return fail(name, `"${text}" is too small: the least is 4k`);
  return size <= MOST_SIZE ? size : fail(name, `"${text}" is too large: the most is 1024G`);
}

const PERIODS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOST_MS = 366 * PERIODS_MS.d!;

/** Milliseconds of `30s`, `15m`, `1h` or `1d`. */
function periodOption(values: Values, name: string): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const [, number, unit = ""] = /^(\d+)([smhd])$/.exec(String(text)) ?? [];
  if (number === undefined)
    return fail(name, `"${text}" is not a time: a number with s, m, h or d, as in 1h or 1d`);
  const ms = Number(number) * PERIODS_MS[unit]!;
  if (ms === 0) return fail(name, `"${text}" is no time`);
  return ms <= MOST_MS ? ms : fail(name, `"${text}" is longer than 366d`);
}
