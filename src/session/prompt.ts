/**
 * Asking the user for a line while a session goes on. Only the contract: open-prompt.ts draws a line and edits it.
 */

/** A question on the screen. */
export interface PromptOnScreen {
  /** One more key. */
  key(key: Uint8Array): void;
  /** Takes it off the screen. Safe to call twice. */
  close(): void;
}

/** Puts a question on the screen; `onDone` is told once of the answer, or of none. Not called from inside. */
export type Prompt = (question: Question, onDone: (text: string | undefined) => void) => PromptOnScreen;

export interface Question {
  /** In front of what is typed, such as `: `. */
  readonly label: string;
  /** Which history it has: a name. */
  readonly history: string;
  /** What may take the place of the last word of `before`. */
  readonly complete?: (before: string) => readonly string[];
}
