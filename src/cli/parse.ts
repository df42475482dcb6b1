/**
 * argv to raw values, by yargs made from the table of options. Strict: what is not in the table is a usage error
 * with the nearest valid spelling. Knows no value's meaning.
 */
import yargs, { type Argv } from "yargs";
import { RobinError } from "../errors.js";
import { didYouMean } from "./nearest.js";
import { OPTIONS, type Option, PORT_NAMES, USAGE } from "./options.js";

export interface RawArguments {
  /** What stands without a dash, in order. */
  readonly positional: readonly string[];
  /** By the option's name: a string where it takes a value, a count where it is counted, false for `--no-`. */
  readonly values: ReadonlyMap<string, string | number | boolean>;
}

function build(argv: readonly string[]): Argv {
  let parser = yargs([...argv])
    .scriptName("robin")
    .locale("en")
    .parserConfiguration({
      "camel-case-expansion": false,
      "dot-notation": false,
      "duplicate-arguments-array": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .usage(USAGE)
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions();
  for (const option of OPTIONS) parser = parser.option(option.name, yargsOption(option));
  return parser;
}

function yargsOption(option: Option) {
  const value = option.value === undefined ? "" : `${option.value}: `;
  const otherwise = option.otherwise === undefined ? "" : ` [${option.otherwise}]`;
  return {
    alias: [...(option.alias ?? [])],
    describe: `${value}${option.does}${option.choices ? ` (${option.choices.join(", ")})` : ""}${otherwise}`,
    group: `${option.group}:`,
    ...(option.value !== undefined
      ? { type: "string" as const, requiresArg: true }
      : option.counted
        ? { type: "count" as const }
        : { type: "boolean" as const }),
  };
}

/** Throws RobinError "usage". */
export function parseArguments(argv: readonly string[]): RawArguments {
  refuseReserved(argv);
  const parser = build(argv).fail((message, error) => {
    throw error instanceof RobinError ? error : usage(explain(message || error.message, argv));
  });
  const parsed = parser.parseSync() as Record<string, unknown> & { _: (string | number)[] };
  const values = new Map<string, string | number | boolean>();
  for (const option of OPTIONS) {
    const value = parsed[option.name];
    if (value === undefined || (option.counted && value === 0)) continue;
    values.set(option.name, value as string | number | boolean);
  }
  return { positional: parsed._.map(String), values };
}

function usage(text: string): RobinError {
  return new RobinError("usage", text, { hint: "robin --help lists the options" });
}

/** What stands before `--`. */
function optionWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end === -1 ? argv : argv.slice(0, end);
}

/** What yargs takes and robin does not: `--no-x` for every x, a value for a switch, and its own `_` and `$0`. */
function refuseReserved(argv: readonly string[]): void {
  for (const word of optionWords(argv)) {
    const [spelling, ...value] = word.split("=") as [string, ...string[]];
    if (/^--?(_|\$0)$/.test(spelling)) throw usage(`option ${spelling}: there is no such option`);
    const positive = spelling.replace(/^--no-(?=.)/, "--");
    const bare = positive.replace(/^--?/, "");
    const option =
      positive.startsWith("-") && OPTIONS.find((one) => [one.name, ...(one.alias ?? [])].includes(bare));
    if (!option) continue;
    const isNegated = positive !== spelling;
    if (isNegated && !(option.negatable && bare === option.name)) {
      throw usage(`option ${spelling}: there is no such option (leave --${option.name} out)`);
    }
    if (value.length > 0 && (isNegated || option.value === undefined)) {
      throw usage(`option ${spelling}: it takes no value`);
    }
  }
}

/** yargs's message in robin's words. */
function explain(message: string, argv: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(", ")[0];
  if (unknown !== undefined) {
    // yargs names an option without its dashes and without `no-`: what was typed is found again by its end.
    const typed = optionWords(argv).find(
      (word) => word.replace(/=.*/s, "").replace(/^--?(no-)?/, "") === unknown,
    );
    const name = (typed ?? `--${unknown}`).replace(/=.*/s, "").replace(/^--?/, "");
    const dashes = name.length === 1 ? "-" : "--";
    return `option ${dashes}${name}: there is no such option${didYouMean(name, spellings(), "--")}`;
  }
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) {
    const option = OPTIONS.find((one) => one.name === missing || one.alias?.includes(missing));
    return `option --${option?.name ?? missing}: it needs a value${option?.value ? ` (${option.value})` : ""}`;
  }
  return `arguments ${argv.join(" ")}: ${message}`;
}

function spellings(): string[] {
  return OPTIONS.flatMap((option) => [
    option.name,
    ...(option.alias ?? []).filter((alias) => alias.length > 1),
    ...(option.negatable ? [`no-${option.name}`] : []),
  ]);
}

/** The help text, `columns` wide. */
export async function helpText(columns: number): Promise<string> {
  const ports = PORT_NAMES.map(({ form, means }) => `  ${form.padEnd(24)}${means}`).join("\n");
  const help = await build([]).wrap(columns).epilogue("The manual page says more: man robin").getHelp();
  const withoutTypes = help.replaceAll(/\s+\[(?:string|boolean|count)\]$/gm, "");
  return `${withoutTypes.replace(/\n\n/, `\n\nPorts:\n${ports}\n\n`)}\n`;
}
