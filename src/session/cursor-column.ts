/**
 * In which column a terminal's cursor stands after what it was shown. Pure. Knows characters' widths, wraps, and the control
 * sequences that move a cursor (ECMA-48, xterm's); where one leaves it in no certain column, it says so.
 */
import { charWidth } from "../bytes/char-width.js";

const BS = 0x08;
const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const BEL = 0x07;
const TAB_WIDTH = 8;
/** No sequence that moves a cursor is longer. */
const LONGEST_SEQUENCE = 64;

/** Modes of `CSI ? n h` and `l` that move the cursor: 132 columns, origin, the alternate screen, a restored cursor. */
const MOVING_MODES = /^\?(?:.*;)?(?:3|6|47|104[789])(?:;.*)?$/;

type State = "text" | "escape" | "charset" | "csi" | "string";

export interface ColumnOptions {
  /** The terminal's width; 0 where it is not known. */
  readonly columns: () => number;
  /** Whether a lone LF returns to the first column (ONLCR on the user's terminal). */
  readonly newlineReturns: boolean;
  /** In which column it stands at first, where that is known. */
  readonly startColumn?: number | undefined;
}

/** ASCII that is no control character. */
function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

export class CursorColumn {
  /** 0 to the width: that is behind a full row, of which the next character begins another. Undefined: nobody knows. */
  column: number | undefined;
  /** Behind the last character of the cursor's row, as far as it was seen: what is drawn from there on hides nothing. */
  end: number;
  readonly #options: ColumnOptions;
  #state: State = "text";
  #sequence = "";
  /** Of a character in UTF-8: what is known of its code, and how many bytes are to come. */
  #code = 0;
  #missing = 0;

  constructor(options: ColumnOptions) {
    this.#options = options;
    this.column = options.startColumn;
    this.end = options.startColumn ?? 0;
  }

  get columns(): number {
    return Math.max(2, this.#options.columns() || 80);
  }

  see(bytes: Uint8Array): void {
    // Whatever stood before it, behind a newline an empty row begins.
    const newline = bytes.lastIndexOf(LF);
    const returns = newline !== -1 && (this.#options.newlineReturns || bytes[newline - 1] === CR);
    if (returns) {
      this.#state = "text";
      this.#missing = 0;
      this.#newRow(0);
    }
    let at = returns ? newline + 1 : 0;
    while (at < bytes.length) {
      const start = at;
      if (this.#state === "text" && this.#missing === 0)
        while (at < bytes.length && isPlain(bytes[at]!)) at++;
      if (at > start) this.#printRun(at - start);
      else this.#take(bytes[at++]!);
    }
  }

  /** So many characters of one column each. */
  #printRun(count: number): void {
    if (this.column === undefined) return;
    const { columns } = this;
    const wraps = this.column + count > columns;
    this.column = ((this.column + count - 1) % columns) + 1;
    this.end = wraps ? this.column : Math.max(this.end, this.column);
  }

  #take(byte: number): void {
    if (byte < 0x20) return this.#control(byte);
    if (this.#state === "text") return this.#character(byte);
    if (this.#state === "escape") return this.#escape(byte);
    if (this.#state === "charset") this.#state = "text";
    if (this.#state !== "csi") return;
    if (byte < 0x40) {
      if (this.#sequence.length < LONGEST_SEQUENCE) this.#sequence += String.fromCharCode(byte);
      return;
    }
    this.#state = "text";
    this.#csi(this.#sequence, String.fromCharCode(byte));
  }

  #character(byte: number): void {
    if (byte < 0x80) {
      if (this.#missing > 0) this.#print(1); // half a character is shown as one
      this.#missing = 0;
      if (byte !== 0x7f) this.#print(1);
    } else if (byte < 0xc0) {
      if (this.#missing === 0) return this.#print(1);
      this.#code = (this.#code << 6) | (byte & 0x3f);
      if (--this.#missing === 0) this.#printCode(this.#code);
    } else {
      if (this.#missing > 0) this.#print(1);
      this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      this.#code = byte & (0x3f >> this.#missing);
    }
  }

  #printCode(code: number): void {
    if (code === 0x85) this.#newRow(0);
    else if (code === 0x9b) this.#begin("csi");
    else if ([0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(code)) this.#begin("string");
    else if (code >= 0xa0) this.#print(code > 0x10ffff ? 1 : charWidth(code));
  }

  #print(width: number): void {
    if (this.column === undefined || width === 0) return;
    if (this.column + width > this.columns) this.#newRow(width);
    else this.column += width;
    this.end = Math.max(this.end, this.column);
  }

  /** In a row of which nothing is known, or nothing but the cursor stands there. */
  #newRow(column: number | undefined): void {
    this.column = column;
    this.end = column ?? 0;
  }

  #control(byte: number): void {
    this.#missing = 0;
    if (byte === CR || (byte === LF && this.#options.newlineReturns)) {
      this.#state = "text"; // as `see` has it, which looks at nothing before it
      if (byte === CR) this.column = 0;
      else this.#newRow(0);
    } else if (byte === ESC) this.#begin("escape");
    else if (byte === CAN || byte === SUB || (byte === BEL && this.#state === "string")) this.#state = "text";
    else if (this.#state === "string") return;
    else if (byte >= LF && byte <= FF) this.#newRow(this.#options.newlineReturns ? 0 : this.#inRow);
    else if (byte === BS) this.#move(-1);
    else if (byte === TAB && this.column !== this.columns) this.#tab(1);
  }

  #begin(state: State): void {
    this.#state = state;
    this.#sequence = "";
  }

  #escape(byte: number): void {
    const letter = String.fromCharCode(byte);
    if (letter === "[") return this.#begin("csi");
    if ("]PX^_".includes(letter)) return this.#begin("string");
    if (byte < 0x30) return this.#begin("charset");
    this.#state = "text";
    if (letter === "E" || letter === "c") this.#newRow(0);
    else if (letter === "8") this.#newRow(undefined);
    else if (letter === "D" || letter === "M") this.#newRow(this.#inRow);
  }

  #csi(parameters: string, final: string): void {
    if (/[^\d;:]/.test(parameters)) {
      if ((final === "h" || final === "l") && MOVING_MODES.test(parameters)) this.#newRow(undefined);
      return;
    }
    // Each terminal has its own way with these and a wrap that is due.
    if (this.column === this.columns && "IZXP@".includes(final)) return this.#newRow(undefined);
    const [first = 0, second = 0] = parameters.split(";").map(Number);
    const count = first || 1;
    if (final === "C" || final === "a") this.#move(count);
    else if (final === "D" || final === "j") this.#move(-count);
    else if (final === "G" || final === "`") this.#go(count - 1);
    else if (final === "H" || final === "f") this.#newRow(Math.min((second || 1) - 1, this.columns - 1));
    else if ("EFLMr".includes(final)) this.#newRow(0);
    else if ("ABde".includes(final)) this.#newRow(this.#inRow);
    else if (final === "J" || final === "K") this.#erase(first);
    else if (final === "I") this.#tab(count);
    else if (final === "Z") this.#tab(-count);
    else if (final === "u" || final === "b") this.#newRow(undefined);
  }

  /** From the cursor on (0), up to it (1), all (2). */
  #erase(what: number): void {
    if (what !== 1) this.end = this.#inRow ?? 0;
  }

  /** The column without a wrap that is due. */
  get #inRow(): number | undefined {
    return this.column === undefined ? undefined : Math.min(this.column, this.columns - 1);
  }

  #move(by: number): void {
    const { column } = this;
    if (column !== undefined) this.#go(Math.min(column, this.columns - 1) + by);
  }

  #go(to: number): void {
    this.column = Math.max(0, Math.min(to, this.columns - 1));
  }

  #tab(count: number): void {
    const { column } = this;
    if (column === undefined) return;
    const stop = count > 0 ? Math.floor(column / TAB_WIDTH) + count : Math.ceil(column / TAB_WIDTH) + count;
    this.#go(stop * TAB_WIDTH);
  }
}
