/**
 * argv to raw values, by yargs made from a command's table of options. Strict: what is not in the table is a usage
 * error with the nearest valid spelling, and so is a value that is none of the choices. Knows no value's meaning.
 */
import yargs, { type Argv } from "yargs";
import { RobinError } from "../errors.js";
import type { Syntax } from "./command.js";
import { didYouMean } from "./nearest.js";
import { CONNECT, OPTIONS, type Option } from "./options.js";

export interface RawArguments {
  /** What stands without a dash, in order. */
  readonly positional: readonly string[];
  /** By the option's name: a string where it takes a value, a count where it is counted, false for `--no-`. */
  readonly values: ReadonlyMap<string, string | number | boolean>;
  /** How many of `positional` stand before `--`, where there is one. */
  readonly beforeDashes?: number | undefined;
}

/** The parser of a command line without `-x` words that are arguments. */
export function buildParser(argv: readonly string[], { usage, options }: Syntax): Argv {
  let parser = yargs([...argv])
    .scriptName("robin")
    .locale("en")
    .parserConfiguration({
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .usage(usage)
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions();
  for (const option of options) parser = parser.option(option.name, yargsOption(option));
  return parser;
}

function yargsOption(option: Option) {
  const value = option.value === undefined ? "" : `${option.value}: `;
  const otherwise = option.otherwise === undefined ? "" : ` [${option.otherwise}]`;
  return {
    // None rather than an empty list: yargs compares each list of aliases with each other one.
    ...(option.alias && { alias: [...option.alias] }),
    describe: `${value}${option.does}${option.choices ? ` (${option.choices.join(", ")})` : ""}${otherwise}`,
    group: `${option.group}:`,
    ...(option.value !== undefined
      ? { type: "string" as const, requiresArg: true }
      : option.counted
        ? { type: "count" as const }
        : { type: "boolean" as const }),
  };
}

/** Hides a word that starts with a dash from yargs; no argument of a process can hold a NUL. */
const ARGUMENT = "\0";

/** Throws RobinError "usage". */
export function parseArguments(argv: readonly string[], syntax: Syntax = CONNECT): RawArguments {
  const { usage, options, isArgument = () => false, stopsAtFirst = false } = syntax;
  if (stopsAtFirst) {
    const { own, rest } = splitCommandLine(argv, options);
    return { ...parseArguments(own, { ...syntax, stopsAtFirst: false }), positional: rest };
  }
  const hint = `${usage.replace(/ ?[[<].*$/, "")} --help lists the options`;
  const refuse = (text: string) => new RobinError("usage", text, { hint });
  const own = optionWords(argv);
  const words = own.flatMap((word) =>
    isArgument(word) ? `${ARGUMENT}${word}` : withUsualValues(word, options),
  );
  const reserved = reservedWord(words, syntax);
  if (reserved !== undefined) throw refuse(reserved);
  const parser = buildParser([...words, ...argv.slice(own.length)], syntax).fail((message, error) => {
    throw error instanceof RobinError ? error : refuse(explain(message || error.message, words, options));
  });
  const parsed = parser.parseSync() as Record<string, unknown> & { _: (string | number)[] };
  const values = new Map<string, string | number | boolean>();
  for (const option of options) {
    const said = parsed[option.name];
    const value = Array.isArray(said) ? (option.joined ? said.join(",") : said.at(-1)) : said;
    if (value === undefined || (option.counted && value === 0)) continue;
    const isText = typeof value === "string";
    values.set(option.name, isText ? value.replace(ARGUMENT, "") : (value as number | boolean));
  }
  for (const option of options) {
    const value = values.get(option.name);
    if (value !== undefined && value !== false) refuseOtherChoice(option, value);
  }
  const positional = parsed._.map((word) => String(word).replace(ARGUMENT, ""));
  const behind = own.length === argv.length ? undefined : argv.length - own.length - 1;
  return { positional, values, beforeDashes: behind === undefined ? undefined : positional.length - behind };
}

/** Throws RobinError "usage" for a value that is none of the option's choices, where it has any. */
export function refuseOtherChoice({ name, choices }: Option, value: string | number | boolean): void {
  if (choices === undefined || choices.includes(String(value))) return;
  const meant = didYouMean(String(value), choices);
  throw new RobinError("usage", `option --${name}: "${value}" is not one of ${choices.join(", ")}${meant}`);
}

/** An option that may stand without its value takes it by `=` alone: the next word is never its own, nor the next letter. */
function withUsualValues(word: string, options: readonly Option[]): string[] {
  const isCluster = /^-[a-z?]+\d*$/i.test(word);
  const given: string[] = [];
  let rest = word;
  for (const { name, alias = [], usual } of options) {
    if (usual === undefined) continue;
    if (word === `--${name}`) return [`${word}=${usual}`];
    for (const letter of isCluster ? alias.filter((one) => one.length === 1) : []) {
      if (rest.includes(letter)) given.push(`-${letter}=${usual}`);
      rest = rest.replaceAll(letter, "");
    }
  }
  return rest === "-" && given.length > 0 ? given : [...given, rest];
}

/** Options, and from the first word that is none (or behind `--`) another program's command line, untouched. */
function splitCommandLine(argv: readonly string[], options: readonly Option[]) {
  const takesValue = (name: string) =>
    options.some(
      (one) =>
        one.value !== undefined && one.usual === undefined && [one.name, ...(one.alias ?? [])].includes(name),
    );
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") return { own: argv.slice(0, at), rest: argv.slice(at + 1) };
    if (!word.startsWith("-") || word === "-") break;
    const name = word.startsWith("--") ? word.slice(2) : word.slice(-1);
    if (takesValue(name)) at++;
  }
  return { own: argv.slice(0, at), rest: argv.slice(at) };
}

/** What stands before `--`. */
function optionWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end === -1 ? argv : argv.slice(0, end);
}

/** What yargs takes and robin does not: `--no-x` for every x, a value for a switch, and its own `_` and `$0`. */
function reservedWord(words: readonly string[], { options, takesBack = false }: Syntax): string | undefined {
  for (const word of words) {
    const [spelling, ...value] = word.split("=") as [string, ...string[]];
    if (/^--?(_|\$0)$/.test(spelling)) return `option ${spelling}: there is no such option`;
    const positive = spelling.replace(/^--no-(?=.)/, "--");
    const bare = positive.replace(/^--?/, "");
    const option =
      positive.startsWith("-") && options.find((one) => [one.name, ...(one.alias ?? [])].includes(bare));
    if (!option) continue;
    const isNegated = positive !== spelling;
    const mayNegate = option.negatable || (takesBack && mayTakeBack(option));
    if (isNegated && !(mayNegate && bare === option.name)) {
      return `option ${spelling}: there is no such option (leave --${option.name} out)`;
    }
    if (value.length > 0 && (isNegated || option.value === undefined)) {
      return `option ${spelling}: it takes no value`;
    }
  }
  return undefined;
}

/** Whether a profile or the environment may say it, and no other option says the contrary: --no-color would be read as one. */
function mayTakeBack({ group, name }: Option): boolean {
  return group !== "Messages" && name !== "save" && OPTIONS.some((one) => one.name === name);
}

/** yargs's message in robin's words. */
function explain(message: string, words: readonly string[], options: readonly Option[]): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(", ")[0];
  if (unknown !== undefined) {
    // yargs names an option without its dashes and without `no-`: what was typed is found again by its end.
    const typed = words.find((word) => word.replace(/=.*/s, "").replace(/^--?(no-)?/, "") === unknown);
    const name = (typed ?? `--${unknown}`).replace(/=.*/s, "").replace(/^--?/, "");
    const dashes = name.length === 1 ? "-" : "--";
    return `option ${dashes}${name}: there is no such option${didYouMean(name, spellings(options), "--")}`;
  }
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) {
    const option = options.find((one) => one.name === missing || one.alias?.includes(missing));
    return `option --${option?.name ?? missing}: it needs a value${option?.value ? ` (${option.value})` : ""}`;
  }
  return `arguments ${words.join(" ")}: ${message}`;
}

function spellings(options: readonly Option[]): string[] {
  return options.flatMap((option) => [
    option.name,
    ...(option.alias ?? []).filter((alias) => alias.length > 1),
    ...(option.negatable ? [`no-${option.name}`] : []),
  ]);
}
