/**
 * The nearest valid spelling of a word that is not valid. Pure.
 */
import { closest, distance } from "fastest-levenshtein";

/** The candidate that `word` most likely meant, or undefined when none is near: more than a third would be guesswork. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const found = closest(word.toLowerCase(), candidates as string[]);
  const longer = Math.max(word.length, found.length);
  const limit = Math.min(longer - 1, Math.floor(longer / 3) + 1); // at least one letter in common
  return distance(word.toLowerCase(), found) <= limit ? found : undefined;
}

/** ` (did you mean X?)`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ""): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : ` (did you mean ${prefix}${found}?)`;
}
