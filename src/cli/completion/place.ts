/**
 * What is being typed, from the words before it: an option, an option's value, an argument, another program's command line.
 * Reads words as parse.ts does. Pure; knows no values.
 */
import type { Syntax } from "../command.js";
import type { Option } from "../options.js";

export type Place =
  /** An option's name, or perhaps the argument of this number. `given`: options that are there already. */
  | { readonly kind: "option"; readonly given: readonly Option[]; readonly argument: number }
  /** `prefix` is what stands of the word before the value: `--parity=`. */
  | { readonly kind: "value"; readonly option: Option; readonly prefix: string }
  /** `at` counts arguments. */
  | { readonly kind: "argument"; readonly at: number }
  /** Another program's, whose name is the word `from`. */
  | { readonly kind: "command"; readonly from: number }
  | { readonly kind: "nothing" };

/** The place of the last one of `words`, which stand behind the command's name. */
export function placeOf(words: readonly string[], syntax: Syntax): Place {
  const last = words.length - 1;
  const typed = words[last] ?? "";
  const given: Option[] = [];
  let argument = 0;
  for (let at = 0; at < last; at++) {
    const word = words[at]!;
    if (word === "--") return behindDashes(words, at, argument, syntax);
    if (!isOption(word, syntax)) {
      if (syntax.stopsAtFirst) return { kind: "command", from: at };
      argument++;
      continue;
    }
    const option = optionOf(word.replace(/=.*/s, ""), syntax.options);
    if (option === undefined) continue;
    given.push(option);
    if (!wantsNext(word, option)) continue;
    at++;
    if (at === last) return { kind: "value", option, prefix: "" };
  }
  const [prefix] = /^-[^=]*=/.exec(typed) ?? [];
  if (prefix !== undefined && !syntax.isArgument?.(typed)) {
    const option = optionOf(prefix.slice(0, -1), syntax.options);
    return option?.value === undefined ? { kind: "nothing" } : { kind: "value", option, prefix };
  }
  if (typed.startsWith("-")) return { kind: "option", given, argument };
  return syntax.stopsAtFirst ? { kind: "command", from: last } : { kind: "argument", at: argument };
}

function behindDashes(words: readonly string[], at: number, argument: number, syntax: Syntax): Place {
  if (syntax.stopsAtFirst || syntax.takes?.command) return { kind: "command", from: at + 1 };
  return { kind: "argument", at: argument + words.length - 2 - at };
}

function isOption(word: string, { isArgument = () => false }: Syntax): boolean {
  return word.startsWith("-") && word !== "-" && !isArgument(word);
}

/** The one that a word such as `--parity`, `--no-lock` or `-xb` names, the last one of a cluster of letters. */
function optionOf(word: string, options: readonly Option[]): Option | undefined {
  const isLong = word.startsWith("--");
  const name = isLong ? word.slice(2) : word.slice(-1);
  const find = (text: string) =>
    options.find((option) => option.name === text || option.alias?.includes(text));
  const positive = isLong && name.startsWith("no-") ? find(name.slice("no-".length)) : undefined;
  return find(name) ?? (positive?.negatable ? positive : undefined);
}

/** Whether the next word is the option's value. */
function wantsNext(word: string, { value, usual }: Option): boolean {
  return value !== undefined && usual === undefined && !word.includes("=") && !word.startsWith("--no-");
}
