/**
 * Which rows fit what was typed, and which of them best. Pure.
 */
import type { PickerRow } from "./row.js";

/** For a word: it is all of a text, the beginning of one, the beginning of a word in one, or anywhere. */
const [WHOLE, BEGINNING, WORD, ANYWHERE] = [0, 1, 2, 3] as const;

/** The words that have to be in a row, each of them anywhere. */
export function filterWords(filter: string): string[] {
  return filter.toLowerCase().split(/\s+/).filter(Boolean);
}

/** How well a row fits: 0 is best, undefined not at all. Without a word everything fits. */
export function fitOf(row: PickerRow, words: readonly string[]): number | undefined {
  const texts = textsOf(row);
  let sum = 0;
  for (const word of words) {
    const best = Math.min(...texts.map((text) => fitOfWord(text, word)));
    if (best === Number.POSITIVE_INFINITY) return undefined;
    sum += best;
  }
  return sum;
}

function textsOf(row: PickerRow): string[] {
  const { name, driver, usbId, product, serial, about, also = [] } = row;
  const bare = name.replace(/^(\/dev\/|@)/, "");
  return [name, bare, driver, usbId, product, serial, about, ...also]
    .filter((text) => text !== undefined)
    .map((text) => text.toLowerCase());
}

function fitOfWord(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at === -1) return Number.POSITIVE_INFINITY;
  if (at === 0) return text.length === word.length ? WHOLE : BEGINNING;
  for (let next = at; next !== -1; next = text.indexOf(word, next + 1)) {
    if (/[^\p{L}\p{N}]$/u.test(text.slice(0, next))) return WORD;
  }
  return ANYWHERE;
}
