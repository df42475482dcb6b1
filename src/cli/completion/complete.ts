/**
 * What may stand in place of the last word of a command line: everything comes from the tables of commands and options, ports and
 * profiles from whoever knows them. Knows no shell, and opens nothing.
 */
import { UNSAFE_CHARACTER } from "../../bytes/printable.js";
import type { PortInfo } from "../../port/discovery/discover.js";
import type { Syntax } from "../command.js";
import { COMMANDS, findCommand } from "../commands.js";
import { CONNECT, type Option } from "../options.js";
import { type Candidate, type Completions, NOTHING } from "./candidate.js";
import type { Completes } from "./kinds.js";
import { placeOf } from "./place.js";
import { deviceNames, type ProfileName, profileNames, sessionNames } from "./ports.js";
import { optionValues, valuesOf } from "./values.js";

/** What is not in a table. */
export interface Sources {
  readonly ports: () => readonly PortInfo[];
  readonly profiles: () => Promise<readonly ProfileName[]>;
}

/** `words` are those behind `robin`, without quotes; the last one is being typed, and may be empty. */
export async function complete(words: readonly string[], sources: Sources): Promise<Completions> {
  const typed = words.at(-1) ?? "";
  const entry = words.length > 1 ? findCommand(words[0]) : undefined;
  const found = entry
    ? moved(await completeCommand(words.slice(1), await entry.load(), sources))
    : await completeCommand(words, CONNECT, sources);
  const commands = words.length === 1 && !typed.startsWith("-") ? COMMANDS : [];
  const candidates = [...found.candidates, ...commands.map(({ name, does }) => ({ word: name, does }))];
  return withFiles({ ...found, candidates: candidates.filter(isSafe) }, typed);
}

/** Words are counted from the command's name on. */
function moved(found: Completions): Completions {
  const { byShell } = found;
  return typeof byShell === "object" ? { ...found, byShell: { from: byShell.from + 1 } } : found;
}

/** Files are a port's last resort: where a name fits, a directory full of them would hide it. */
function withFiles(found: Completions, typed: string): Completions {
  const fits = found.candidates.some(({ word }) => `${found.prefix}${word}`.startsWith(typed));
  const { byShell, ...rest } = found;
  return byShell === undefined || (byShell === "files" && fits) ? rest : found;
}

/** A line of the answer holds it, and a terminal shows it as it is. */
function isSafe({ word }: Candidate): boolean {
  return word !== "" && !UNSAFE_CHARACTER.test(word);
}

async function completeCommand(
  words: readonly string[],
  syntax: Syntax,
  sources: Sources,
): Promise<Completions> {
  const typed = words.at(-1) ?? "";
  const place = placeOf(words, syntax);
  switch (place.kind) {
    case "nothing":
      return NOTHING;
    case "command":
      return { ...NOTHING, byShell: { from: place.from } };
    case "argument":
      return completeArgument(place.at, typed, syntax, sources);
    case "value": {
      const { option, prefix } = place;
      const value = typed.slice(prefix.length);
      const found = option.choices
        ? optionValues(option, value)
        : await completeValue(option.completes ?? [], value, sources);
      return { ...found, prefix: `${prefix}${found.prefix}` };
    }
    case "option": {
      const options = syntax.options.filter((one) => one.counted || one.joined || !place.given.includes(one));
      const candidates = options.flatMap((option) => spellings(option, typed));
      if (!syntax.isArgument) return { prefix: "", candidates };
      const dashed = (await completeArgument(place.argument, typed, syntax, sources)).candidates;
      return {
        prefix: "",
        candidates: [...candidates, ...dashed.filter(({ word }) => word.startsWith("-"))],
      };
    }
  }
}

async function completeArgument(at: number, typed: string, { takes }: Syntax, sources: Sources) {
  const completes = takes?.first[at] ?? takes?.more;
  return completes === undefined ? NOTHING : completeValue(completes, typed, sources);
}

async function completeValue(completes: Completes, typed: string, sources: Sources): Promise<Completions> {
  switch (completes) {
    case "port": {
      const names = sessionNames(await sources.profiles());
      return { prefix: "", candidates: [...deviceNames(sources.ports(), typed), ...names], byShell: "files" };
    }
    case "device":
      return { prefix: "", candidates: deviceNames(sources.ports(), typed), byShell: "files" };
    case "profile":
      return { prefix: "", candidates: profileNames(await sources.profiles()) };
    case "file":
      return { ...NOTHING, byShell: "files" };
    case "directory":
      return { ...NOTHING, byShell: "directories" };
    default:
      return valuesOf(completes, typed);
  }
}

/** An option as it may be written, long ones alone behind two dashes. */
function spellings({ name, alias = [], usual, negatable, does }: Option, typed: string): Candidate[] {
  const long = [name, ...alias.filter((one) => one.length > 1)].map((one) => `--${one}`);
  const short = alias.filter((one) => one.length === 1).map((one) => `-${one}`);
  return [
    ...(typed.startsWith("--") ? [] : short.map((word) => ({ word, does }))),
    ...long.map((word) => ({ word, does })),
    ...(usual === undefined ? [] : [{ word: `--${name}=`, does, more: true }]),
    ...(negatable ? [{ word: `--no-${name}`, does: `not: ${does}` }] : []),
  ];
}
