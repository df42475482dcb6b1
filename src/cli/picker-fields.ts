/**
 * Options as fields of the setup form, and back: what a user has changed there, as a command line above all other layers would say it.
 * Pure.
 */
import { PARITY_LETTERS } from "../port/describe.js";
import type { SetupOption } from "../tui/setup/option.js";
import type { RawArguments } from "./parse.js";

type Values = RawArguments["values"];
type Value = string | number | boolean;

/** What `line` says, as the options it stands for. */
export function withoutLine(values: Values): Values {
  const [, databits, letter = "", stopbits] =
    /^([5-8])([neoms])([12])$/i.exec(String(values.get("line"))) ?? [];
  if (databits === undefined || stopbits === undefined) return values;
  const parity = Object.entries(PARITY_LETTERS).find(([, one]) => one === letter.toUpperCase())![0];
  const split = new Map(values).set("databits", databits).set("parity", parity).set("stopbits", stopbits);
  split.delete("line");
  return split;
}

/** Texts of the fields, by their names, where anything is said. */
export function fieldsOf(values: Values, options: readonly SetupOption[]): Map<string, string> {
  const said = withoutLine(values);
  return new Map(
    options.flatMap(({ name, optionOf }) => {
      const word = Object.entries(optionOf ?? {}).find(([, option]) => said.get(option) === true)?.[0];
      const text = word ?? textOf(said.get(name));
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function textOf(value: Value | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return typeof value === "number" ? String(value) : value ? "on" : "off";
}

interface Change {
  /** What was said for this session before: on the command line, or remembered. */
  readonly said: Values;
  /** What held, with all layers beneath. */
  readonly held: Values;
  /** What the form says now: all of it. */
  readonly wanted: Values;
}

/**
 * What is said from now on: what was, with what has changed. False takes back what has held; `names` are the options that the form is
 * about. What nobody has touched is left to its layer.
 */
export function chosenOf(change: Change, names: readonly string[]): Values {
  const [said, held, wanted] = [change.said, change.held, change.wanted].map(withoutLine) as [
    Values,
    Values,
    Values,
  ];
  const chosen = new Map(said);
  for (const [name, value] of wanted) {
    if (said.has(name) || String(held.get(name)) !== String(value)) chosen.set(name, value);
  }
  for (const name of names) {
    const isHeld = held.has(name) && held.get(name) !== false;
    if (isHeld && !wanted.has(name)) chosen.set(name, false);
  }
  return chosen;
}

/** The options that fields stand for. */
export function namesOf(options: readonly SetupOption[]): string[] {
  return options.flatMap(({ name, optionOf }) => (optionOf ? Object.values(optionOf) : [name]));
}
