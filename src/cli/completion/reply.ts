/**
 * Completions as the script of a shell wants them, a line each. A line that begins with a tab is none of them: it says what the
 * shell has to do itself. Pure; knows each shell's way with blanks, quotes and descriptions.
 */
import { nextCharacter, textWidth } from "../../bytes/char-width.js";
import { printable } from "../../bytes/printable.js";
import type { ByShell, Candidate, Completions } from "./candidate.js";
import { quoteFor, type TypedWord } from "./shell-words.js";

/** Words begin at the same column behind this many blanks. */
const GAP = 2;
/** Room for fewer says nothing. */
const LEAST_TEXT = 8;
/** In ASCII: the shell's locale is not known. */
const CUT = "...";

/**
 * For COMPREPLY, which bash puts in as it is: only what fits, quoted, with a blank behind it where the word ends. `columns`: the
 * screen's width where all are only to be listed, beside what they are.
 */
export function bashReply(
  { prefix, candidates, byShell }: Completions,
  typed: TypedWord,
  columns?: number,
): string[] {
  const rows = candidates.flatMap((candidate) => {
    const word = `${prefix}${candidate.word}`;
    const rest = word.startsWith(typed.text) ? quoteFor(word.slice(typed.start), typed.quote) : undefined;
    return rest === undefined ? [] : [{ ...candidate, word: rest }];
  });
  if (columns !== undefined && rows.length > 1)
    return [...shellLines(byShell), ...listing(rows, columns - 1)];
  const end = typed.quote === "" ? " " : "";
  return [...shellLines(byShell), ...rows.map(({ word, more }) => `${word}${more ? "" : end}`)];
}

/**
 * `word TAB what is shown of it`, and behind that a plus where no blank may follow. What stands before them is told once. They
 * are all there, for zsh may have been told to find more than what begins with `typed`.
 */
export function zshReply(
  { prefix, candidates, byShell }: Completions,
  typed: string,
  columns: number,
): string[] {
  const fitting = candidates.filter(({ word }) => `${prefix}${word}`.startsWith(typed));
  const shown = listing(candidates, columns - 1, fitting.length > 0 ? fitting : candidates);
  return [
    ...shellLines(byShell),
    ...(prefix === "" ? [] : [`\tprefix ${prefix}`]),
    ...candidates.map(({ word, more }, at) => `${word}\t${shown[at]}${more ? "\t+" : ""}`),
  ];
}

/** `word TAB what it is`, as fish has it; it puts no blank behind = and : by itself. */
export function fishReply({ prefix, candidates, byShell }: Completions): string[] {
  const lines = candidates.map(({ word, does = "" }) => `${prefix}${word}\t${printable(does)}`.trimEnd());
  return [...shellLines(byShell), ...lines];
}

function shellLines(byShell: ByShell | undefined): string[] {
  if (byShell === undefined) return [];
  return [typeof byShell === "string" ? `\t${byShell}` : `\tcommand ${byShell.from}`];
}

/** Each word and what it is, in two columns that are `columns` wide together and aligned for some of them. */
function listing(candidates: readonly Candidate[], columns: number, aligned = candidates): string[] {
  const widest = Math.max(0, ...aligned.map(({ word }) => textWidth(word)));
  const room = columns - widest - GAP;
  return candidates.map(({ word, does }) => {
    if (does === undefined || room < LEAST_TEXT) return word;
    return `${word}${" ".repeat(Math.max(widest - textWidth(word), 0) + GAP)}${fitted(printable(does), room)}`;
  });
}

function fitted(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (let at = 0; at < text.length; ) {
    const next = nextCharacter(text, at);
    width += textWidth(text.slice(at, next));
    if (width > columns) return `${text.slice(0, end).trimEnd()}${CUT}`;
    if (width <= columns - CUT.length) end = next;
    at = next;
  }
  return text;
}
