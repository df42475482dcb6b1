/**
 * A question to the user while the session goes on: keys go to it, what is to be shown waits. Knows when it is over; not how
 * it is drawn.
 */
import type { OpenPrompt, Prompt, Question } from "./prompt.js";
import type { KeyReader } from "./to-port.js";

interface AskingOptions {
  readonly prompt: Prompt | undefined;
  /** Keeps the screen as it is; the result lets it go. */
  readonly holdScreen: () => () => void;
  readonly readKeys: (reader: KeyReader) => void;
}

export class Asking {
  readonly #options: AskingOptions;
  #open: { readonly prompt: OpenPrompt; readonly answer: (text: string | undefined) => void } | undefined;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** The answer; undefined where there is none, where it was cancelled, and where there is nobody to ask. */
  ask(question: Question): Promise<string | undefined> {
    const { prompt, holdScreen, readKeys } = this.#options;
    if (!prompt || this.#open) return Promise.resolve(undefined);
    const letGo = holdScreen();
    const open = prompt(question);
    return new Promise((resolve) => {
      const answer = (text: string | undefined) => {
        this.#open = undefined;
        open.erase();
        letGo();
        resolve(text);
      };
      this.#open = { prompt: open, answer };
      readKeys((key) => {
        if (this.#open?.prompt !== open) return true;
        const text = open.key(key);
        if (text !== undefined) answer(text ?? undefined);
        return text !== undefined;
      });
    });
  }

  /** No answer any more. */
  cancel(): void {
    this.#open?.answer(undefined);
  }
}
