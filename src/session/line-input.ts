/**
 * Typing by lines: what is typed stands behind what the device has shown, is edited there, and is sent at Enter. Knows the
 * editor, the cursor's column and a timer for the key Esc; not how a line is mapped or sent.
 *
 *     device: "login: "   typed: "ro"      screen: login: ro_
 *     device: "\r\n[  9.1] usb 1-1: new"   screen: login:
 *                                                  [  9.1] usb 1-1: newro_
 */
import { nextCharacter, textWidth } from "../bytes/char-width.js";
import { NO_BYTES } from "../bytes/stage.js";
import { type ColumnOptions, CursorColumn } from "./cursor-column.js";
import { ESCAPE_MS } from "./edit-keys.js";
import type { History } from "./history.js";
import { createLineEditor, type EditResult } from "./line-edit.js";
import { LineWindow, type SeenLine } from "./line-window.js";

/** A longer line is seen in part. */
const MOST_ROWS = 4;
const BELL = "\x07";
/** To the next row where this one is full: a space begins it, whether the terminal waits with the wrap or not. */
const WRAP = " \r\x1b[K";

export interface LineInputOptions extends ColumnOptions {
  readonly history: History;
  /** A line with its CR, or a control character, for the port. */
  readonly send: (bytes: Uint8Array) => void;
  /** What is to be written on the screen as it is, beside `before` and `after`. */
  readonly write: (bytes: Uint8Array) => void;
}

export interface LineInput {
  /** Keys as the terminal sends them, cut anywhere. */
  typed(chunk: Uint8Array): void;
  /** What takes the typed text off the screen; empty where nothing is typed. */
  before(): Uint8Array;
  /** What draws it again, now that `shown` has been written. */
  after(shown: Uint8Array): Uint8Array;
  /** Gives up what is typed: another way to type follows. */
  close(): void;
}

interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where `text` ends that begins in `column` of a row; the column may be the width. */
function endOf(text: string, { row, column }: Place, columns: number): Place {
  let at = { row, column };
  for (let start = 0; start < text.length; ) {
    const end = nextCharacter(text, start);
    const width = textWidth(text.slice(start, end));
    at =
      at.column + width > columns
        ? { row: at.row + 1, column: width }
        : { row: at.row, column: at.column + width };
    start = end;
  }
  return at;
}

const go = (count: number, letter: string) => (count > 0 ? `\x1b[${count}${letter}` : "");

export function createLineInput(options: LineInputOptions): LineInput {
  const { history, send, write } = options;
  const editor = createLineEditor({ history, passesControls: true });
  const cursor = new CursorColumn(options);
  const window = new LineWindow();
  /** What stands on the screen of it. */
  let drawn: SeenLine | undefined;
  let escapeTimer: NodeJS.Timeout | undefined;

  /** Where the typed text begins, by rows from the cursor's: behind whatever stands in its row. */
  const startOf = (): Place =>
    cursor.end < cursor.columns
      ? { row: 0, column: Math.max(cursor.end, cursor.column ?? 0) }
      : { row: 1, column: 0 };
  /** Where the editor's cursor stands, and where the text ends: a full row's end is the next one's start. */
  const places = ({ before, behind }: SeenLine) => {
    const { columns } = cursor;
    const wrapped = ({ row, column }: Place) =>
      column === columns ? { row: row + 1, column: 0 } : { row, column };
    const start = startOf();
    const middle = endOf(before, start, columns);
    const end = endOf(behind, middle, columns);
    return { start, middle: wrapped(middle), end: wrapped(end), isFull: end.column === columns };
  };
  const hide = (): string => {
    if (drawn === undefined) return "";
    const { start, middle, end } = places(drawn);
    drawn = undefined;
    const first = start.row === 0 ? `${go(start.column, "C")}\x1b[K` : "";
    const others = "\x1b[B\x1b[2K".repeat(end.row);
    return `${go(middle.row, "A")}\r${first}${others}${go(end.row, "A")}\r${go(cursor.column ?? 0, "C")}`;
  };
  const show = (): string => {
    const { text, query } = editor;
    if (text === "" && query === undefined) return "";
    const head = begin();
    const start = startOf();
    const label = query === undefined ? "" : `(search: ${query}) `;
    const room = cursor.columns * MOST_ROWS - start.column - MOST_ROWS - textWidth(label);
    const seen = window.see(text, editor.cursor, Math.max(1, room));
    drawn = { before: label + seen.before, behind: seen.behind };
    const { middle, end, isFull } = places(drawn);
    const there = start.row === 0 ? go(start.column - (cursor.column ?? 0), "C") : "\r\n";
    const back = `${go(end.row - middle.row, "A")}\r${go(middle.column, "C")}`;
    return `${head}${there}${drawn.before}${drawn.behind}${isFull ? WRAP : ""}${back}`;
  };
  /** Takes the cursor to a row where its place is known. */
  const begin = (): string => {
    const { column, columns } = cursor;
    if (column !== undefined && column < columns) return "";
    cursor.column = 0;
    cursor.end = 0;
    return column === undefined ? "\r\n" : WRAP;
  };
  const take = ({ done, control }: EditResult) => {
    if (done === undefined && control === undefined) return;
    // What is sent may be echoed before `send` returns: the screen has to be the device's by then.
    write(Buffer.from(hide()));
    send(done === undefined ? Uint8Array.of(control!) : Buffer.from(`${done}\r`));
  };
  const redraw = () => {
    const text = `${hide()}${show()}${editor.isBellDue ? BELL : ""}`;
    editor.isBellDue = false;
    if (text !== "") write(Buffer.from(text));
  };
  const endEscape = () => {
    take(editor.endEscape());
    redraw();
  };

  return {
    typed(chunk) {
      clearTimeout(escapeTimer);
      for (let at = 0; at < chunk.length; ) {
        const result = editor.push(chunk, at, chunk.length);
        take(result);
        at = result.at;
      }
      redraw();
      if (editor.isEscapePending) escapeTimer = setTimeout(endEscape, ESCAPE_MS);
    },
    before: () => (drawn === undefined ? NO_BYTES : Buffer.from(hide())),
    after(shown) {
      cursor.see(shown);
      return editor.text === "" && editor.query === undefined ? NO_BYTES : Buffer.from(show());
    },
    close() {
      clearTimeout(escapeTimer);
      editor.clear();
      redraw();
    },
  };
}
