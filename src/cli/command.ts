/**
 * What a command is to the rest of robin: how it is written, what the help and the manual page say of it, and one
 * function. Knows no command.
 */
import type { WayOut } from "../way-out.js";
import type { Arguments } from "./completion/kinds.js";
import { MESSAGE_OPTIONS, type Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import type { Words } from "./words.js";

/** How a command line is read. */
export interface Syntax {
  /** Such as `robin list [options]`. */
  readonly usage: string;
  readonly options: readonly Option[];
  /** What it takes beside options, for completion; absent for nothing. */
  readonly takes?: Arguments;
  /** Words that start with a dash and are no options, such as `-parenb`. */
  readonly isArgument?: (word: string) => boolean;
  /** Whether `--no-NAME` takes back what a profile or the environment says of any option, but for those without a say there. */
  readonly takesBack?: boolean;
  /** Whether options end at the first word that is none: what follows belongs to another program. */
  readonly stopsAtFirst?: boolean;
}

export interface Command extends Syntax {
  /** Whether it takes the main command's options too, which the manual page has once. */
  readonly isMainToo?: boolean;
  /** Paragraphs of the manual page. */
  readonly details: readonly string[];
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** Resolves with the exit status; rejects with RobinError. */
  run(args: RawArguments, context: CommandContext): Promise<number>;
}

export interface CommandContext {
  /** Robin's own words, on stderr. */
  readonly words: Words;
  /** Where everything is registered that has to be given back. */
  readonly wayOut: WayOut;
}

/** A command's own options, and behind them those that every command takes; `-h` is help here. */
export function commandOptions(options: readonly Option[]): readonly Option[] {
  const common = MESSAGE_OPTIONS.map((option) =>
    option.name === "help" ? { ...option, alias: ["h", ...(option.alias ?? [])] } : option,
  );
  return [...options, ...common];
}

/** For every command with a result that programs read. */
export const JSON_OPTION: Option = {
  name: "json",
  group: "Options",
  does: "print JSON: one document, or one object a line where events are followed",
};
