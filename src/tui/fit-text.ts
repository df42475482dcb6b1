/**
 * Text in so many columns: cut where it is too long, and safe for this terminal. Pure.
 */
import { nextCharacter, previousCharacter, textWidth } from "../bytes/char-width.js";
import { printable } from "../bytes/printable.js";
import type { Looks } from "./surface.js";

type Signs = Pick<Looks, "utf8">;

/** Text from elsewhere (a path, a device's words) in one row: nothing in it acts on the terminal, nor is more than it shows. */
export function safeText(text: string, { utf8 }: Signs): string {
  const safe = printable(text);
  return utf8 ? safe : safe.replace(/[^\x20-\x7e]/gu, "?");
}

/** What stands where something is left out. */
export function ellipsis({ utf8 }: Signs): string {
  return utf8 ? "…" : "...";
}

/** The beginning, and a sign that there is more. */
export function cutEnd(text: string, columns: number, signs: Signs): string {
  if (textWidth(text) <= columns) return text;
  const sign = signFor(columns, signs);
  return head(text, columns - textWidth(sign)) + sign;
}

/** Both ends: of a path the file's name is what tells it from others, and its root. */
export function cutMiddle(text: string, columns: number, signs: Signs): string {
  if (textWidth(text) <= columns) return text;
  const sign = signFor(columns, signs);
  const room = columns - textWidth(sign);
  const behind = tail(text, Math.ceil(room * 0.6));
  return head(text, room - textWidth(behind)) + sign + behind;
}

/** With blanks up to a width; longer text stays. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/**
 * Words in rows of a width, `most` rows at the most: the last one says where there is more. A word that is longer than a row is
 * broken.
 */
export function wrapWords(text: string, columns: number, most: number, signs: Signs): string[] {
  if (textWidth(text) <= columns) return [text]; // with its blanks: they make columns
  const rows: string[] = [];
  for (const word of text.split(" ").flatMap((one) => pieces(one, columns))) {
    const last = rows.at(-1);
    if (last !== undefined && textWidth(last) + 1 + textWidth(word) <= columns)
      rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  const seen = rows.slice(0, most);
  // A row is as full as it can be: with the next word it is cut, and says so.
  if (rows.length > most) seen[most - 1] = cutEnd(`${seen[most - 1]} ${rows[most]}`, columns, signs);
  return seen.map((row) => cutEnd(row, columns, signs)); // a character may be wider than one column
}

function pieces(word: string, columns: number): string[] {
  const rows: string[] = [];
  let rest = word;
  while (textWidth(rest) > columns) {
    const piece = head(rest, columns) || rest.slice(0, nextCharacter(rest, 0));
    rows.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...rows, rest];
}

function signFor(columns: number, signs: Signs): string {
  return ellipsis(signs).slice(0, Math.max(0, columns));
}

/** As much of its beginning as fits. */
export function head(text: string, columns: number): string {
  let left = columns;
  let at = 0;
  while (at < text.length) {
    const end = nextCharacter(text, at);
    left -= textWidth(text.slice(at, end));
    if (left < 0) break;
    at = end;
  }
  return text.slice(0, at);
}

function tail(text: string, columns: number): string {
  let left = columns;
  let at = text.length;
  while (at > 0) {
    const start = previousCharacter(text, at);
    left -= textWidth(text.slice(start, at));
    if (left < 0) break;
    at = start;
  }
  return text.slice(at);
}
