/**
 * Something that stands on the whole screen for a while, and has the keys. Knows when it begins and ends; not what it is.
 *
 *     open --what was to be shown is out--> on the screen --closed, the escape key, the session's end--> as it was
 */
import type { StandingScreen } from "../bytes/screen-state.js";
import type { KeyReader, OnEscape } from "./to-port.js";

/** Keys that may be typed before it is on the screen; more are dropped. */
const MOST_EARLY = 4096;

export interface Cover {
  /** A byte that was typed. */
  key(byte: Uint8Array): void;
  /** Whether the escape key is a key like others for it; else it closes it. */
  readonly takesEscape?: boolean;
  /** It is to leave the screen. Resolves when it has, where a terminal that takes nothing makes that a while. */
  close(): Promise<void> | undefined;
}

/** Puts it on a screen that stands so; `done` takes it away. */
export type OpenCover = (done: () => void, standing: StandingScreen | undefined) => Cover;

interface CoveringOptions {
  /** Keeps the screen, which `onCovered` is told; the result lets it go and says how many bytes were dropped. */
  readonly coverScreen: (onCovered: (standing: StandingScreen | undefined) => void) => () => number;
  readonly readKeys: (reader: KeyReader | undefined, onEscape?: OnEscape) => void;
  /** Takes a key that was typed behind the one that closed it. */
  readonly type: (key: Uint8Array) => void;
}

export class Covering {
  readonly #options: CoveringOptions;
  #cancel: (() => void) | undefined;

  constructor(options: CoveringOptions) {
    this.#options = options;
  }

  /**
   * Calls `open` when the screen is free; what it returns is closed by `done`, by the session's end and, unless it takes that
   * too, by the escape key. Resolves with the number of bytes that had no room meanwhile; with undefined, and nothing opened,
   * where something stands there already.
   */
  cover(open: OpenCover): Promise<number | undefined> {
    if (this.#cancel) return Promise.resolve(undefined);
    const { coverScreen, readKeys, type } = this.#options;
    return new Promise((resolve) => {
      let isOpen = true;
      let cover: Cover | undefined;
      let letGo = () => 0;
      const early: Uint8Array[] = [];
      const close = () => {
        if (!isOpen) return;
        isOpen = false;
        readKeys(undefined);
        const end = () => {
          this.#cancel = undefined;
          setImmediate(resolve, letGo()); // what waits for a promise is not run from a poller's callback
        };
        const left = cover?.close();
        if (left) void left.then(end);
        else end();
      };
      const onEscape = () => {
        if (cover?.takesEscape) return true;
        close();
        return false;
      };
      this.#cancel = close;
      readKeys((key) => {
        if (cover) cover.key(key);
        else if (early.length < MOST_EARLY) early.push(key.slice());
        return !isOpen;
      }, onEscape);
      letGo = coverScreen((standing) => {
        if (!isOpen) return;
        cover = open(close, standing);
        for (const key of early) {
          if (isOpen) cover.key(key);
          else type(key);
        }
      });
    });
  }

  /** It is over. */
  cancel(): void {
    this.#cancel?.();
  }
}
