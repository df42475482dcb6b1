/**
 * A question to the user while the session goes on: keys go to it, what is to be shown waits. Knows when it is over; not how
 * it is drawn.
 */
import type { Prompt, PromptOnScreen, Question } from "./prompt.js";
import type { KeyReader, OnEscape } from "./to-port.js";

/** Keys that may be typed before the question is on the screen; more are dropped. */
const MOST_EARLY = 4096;

interface AskingOptions {
  readonly prompt: Prompt | undefined;
  /** Keeps the screen as it is from the end of a line on, which `onHeld` is told; the result lets it go. */
  readonly holdScreen: (onHeld: () => void) => () => void;
  /** Gives keys to somebody; undefined: to the port again. The escape key is told apart. */
  readonly readKeys: (reader: KeyReader | undefined, onEscape?: OnEscape) => void;
  /** Takes a key that was typed behind the answer. */
  readonly type: (key: Uint8Array) => void;
}

export class Asking {
  readonly #options: AskingOptions;
  #cancel: (() => void) | undefined;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** The answer; undefined where there is none, where it was cancelled by the escape key too, and where there is nobody to ask. */
  ask(question: Question): Promise<string | undefined> {
    const { prompt, holdScreen, readKeys, type } = this.#options;
    if (!prompt || this.#cancel) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      let isOpen = true;
      let letGo = () => {};
      let onScreen: PromptOnScreen | undefined;
      const early: Uint8Array[] = [];
      const answer = (text: string | undefined) => {
        if (!isOpen) return;
        isOpen = false;
        this.#cancel = undefined;
        readKeys(undefined); // an Esc is known by the time that passes: the next key is not for the question
        onScreen?.close();
        letGo();
        setImmediate(resolve, text); // what waits for a promise is not run from a poller's callback
      };
      this.#cancel = () => answer(undefined);
      readKeys(
        (key) => {
          if (onScreen) onScreen.key(key);
          else if (early.length < MOST_EARLY) early.push(key.slice());
          return !isOpen;
        },
        () => {
          answer(undefined);
          return false;
        },
      );
      // Drawn at once, it would be overwritten by what a slow terminal has to show yet.
      letGo = holdScreen(() => {
        if (!isOpen) return;
        onScreen = prompt(question, answer);
        for (const key of early) {
          if (isOpen) onScreen.key(key);
          else type(key);
        }
      });
    });
  }

  /** No answer any more. */
  cancel(): void {
    this.#cancel?.();
  }
}
