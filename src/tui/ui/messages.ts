/**
 * Robin's words while the full screen is up: one line for a while in the place of the status, more lines over the panes until a
 * key is pressed. Knows how long they stand; not what is said.
 */
import { printable } from "../../bytes/printable.js";

export type MessageLevel = "error" | "warning" | "notice" | "detail";

export interface Message {
  readonly level: MessageLevel;
  readonly text: string;
}

/** How long a line stands, ms. */
const STANDS_MS: Readonly<Record<MessageLevel, number>> = {
  error: 15_000,
  warning: 10_000,
  notice: 4000,
  detail: 4000,
};

/** And so long at the least where keys are pressed: they may have been on their way. */
const READ_MS = 1000;

export class Messages {
  /** In the place of the status. */
  short: Message | undefined;
  /** Over the panes, by lines. */
  long: readonly string[] | undefined;
  readonly #onChanged: () => void;
  #timer: NodeJS.Timeout | undefined;
  #saidAtMs = 0;

  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
  }

  say(level: MessageLevel, text: string): void {
    const lines = text.split("\n").map(printable);
    if (lines.length > 1) this.long = lines;
    else {
      clearTimeout(this.#timer);
      this.#saidAtMs = performance.now();
      this.short = { level, text: lines[0]! };
      this.#timer = setTimeout(() => this.#hideShort(), STANDS_MS[level]);
    }
    this.#onChanged();
  }

  showLines(lines: readonly string[]): void {
    this.long = lines.map(printable);
    this.#onChanged();
  }

  /** A key was pressed: what was there to be read has been. */
  keyPressed(): void {
    if (performance.now() > this.#saidAtMs + READ_MS) this.hideNotice();
    if (!this.long) return;
    this.long = undefined;
    this.#onChanged();
  }

  /** What stands in its place is wanted now. A warning stays. */
  hideNotice(): void {
    if (this.short?.level !== "notice") return;
    this.short = undefined;
    this.#onChanged();
  }

  #hideShort(): void {
    this.short = undefined;
    this.#onChanged();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
