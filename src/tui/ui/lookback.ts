/**
 * Looking at what went by in a pane: a search and its finds, lines chosen to be copied, what of it is shown otherwise. Knows the
 * pane's buffer; not keys, nor where copied text goes.
 */
import type { Anchor } from "./anchor.js";
import type { PaneTerminal } from "./pane-terminal.js";
import type { Span } from "./row-text.js";
import { type Found, findNext, findVisible, type SearchPlace, searchPattern } from "./search.js";
import { dropSelection, type Selection, selectedIn, selectedText } from "./selection.js";

/** A search may take so long before keys and frames have their turn, ms. */
const TURN_MS = 8;

/** A find, held while lines go by. */
interface HeldFind {
  readonly anchor: Anchor;
  readonly found: Found;
}

export class Lookback {
  /** What is searched for. */
  query = "";
  /** Whether the last search came to its end without a find. */
  isMissed = false;
  readonly #terminal: PaneTerminal;
  readonly #onChanged: () => void;
  /** A search has come to its end without a find. */
  onMissed: () => void = () => {};
  #pattern: RegExp | undefined;
  #current: HeldFind | undefined;
  #selection: Selection | undefined;
  #search: NodeJS.Immediate | undefined;

  constructor(terminal: PaneTerminal, onChanged: () => void) {
    this.#terminal = terminal;
    this.#onChanged = onChanged;
  }

  /** Searches for it from a row of the buffer on, upwards, and goes there. */
  search(query: string, fromRow: number): void {
    this.query = query;
    this.#pattern = searchPattern(query);
    this.#setCurrent(undefined);
    this.isMissed = false;
    if (this.#pattern) this.#run(this.#pattern, { row: fromRow, column: Number.POSITIVE_INFINITY }, -1);
    else this.#stopSearch();
    this.#onChanged();
  }

  /** The next one above (-1) or below (1). */
  next(direction: -1 | 1): void {
    if (!this.#pattern) return;
    const found = this.#currentFind();
    const { rows } = this.#terminal.size;
    const place: SearchPlace = found ?? {
      row: this.#terminal.top + (direction === -1 ? rows - 1 : 0),
      column: direction === -1 ? Number.POSITIVE_INFINITY : -1,
    };
    this.#run(this.#pattern, place, direction);
  }

  /** To the next mark above (-1) or below (1) the screen's first row; false where there is none. */
  toMark(direction: -1 | 1): boolean {
    const { rows } = this.#terminal.size;
    // Where the end is seen, every mark is above: those on the screen too.
    const from = this.#terminal.isAtEnd ? this.#terminal.top + rows : this.#terminal.top;
    const mark = this.#terminal.marks.next(from, direction);
    if (!mark) return false;
    this.#terminal.scroll(mark.line - this.#terminal.top);
    return true;
  }

  /** Nothing is searched for or chosen any more. */
  clear(): void {
    this.#stopSearch();
    this.#pattern = undefined;
    this.query = "";
    this.isMissed = false;
    this.#setCurrent(undefined);
    this.select(undefined);
  }

  get selection(): Selection | undefined {
    return this.#selection;
  }

  select(selection: Selection | undefined): void {
    const before = this.#selection;
    this.#selection = selection;
    for (const end of before ? [before.from, before.to] : []) {
      if (end !== selection?.from && end !== selection?.to) end.anchor.drop();
    }
    this.#onChanged();
  }

  /** The text that is chosen; empty where none is, or it is forgotten. */
  get selected(): string {
    return this.#selection ? selectedText(this.#selection, this.#terminal.buffer) : "";
  }

  /** What is shown otherwise, by row of the screen. */
  spans(): readonly (readonly Span[])[] {
    const { top, size, buffer } = this.#terminal;
    const spans: Span[][] = Array.from({ length: size.rows }, () => []);
    const current = this.#currentFind();
    if (this.#pattern) {
      for (const found of findVisible(buffer, this.#pattern, top, top + size.rows)) {
        const isCurrent = found.row === current?.row && found.column === current.column;
        for (let row = Math.max(found.row, top); row <= found.endRow && row < top + size.rows; row++) {
          spans[row - top]!.push({
            from: row === found.row ? found.column : 0,
            to: row === found.endRow ? found.endColumn : size.columns,
            look: isCurrent ? "current" : "match",
          });
        }
      }
    }
    if (this.#selection) {
      for (let at = 0; at < size.rows; at++) {
        const part = selectedIn(this.#selection, top + at, size.columns);
        if (part) spans[at]!.push({ ...part, look: "selected" });
      }
    }
    return spans;
  }

  close(): void {
    this.#stopSearch();
    this.#setCurrent(undefined);
    if (this.#selection) dropSelection(this.#selection);
    this.#selection = undefined;
  }

  #run(pattern: RegExp, place: SearchPlace, direction: -1 | 1): void {
    this.#stopSearch();
    const steps = findNext(this.#terminal.buffer, pattern, place, direction);
    const turn = () => {
      const until = performance.now() + TURN_MS;
      do {
        const { done, value } = steps.next();
        if (done) return this.#ended(value);
      } while (performance.now() < until);
      this.#search = setImmediate(turn);
    };
    turn();
  }

  #ended(found: Found | null): void {
    this.#search = undefined;
    this.isMissed = found === null;
    if (found) {
      this.#setCurrent({ anchor: this.#terminal.anchor(found.row), found });
      this.#terminal.show(found.row);
    } else this.onMissed();
    this.#onChanged();
  }

  #stopSearch(): void {
    clearImmediate(this.#search);
    this.#search = undefined;
  }

  #setCurrent(current: HeldFind | undefined): void {
    this.#current?.anchor.drop();
    this.#current = current;
  }

  /** Where the find stands now. */
  #currentFind(): Found | undefined {
    const row = this.#current?.anchor.row;
    if (row === undefined || !this.#current) return undefined;
    const { found } = this.#current;
    return { ...found, row, endRow: row + found.endRow - found.row };
  }
}
