/**
 * Lines chosen by keys: a line that moves, and from where on. Knows the buffer's rows; not the keys.
 */
import type { Lookback } from "./lookback.js";
import type { PaneTerminal } from "./pane-terminal.js";
import type { SelectionEnd } from "./selection.js";

export class LineChooser {
  readonly #terminal: PaneTerminal;
  readonly #lookback: Lookback;
  #from: SelectionEnd;
  #to: SelectionEnd;
  #hasBegun = false;

  constructor(terminal: PaneTerminal, lookback: Lookback) {
    this.#terminal = terminal;
    this.#lookback = lookback;
    this.#to = this.#at(this.#lastRow());
    this.#from = this.#to;
    this.#show();
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Choose from the line where it stands. */
  begin(): void {
    this.#hasBegun = true;
    this.#from = this.#at(this.#to.anchor.row ?? 0);
    this.#show();
  }

  move(by: "line" | "page" | "all", direction: -1 | 1): void {
    const { length } = this.#terminal.buffer;
    const step = by === "line" ? 1 : by === "page" ? this.#terminal.size.rows - 1 : length;
    const row = Math.max(0, Math.min(length - 1, (this.#to.anchor.row ?? 0) + direction * step));
    this.#to = this.#at(row);
    if (!this.#hasBegun) this.#from = this.#to;
    const { top, size } = this.#terminal;
    if (row < top) this.#terminal.scroll(row - top);
    else if (row >= top + size.rows) this.#terminal.scroll(row - top - size.rows + 1);
    this.#show();
  }

  #at(row: number): SelectionEnd {
    return { anchor: this.#terminal.anchor(row), column: 0 };
  }

  #show(): void {
    this.#lookback.select({ from: this.#from, to: this.#to, isLines: true });
  }

  /** The last one on the screen that has something in it. */
  #lastRow(): number {
    const { top, size, buffer } = this.#terminal;
    let row = Math.min(top + size.rows, buffer.length) - 1;
    while (row > top && buffer.getLine(row)?.translateToString(true) === "") row--;
    return row;
  }
}
