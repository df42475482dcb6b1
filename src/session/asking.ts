/**
 * A question to the user while the session goes on: keys go to it, what is to be shown waits. Knows when it is over; not how
 * it is drawn.
 */
import type { Prompt, Question } from "./prompt.js";
import type { KeyReader } from "./to-port.js";

interface AskingOptions {
  readonly prompt: Prompt | undefined;
  /** Keeps the screen as it is; the result lets it go. */
  readonly holdScreen: () => () => void;
  /** Gives keys to somebody; undefined: to the port again. The escape key is told apart. */
  readonly readKeys: (reader: KeyReader | undefined, onEscape?: () => void) => void;
}

export class Asking {
  readonly #options: AskingOptions;
  #cancel: (() => void) | undefined;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** The answer; undefined where there is none, where it was cancelled by the escape key too, and where there is nobody to ask. */
  ask(question: Question): Promise<string | undefined> {
    const { prompt, holdScreen, readKeys } = this.#options;
    if (!prompt || this.#cancel) return Promise.resolve(undefined);
    const letGo = holdScreen();
    return new Promise((resolve) => {
      let isOpen = true;
      const answer = (text: string | undefined) => {
        if (!isOpen) return;
        isOpen = false;
        this.#cancel = undefined;
        readKeys(undefined); // an Esc is known by the time that passes: the next key is not for the question
        open.close();
        letGo();
        setImmediate(resolve, text); // what waits for a promise is not run from a poller's callback
      };
      const open = prompt(question, answer);
      this.#cancel = () => answer(undefined);
      readKeys(
        (key) => {
          if (isOpen) open.key(key);
          return !isOpen;
        },
        () => answer(undefined),
      );
    });
  }

  /** No answer any more. */
  cancel(): void {
    this.#cancel?.();
  }
}
