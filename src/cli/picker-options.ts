/**
 * Options that are remembered with an adapter: which they are, how they stand below what is said now, and how they are shown. Pure;
 * what fits together is connectConfig's to say.
 */
import { resolve } from "node:path";
import { RobinError } from "../errors.js";
import { describeLine } from "../port/describe.js";
import { connectConfig, lineSettings } from "./config.js";
import { LOG_OPTIONS } from "./log-options.js";
import { OPTIONS } from "./options.js";
import type { RawArguments } from "./parse.js";

type Values = RawArguments["values"];

/** What belongs to a device, or to how it is looked at. A recording, a command or --raw is for one session. */
const GROUPS: readonly string[] = ["Line", "Screen", "Sending"];
const REMEMBERED = OPTIONS.map(({ name, group }) => ({ name, group })).filter(
  ({ name, group }) =>
    (GROUPS.includes(group) && name !== "screen-reader") ||
    LOG_OPTIONS.some((option) => option.name === name),
);

/** What of `values` is worth being remembered. A log's path is the same from wherever robin is started. */
export function rememberedOf(values: Values, cwd: string): Values {
  return new Map(
    REMEMBERED.flatMap(({ name }) => {
      const value = values.get(name);
      if (value === undefined) return [];
      return [[name, name === "log" ? resolve(cwd, String(value)) : value]] as const;
    }),
  );
}

/** `values`, and of what is remembered all that goes with them. */
export function withRemembered(values: Values, remembered: Values): Values {
  let all = values;
  for (const { name } of REMEMBERED) {
    const value = remembered.get(name);
    if (value === undefined || all.has(name)) continue;
    const more = new Map(all).set(name, value);
    if (areValid(more)) all = more;
  }
  return all;
}

function areValid(values: Values): boolean {
  try {
    connectConfig({ positional: ["-"], values });
    return true;
  } catch (error) {
    if (error instanceof RobinError) return false;
    throw error;
  }
}

/** `115200 8N1, hex, log /tmp/a.log`; empty where nothing is said. */
export function describeOptions(values: Values): string {
  const [line, rest]: [Map<string, Value>, string[]] = [new Map(), []];
  for (const [name, value] of values) {
    if (isOfLine(name, value)) line.set(name, value);
    else rest.push(value === true ? name : value === false ? `no-${name}` : `${name} ${value}`);
  }
  return [describeLine(lineSettings(line, undefined)), ...rest].filter(Boolean).join(", ");
}

type Value = string | number | boolean;

/** Whether describeLine() says it. */
function isOfLine(name: string, value: Value): boolean {
  return describeLine(lineSettings(new Map([[name, value]]), undefined)) !== "";
}
