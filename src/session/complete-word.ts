/**
 * What a Tab makes of the word before the cursor. Pure. Knows no words: they come from whoever asks.
 */

/** Words that may stand in place of the last word of `before`. */
export type Complete = (before: string) => readonly string[];

export interface Completion {
  /** What is to be inserted at the cursor; may be empty. */
  readonly insert: string;
  /** All that are possible, where there is more than one. */
  readonly choices: readonly string[];
}

/** `behind` is what stands behind the cursor. */
export function completeWord(complete: Complete, before: string, behind: string): Completion {
  const word = before.slice(before.lastIndexOf(" ") + 1);
  const words = complete(before).filter((one) => one.startsWith(word));
  const rest = sharedStart(words).slice(word.length);
  if (words.length !== 1) return { insert: rest, choices: words };
  // More may follow behind a directory or an equals sign.
  const isWhole = !/[/=]$/.test(words[0]!) && !behind.startsWith(" ");
  return { insert: isWhole ? `${rest} ` : rest, choices: [] };
}

function sharedStart(words: readonly string[]): string {
  let shared = words[0] ?? "";
  for (const word of words) while (!word.startsWith(shared)) shared = shared.slice(0, -1);
  return shared;
}
