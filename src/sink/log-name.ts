/**
 * How a log's file is named: a pattern with the letters of strftime(3) and `{port}`. Pure but for the time zone, which is the
 * process's. Knows names; not which of them are taken.
 *
 *     boot-%Y%m%d-%H%M%S-{port}.log -> boot-20261121-180000-ttyUSB0.log
 */
import { parse } from "node:path";
import { printable } from "../bytes/printable.js";
import { parseTimeFormat } from "../bytes/time-format.js";
import { RobinError } from "../errors.js";

export interface LogName {
  readonly pattern: string;
  /** Whether it changes with time, and a new file so gets a name of its own. */
  readonly hasTime: boolean;
  /** The path for a port (as robin names it) at a moment, in microseconds since the epoch. */
  at(port: string, wallUs: number): string;
}

/** `what` it is the name of, for messages. Throws RobinError "usage". */
export function parseLogName(pattern: string, what = "log"): LogName {
  const refuse = (why: string, hint?: string) => {
    throw new RobinError("usage", `${what} name "${printable(pattern)}": ${why}`, { hint });
  };
  if (pattern === "") refuse("it is empty");
  if (pattern === "-") refuse("stdout has the port's bytes already", "a file of that name is ./-");
  const unknown = /\{(?!port\})\w*\}/.exec(pattern)?.[0];
  if (unknown !== undefined) refuse(`there is no ${unknown}`, "{port} is the port's name");
  const time = timeOf(pattern, refuse);
  return {
    pattern,
    hasTime: /%[^%]/.test(pattern.replaceAll("%%", "")),
    at(port, wallUs) {
      const name = time?.text({ wallUs, sinceStartUs: 0, sinceLineUs: 0 }) ?? pattern;
      return name.replaceAll("{port}", () => portFileName(port));
    },
  };
}

function timeOf(pattern: string, refuse: (why: string, hint?: string) => void) {
  if (!pattern.includes("%")) return undefined;
  try {
    return parseTimeFormat(pattern);
  } catch (error) {
    if (!(error instanceof RobinError)) throw error;
    const why = error.message.slice(error.message.indexOf('": ') + 3);
    return void refuse(why, `${error.hint ?? "write %% for a percent sign"}`);
  }
}

/** A name of the file system has 255 bytes at most (NAME_MAX), and the pattern wants some. */
const LONGEST = 100;

/**
 * A port's name as a part of a file's: `/dev/ttyUSB0` is ttyUSB0, `/dev/pts/5` pts-5, `/dev/serial/by-id/usb-X` usb-X,
 * `usb:0403:6001` usb-0403-6001. Letters, digits, `.`, `_` and `-`; never empty, hidden, or a way to another directory.
 */
export function portFileName(port: string): string {
  const safe = port
    .replace(/^\/dev\/(serial\/by-[^/]+\/)?/, "")
    .replace(/[^\p{L}\p{N}._]+/gu, "-")
    .replace(/^[-.]+|-+$/g, "");
  return [...safe].slice(0, LONGEST).join("") || "port";
}

/** `boot.log` with a number is boot-2.log. */
export function numbered(path: string, number: number): string {
  if (number < 2) return path;
  const { dir, name, ext } = parse(path);
  const directory = dir === "" || dir.endsWith("/") ? dir : `${dir}/`;
  return `${directory}${name}-${number}${ext}`;
}
