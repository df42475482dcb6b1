/**
 * Where everything is on the screen. Pure. Knows sizes; not what is drawn there.
 *
 *     title  | title          title          title
 *     screen | screen         screen | hex   screen
 *     screen | screen         screen | hex   hex
 *     input line, if there is one
 *     status
 */
import type { Size } from "../surface.js";

export interface Place extends Size {
  readonly row: number;
  readonly column: number;
}

export interface PanePlace {
  /** One row; absent where another pane is shown in its place. */
  readonly title: Place;
  readonly terminal: Place;
  readonly hex?: Place;
  readonly hexBytesPerRow: number;
}

export interface Layout {
  /** Below this nothing of it can be seen. */
  readonly isTooSmall: boolean;
  /** By pane; undefined: there is no place for it, and it has the size of the one that is shown. */
  readonly panes: readonly (PanePlace | undefined)[];
  /** Columns with a line down the screen, between panes. */
  readonly borders: readonly { readonly column: number; readonly row: number; readonly rows: number }[];
  readonly inputRow: number | undefined;
  readonly statusRow: number;
}

export interface LayoutWishes {
  /** By pane: whether its bytes are shown as hex digits too. */
  readonly hex: readonly boolean[];
  readonly hasInput: boolean;
  readonly focus: number;
}

export const LEAST: Size = { rows: 10, columns: 40 };
/** A narrower pane is put below the others instead of beside them. */
const LEAST_COLUMNS = 40;
/** With its title; where stacked ones would have fewer rows, only one is seen. */
const LEAST_ROWS = 6;
const LEAST_TERMINAL_ROWS = 3;
/** Columns of a row of the hex pane by its bytes: direction, offset, digits, text. */
const HEX_COLUMNS: readonly (readonly [bytes: number, columns: number])[] = [
  [16, 80],
  [8, 48],
  [4, 30],
];
/** A terminal beside a hex pane is not made narrower than this: programs expect it. */
const USUAL_COLUMNS = 80;

export function layoutOf(size: Size, { hex, hasInput, focus }: LayoutWishes): Layout {
  const count = hex.length;
  const statusRow = size.rows - 1;
  const inputRow = hasInput ? size.rows - 2 : undefined;
  const rows = inputRow ?? statusRow;
  if (size.rows < LEAST.rows || size.columns < LEAST.columns) {
    return { isTooSmall: true, panes: hex.map(() => undefined), borders: [], inputRow, statusRow };
  }
  const across = Math.floor((size.columns - (count - 1)) / count);
  const down = Math.floor(rows / count);
  const place = (at: number): Place | undefined => {
    if (across >= LEAST_COLUMNS) {
      const column = at * (across + 1);
      // What does not divide is the last one's.
      return { row: 0, column, rows, columns: at === count - 1 ? size.columns - column : across };
    }
    if (down >= LEAST_ROWS) {
      const row = at * down;
      return { row, column: 0, rows: at === count - 1 ? rows - row : down, columns: size.columns };
    }
    return at === focus ? { row: 0, column: 0, rows, columns: size.columns } : undefined;
  };
  const panes = hex.map((hasHex, at) => {
    const whole = place(at);
    return whole && panePlace(whole, hasHex);
  });
  const borders: { column: number; row: number; rows: number }[] = [];
  for (const pane of panes) {
    if (!pane) continue;
    const { hex: hexPlace, title } = pane;
    if (hexPlace && hexPlace.row === title.row + 1) {
      borders.push({ column: hexPlace.column - 1, row: hexPlace.row, rows: hexPlace.rows });
    }
    if (title.column > 0) borders.push({ column: title.column - 1, row: 0, rows });
  }
  return { isTooSmall: false, panes, borders, inputRow, statusRow };
}

function panePlace({ row, column, rows, columns }: Place, hasHex: boolean): PanePlace {
  const title: Place = { row, column, rows: 1, columns };
  const below: Place = { row: row + 1, column, rows: rows - 1, columns };
  if (!hasHex) return { title, terminal: below, hexBytesPerRow: 16 };
  const beside = HEX_COLUMNS.find(([, wide]) => columns - wide - 1 >= USUAL_COLUMNS);
  if (beside) {
    const [hexBytesPerRow, wide] = beside;
    const terminal = { ...below, columns: columns - wide - 1 };
    return {
      title,
      terminal,
      hex: { ...below, column: column + terminal.columns + 1, columns: wide },
      hexBytesPerRow,
    };
  }
  const [hexBytesPerRow] = HEX_COLUMNS.find(([, wide]) => wide <= columns) ?? HEX_COLUMNS.at(-1)!;
  // The row between them says what it is.
  const hexRows = Math.max(1, Math.min(below.rows - 1 - LEAST_TERMINAL_ROWS, Math.floor(below.rows * 0.4)));
  const terminal = { ...below, rows: below.rows - hexRows - 1 };
  return {
    title,
    terminal,
    hex: { ...below, row: terminal.row + terminal.rows + 1, rows: hexRows },
    hexBytesPerRow,
  };
}
