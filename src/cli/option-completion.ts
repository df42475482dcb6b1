/**
 * What may stand behind what was typed of an option that is changed by name. Pure: from the table of options; the values are
 * those that a shell completes.
 */
import { optionValues } from "./completion/values.js";
import { canBeOff, LIVE_OPTIONS } from "./live-options.js";
import type { Option } from "./options.js";

/** Words that may take the place of the last one of `before`, in order: `parity e`, `parity=e`, `--parity e`. */
export function completeOption(before: string): readonly string[] {
  const typed = before.trimStart();
  const word = typed.slice(typed.lastIndexOf(" ") + 1);
  const [spelling = "", dashes = "", name = ""] = /^(--)?([^\s=]*)/.exec(typed) ?? [];
  if (typed === spelling) {
    const names = LIVE_OPTIONS.map((option) => `${dashes}${option.name}`).sort();
    return names.filter((one) => one.startsWith(typed));
  }
  const option = LIVE_OPTIONS.find((one) => one.name === name || one.alias?.includes(name));
  // What stands in the last word in front of the value.
  const lead = word === typed ? `${spelling}=` : "";
  const words = option === undefined ? [] : valuesOf(option, word.slice(lead.length));
  return words.map((one) => `${lead}${one}`).filter((one) => one.startsWith(word));
}

function valuesOf(option: Option, typed: string): readonly string[] {
  if (option.value === undefined) return ["on", "off"];
  const { prefix, candidates } = optionValues(option, typed);
  return [...candidates.map(({ word }) => `${prefix}${word}`), ...(canBeOff(option) ? ["off"] : [])];
}
