/**
 * What a completion is made of. Types only; knows no shell.
 */

export interface Candidate {
  /** What may stand in place of what was typed, behind `Completions.prefix`. */
  readonly word: string;
  /** A few words about it. They may come from a device, and hold anything. */
  readonly does?: string;
  /** Whether something has to follow it at once, so that no blank is put behind it. */
  readonly more?: boolean;
}

/** What the shell is to complete itself; `from`: which word is the other program's name. */
export type ByShell = "files" | "directories" | { readonly from: number };

export interface Completions {
  /** What stands in the typed word before the candidates: `--parity=`, `lfcrlf,`. */
  readonly prefix: string;
  /** All there are at this place, also those that do not begin with what was typed. */
  readonly candidates: readonly Candidate[];
  readonly byShell?: ByShell;
}

export const NOTHING: Completions = { prefix: "", candidates: [] };
