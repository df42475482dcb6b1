/**
 * Options that are remembered with an adapter: which they are, how they stand below what is said now, and how they are shown. Pure;
 * what fits together is connectConfig's to say.
 */
import { resolve } from "node:path";
import { RobinError } from "../errors.js";
import { describeLine } from "../port/describe.js";
import { lineSettings } from "./config.js";
import { LOG_OPTIONS } from "./log-options.js";
import { wrongValue } from "./option-check.js";
import { OPTIONS, type Option } from "./options.js";
import type { Origin, Said } from "./origin.js";
import type { RawArguments } from "./parse.js";
import { resolveLayers } from "./resolve-layers.js";

type Values = RawArguments["values"];
type Value = string | number | boolean;

/** What belongs to a device, or to how it is looked at. A recording, a command or --raw is for one session. */
const GROUPS: readonly string[] = ["Line", "Screen", "Sending"];
const REMEMBERED = OPTIONS.filter(
  ({ name, group }) =>
    (GROUPS.includes(group) && name !== "screen-reader") ||
    LOG_OPTIONS.some((option) => option.name === name),
);
/** Tells what is remembered from what else holds. */
const REMEMBERED_ORIGIN: Origin = { from: "default" };

/** What of `values` is worth being remembered. A log's path is the same from wherever robin is started. */
export function rememberedOf(values: Values, cwd: string): Values {
  return new Map(
    REMEMBERED.flatMap(({ name }) => {
      const value = values.get(name);
      if (value === undefined || value === false) return [];
      return [[name, name === "log" ? resolve(cwd, String(value)) : value]] as const;
    }),
  );
}

/**
 * What of `remembered` holds below what is said now, by the rules of all layers: what contradicts it is left out, and so is what no
 * option takes. `said`: the command line and the environment, which counts less.
 */
export function heldOf(remembered: Values, said: readonly Values[]): Values {
  const known = REMEMBERED.flatMap((option) => {
    const value = remembered.get(option.name);
    if (value === undefined || !isTaken(option, value)) return [];
    return [[option.name, { value, origin: REMEMBERED_ORIGIN }] as const];
  });
  const above = said.map((values) => new Map([...values].map(([name, value]) => [name, saidNow(value)])));
  try {
    const holds = resolveLayers([...above, new Map(known)]);
    const ours = [...holds].filter(([, { origin }]) => origin === REMEMBERED_ORIGIN);
    return new Map(ours.map(([name, { value }]) => [name, value]));
  } catch (error) {
    if (error instanceof RobinError) return new Map(); // it contradicts itself: somebody has edited it
    throw error;
  }
}

function isTaken(option: Option, value: Value): boolean {
  const isOfItsKind = option.value === undefined ? value === true : typeof value === "string";
  return isOfItsKind && wrongValue(option, value) === undefined;
}

function saidNow(value: Value): Said {
  return { value, origin: { from: "command line" } };
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

/** Whether describeLine() says it. */
function isOfLine(name: string, value: Value): boolean {
  return describeLine(lineSettings(new Map([[name, value]]), undefined)) !== "";
}
