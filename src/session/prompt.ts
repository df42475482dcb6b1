/**
 * Asking the user for a line while a session goes on. Only the contract: how it is drawn and edited is line-edit.ts's and
 * prompt-line.ts's.
 */

/** A question on the screen. */
export interface OpenPrompt {
  /** One more key. The answer with the last one, or null where there is none (cancelled). */
  key(key: Uint8Array): string | null | undefined;
  /** Takes it off the screen. */
  erase(): void;
}

/** Puts a question on the screen, below what stands there. */
export type Prompt = (question: Question) => OpenPrompt;

export interface Question {
  /** In front of what is typed, such as `: `. */
  readonly label: string;
  /** Which history it has. */
  readonly history: string;
  /** What may stand in place of the word behind `before`. */
  readonly complete?: (before: string) => readonly string[];
}
