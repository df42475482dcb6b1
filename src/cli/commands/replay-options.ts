/**
 * What `robin replay` can be asked for: its options, and the values that are made of them. Pure; throws RobinError "usage".
 */
import { RobinError } from "../../errors.js";
import { commandOptions, JSON_OPTION } from "../command.js";
import type { RawArguments } from "../parse.js";
import { durationOption } from "../time-values.js";
import { contradiction, fail } from "../values.js";

const group = "Options";

export const REPLAY_OPTIONS = commandOptions([
  {
    name: "link",
    value: "PATH",
    completes: "file",
    group,
    does: "make a link to the port, and take it back at the end",
  },
  {
    name: "speed",
    value: "N",
    completes: ["max"],
    group,
    does: "N times as fast as it was recorded, such as 2 or 0.5; max (or 0): as fast as it is read",
    otherwise: "1",
  },
  { name: "loop", group, does: "at the end of the recording begin again" },
  {
    name: "match",
    group,
    does: "the device answers when the program sends what was sent then; where it sends something else is told",
  },
  {
    name: "strict",
    group,
    does: "--match, and the first departure, or a program that leaves before it has sent everything, ends robin with status 6 and a diff",
  },
  {
    name: "timeout",
    value: "MS",
    group,
    does: "with --match: so long a line is waited for; then that is a departure, and the device answers as if it had come",
    otherwise: "for ever",
  },
  {
    name: "any-newline",
    group,
    does: "with --match: CR, LF and CR LF are the same",
    otherwise: "each byte counts",
  },
  JSON_OPTION,
]);

export interface ReplayConfig {
  readonly file: string;
  readonly link: string | undefined;
  /** Infinity: at once. */
  readonly speed: number;
  readonly loop: boolean;
  readonly match: { readonly anyNewline: boolean; readonly timeoutMs: number | undefined } | undefined;
  readonly strict: boolean;
  readonly json: boolean;
  /** The program that has the port's name in ROBIN_PORT, and its arguments. */
  readonly command: readonly string[] | undefined;
}

export function replayConfig({ positional, values, beforeDashes }: RawArguments): ReplayConfig {
  const [file, ...more] = positional.slice(0, beforeDashes);
  if (file === undefined || file === "") {
    throw new RobinError("usage", "argument FILE: robin replay needs a recording to play", {
      hint: "robin --record FILE PORT makes one",
    });
  }
  if (more.length > 0) {
    throw new RobinError("usage", `argument "${more[0]}": robin replay plays one recording`, {
      hint: "a command stands behind --",
    });
  }
  const command = beforeDashes === undefined ? undefined : positional.slice(beforeDashes);
  if (command && (command[0] ?? "") === "") throw new RobinError("usage", "there is no command behind --");
  const strict = values.get("strict") === true;
  const isMatching = strict || values.get("match") === true;
  const loop = values.get("loop") === true;
  if (loop && isMatching) contradiction("loop", strict ? "strict" : "match");
  for (const name of ["timeout", "any-newline"]) {
    if (values.get(name) !== undefined && !isMatching)
      fail(name, "it says how to compare: add --match or --strict");
  }
  const timeoutMs = durationOption(values, "timeout");
  if (timeoutMs === 0) fail("timeout", "no line comes in no time");
  return {
    file,
    link: values.get("link") as string | undefined,
    speed: speedOf(values.get("speed")),
    loop,
    match: isMatching ? { anyNewline: values.get("any-newline") === true, timeoutMs } : undefined,
    strict,
    json: values.get("json") === true,
    command,
  };
}

function speedOf(value: string | number | boolean | undefined): number {
  const text = String(value ?? "1");
  if (text === "max") return Number.POSITIVE_INFINITY;
  const speed = /^(\d+\.?\d*|\.\d+)x?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (!Number.isFinite(speed)) return fail("speed", `"${text}" is not a number such as 2 or 0.5, nor max`);
  return speed === 0 ? Number.POSITIVE_INFINITY : speed;
}
