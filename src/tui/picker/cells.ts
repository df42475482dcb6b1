/**
 * Text in cells of a screen: made harmless, cut, filled up and broken into lines. Pure.
 */
import { nextCharacter, textWidth } from "../../bytes/char-width.js";
import { printable } from "../../bytes/printable.js";
import type { Looks } from "../surface.js";

/** Text from elsewhere as this terminal can show it: nothing acts, and where it has only ASCII the rest is `?`. */
export function clean(text: string, { utf8 }: Pick<Looks, "utf8">): string {
  const safe = printable(text);
  return utf8 ? safe : safe.replace(/[^\x20-\x7e]/gu, "?");
}

/** As much of `text` as fits `width` cells, with a mark at its end where it is cut. */
export function cut(text: string, width: number, { utf8 }: Pick<Looks, "utf8">): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return "";
  let end = 0;
  let room = width - 1;
  for (let next = nextCharacter(text, 0); ; next = nextCharacter(text, end)) {
    room -= textWidth(text.slice(end, next));
    if (room < 0) return text.slice(0, end) + (utf8 ? "…" : "~");
    end = next;
  }
}

/** Exactly `width` cells of it. */
export function fill(text: string, width: number, looks: Pick<Looks, "utf8">): string {
  const shown = cut(text, width, looks);
  return shown + " ".repeat(Math.max(0, width - textWidth(shown)));
}

/** Lines of at most `width` cells, broken between words; a longer word is cut. */
export function broken(text: string, width: number, looks: Pick<Looks, "utf8">): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) line = longer;
    else {
      if (line !== "") lines.push(line);
      line = cut(word, width, looks);
    }
  }
  return [...lines, line];
}
