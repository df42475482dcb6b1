/**
 * Raw values of options to numbers and choices, checked. Pure; throws RobinError "usage". Knows no option.
 */
import { RobinError } from "../errors.js";
import type { RawArguments } from "./parse.js";

type Values = RawArguments["values"];

/** Node's timers count to 2^31 - 1 ms, some 24 days. */
export const MAX_MS = 2 ** 31 - 1;

export function fail(option: string, text: string): never {
  throw new RobinError("usage", `option --${option}: ${text}`);
}

/** `parse`, whose complaints are about `option`, such as `option --log`. */
export function within<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RobinError)) throw error;
    throw new RobinError(error.code, `${option}: ${error.message}`, { hint: error.hint, cause: error.cause });
  }
}

/** What was given twice by other names. */
export function contradiction(first: string, second: string): never {
  throw new RobinError("usage", `options --${first} and --${second}: they contradict each other, give one`);
}

/** `text` as a decimal number from `smallest` to `largest`, or undefined. */
export function wholeNumber(text: string, smallest: number, largest: number): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= smallest && value <= largest ? value : undefined;
}

export function numberOption(
  values: Values,
  name: string,
  smallest: number,
  largest: number,
): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const value = wholeNumber(String(text), smallest, largest);
  return value ?? fail(name, `"${text}" is not a whole number from ${smallest} to ${largest}`);
}

/** A name or a command: any text but none. */
export function textOption(values: Values, name: string): string | undefined {
  const text = values.get(name);
  return text === "" ? fail(name, "there is nothing") : (text as string | undefined);
}

/** A value that parse.ts has found among the option's choices. */
export function choiceOption<T extends string>(values: Values, name: string): T | undefined {
  return values.get(name) as T | undefined;
}

export function onOffOption(values: Values, name: string): boolean | undefined {
  const state = choiceOption<"on" | "off">(values, name);
  return state === undefined ? undefined : state === "on";
}
