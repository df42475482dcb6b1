/**
 * Whether values that were not given on a command line would have been taken there: one by itself, or all together. Pure; the
 * checks are the command line's own.
 */
import { RobinError } from "../errors.js";
import { connectConfig, messageConfig } from "./config.js";
import type { Option } from "./options.js";
import { OPTIONS } from "./options.js";
import { type RawArguments, refuseOtherChoice } from "./parse.js";

type Values = RawArguments["values"];

/** What some options have no use without: they are not wrong for that. */
const HELPING: readonly (readonly [string, string])[] = [
  ["log", "x"],
  ["log-size", "1M"],
];

/** What the command line says of these values, and of which options it says it. */
export interface Complaint {
  readonly error: RobinError;
  /** Those it names. None where it is about an argument. */
  readonly names: readonly string[];
}

/** Of a value by itself; undefined where it is one that may be given. */
export function wrongValue(option: Option, value: string | number | boolean): RobinError | undefined {
  if (value === false) return undefined;
  const error = caught(() => {
    refuseOtherChoice(option, value);
    check(new Map([...HELPING, [option.name, value]]));
  });
  if (error === undefined) return undefined;
  const text = error.message.replace(new RegExp(`^option --${option.name}: `), "");
  return new RobinError("usage", text, { hint: error.hint, cause: error.cause });
}

/** Of all that holds together; undefined where it does. */
export function complaintAbout(values: Values): Complaint | undefined {
  const error = caught(() => check(values));
  if (error === undefined) return undefined;
  const [about = ""] = error.message.split(": ");
  const names = [...about.matchAll(/--([a-z][a-z0-9-]*)/g)].map(([, name]) => name!);
  const isFrame = names.some((name) => ["databits", "parity", "stopbits"].includes(name));
  return { error, names: isFrame ? [...names, "line"] : names };
}

/** Which option a key or a variable is about, by its name or another long spelling. */
export function optionNamed(name: string): Option | undefined {
  return OPTIONS.find((option) => spellingsOf(option).includes(name));
}

/** Long ones. */
export function spellingsOf({ name, alias = [] }: Option): string[] {
  return [name, ...alias.filter((one) => one.length > 1)];
}

function check(values: Values): void {
  messageConfig({ positional: [], values });
  connectConfig({ positional: ["-"], values });
}

function caught(work: () => void): RobinError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof RobinError && error.code === "usage") return error;
    throw error;
  }
}
