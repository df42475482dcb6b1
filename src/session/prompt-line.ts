/**
 * One row of the screen, lent from the device: a label and a line that is edited, drawn and taken away again. Pure: what is to
 * be written. Knows control sequences of every terminal (ECMA-48; ESC 7, ESC 8 and ESC D of the VT100); not what is typed.
 */
import { textWidth } from "../bytes/char-width.js";
import { LineWindow } from "./line-window.js";

const SAVE = "\x1b7";
const RESTORE = "\x1b8";
/** A row down, in the same column, whatever the terminal makes of a line feed; and back up. The screen may scroll by it. */
const MAKE_ROOM = "\x1bD\x1b[A";
const ERASE_ROW = "\r\x1b[K";
const PLAIN = "\x1b[0m";

export interface PromptLineOptions {
  /** The terminal's width; 0 where it is not known. */
  readonly columns: () => number;
  /** Whether nothing stands in the cursor's row. Else the row below it is used. */
  readonly atLineStart?: boolean | undefined;
}

/** What stands on it. */
export interface PromptView {
  readonly label: string;
  readonly text: string;
  /** In UTF-16 units of `text`. */
  readonly cursor: number;
}

export class PromptLine {
  readonly #options: PromptLineOptions;
  readonly #window = new LineWindow();
  #isOpen = false;
  /** Rows were written above it, or moved: where the cursor stood is not known any more. */
  #hasMoved = false;

  constructor(options: PromptLineOptions) {
    this.#options = options;
  }

  draw({ label, text, cursor }: PromptView): string {
    const columns = this.columns;
    // The last column stays empty: behind it a terminal's cursor is in no place.
    const head = [...label];
    while (head.length > 0 && textWidth(head.join("")) > columns / 2) head.shift();
    const width = textWidth(head.join(""));
    const { before, behind } = this.#window.see(text, cursor, Math.max(1, columns - 1 - width));
    const column = width + textWidth(before);
    const place = column === 0 ? "\r" : `\r\x1b[${column}C`;
    return `${this.#open()}\r${PLAIN}${head.join("")}${before}${behind}\x1b[K${place}`;
  }

  /** Writes rows above it. They stay. `draw` is to follow. */
  writeAbove(rows: readonly string[]): string {
    const opened = this.#open();
    this.#hasMoved = true;
    return `${opened}${ERASE_ROW}${PLAIN}${rows.map((row) => `${row}\r\n`).join("")}`;
  }

  /** Somebody else has moved rows: the window has another size. */
  lose(): void {
    this.#hasMoved = true;
  }

  /** Takes it off the screen; the cursor stands where it stood before, in the device's colours. */
  erase(): string {
    if (!this.#isOpen) return "";
    this.#isOpen = false;
    return this.#hasMoved ? ERASE_ROW : `${ERASE_ROW}${RESTORE}`;
  }

  get columns(): number {
    return this.#options.columns() || 80;
  }

  #open(): string {
    if (this.#isOpen) return "";
    this.#isOpen = true;
    return this.#options.atLineStart ? SAVE : `${MAKE_ROOM}${SAVE}\x1b[B`;
  }
}

/** Words in columns, as many rows as are useful. */
export function wordRows(words: readonly string[], columns: number, mostRows = 8): string[] {
  const width = Math.max(...words.map(textWidth)) + 2;
  const across = Math.max(1, Math.floor((columns - 1) / width));
  const fits = Math.ceil(words.length / across) <= mostRows;
  const shown = fits ? words : words.slice(0, across * (mostRows - 1));
  const rows: string[] = [];
  for (let at = 0; at < shown.length; at += across) {
    const row = shown.slice(at, at + across).map((word) => word + " ".repeat(width - textWidth(word)));
    rows.push(row.join("").trimEnd());
  }
  return fits ? rows : [...rows, `and ${words.length - shown.length} more`];
}
