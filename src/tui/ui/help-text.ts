/**
 * The list of all keys, from the tables: those of the full screen and those of every session. Pure.
 */
import { formatCaret } from "../../bytes/caret.js";
import { UI_KEYS, type UiKey } from "./ui-keys.js";

/** A heading (empty: a row between), or keys and what they do. */
export type HelpLine =
  | { readonly heading: string; readonly keys?: never; readonly does?: never }
  | { readonly heading?: never; readonly keys: string; readonly does: string };

interface HelpFacts {
  readonly escapeKey: number | undefined;
  readonly keys: readonly { readonly key: string; readonly does: string }[];
  /** How many panes there are. */
  readonly panes: number;
}

const KEYS_WIDTH = 14;

export function helpLines({ escapeKey, keys, panes }: HelpFacts): HelpLine[] {
  const prefix = escapeKey === undefined ? undefined : formatCaret(escapeKey);
  const line = (name: string, does: string): HelpLine => ({ keys: name.padEnd(KEYS_WIDTH), does });
  const isWanted = ({ action }: UiKey) => action.does !== "pane" || (panes > 1 && action.number <= panes);
  const of = (when: UiKey["when"][number]) =>
    UI_KEYS.filter((one) => one.when.includes(when) && isWanted(one));
  const lines: HelpLine[] = [];
  if (prefix === undefined) lines.push({ heading: "There is no escape key: only a signal ends robin." });
  else {
    lines.push({ heading: `Behind ${prefix}, the port` });
    for (const { key, does } of keys) lines.push(line(`${prefix} ${key}`, does));
    lines.push(line(`${prefix} ${prefix}`, `send ${prefix} itself`), { heading: "" });
    lines.push({ heading: `Behind ${prefix}, the screen` });
    for (const key of of("command")) lines.push(line(`${prefix} ${key.keys[0]}`, key.help));
    lines.push({ heading: "" }, { heading: "While you look back, without it" });
    for (const key of of("back")) lines.push(line(key.keys.join(", "), key.help));
    lines.push({ heading: "" }, { heading: "While you choose lines" });
    for (const key of of("copy").filter(({ when }) => !when.includes("command"))) {
      lines.push(line(key.keys.join(", "), key.help));
    }
    lines.push({ heading: "" });
  }
  lines.push({ heading: "At any time" });
  for (const key of of("always")) lines.push(line(key.keys[0]!, key.help));
  lines.push(
    line("wheel", "scroll; where the device asks for the mouse, it has it, and Shift keeps it here"),
  );
  lines.push(line("drag", "choose text, and copy it; a click chooses a pane"));
  return lines;
}
