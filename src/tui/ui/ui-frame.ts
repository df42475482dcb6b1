/**
 * The panes in a frame: rows of their terminals and hex dumps, side by side, put between what Ink has drawn. Knows places; each
 * row is row-text.ts's.
 */
import { textWidth } from "../../bytes/char-width.js";
import type { PanePlace } from "./layout.js";
import type { Pane } from "./pane.js";
import { fitted } from "./status-text.js";
import type { Ui } from "./ui.js";

const DIM = "\x1b[2m";
const RESET = "\x1b[0m";

/** One piece of a row. */
interface Piece {
  readonly column: number;
  readonly text: string;
}

/** `rows` with the panes in them. */
export function withPanes(ui: Ui, rows: readonly string[]): string[] {
  const { layout, looks } = ui;
  const pieces: Piece[][] = rows.map(() => []);
  layout.panes.forEach((place, at) => {
    if (place) drawPane(ui.panes[at]!, place, ui, pieces);
  });
  const line = looks.utf8 ? "│" : "|";
  for (const { column, row, rows: count } of layout.borders) {
    for (let at = row; at < row + count; at++) {
      // A title's row is Ink's.
      if (pieces[at]?.length) pieces[at]!.push({ column, text: `${DIM}${line}${RESET}` });
    }
  }
  return rows.map((row, at) => (pieces[at]!.length === 0 ? row : joined(pieces[at]!)));
}

function drawPane(pane: Pane, place: PanePlace, ui: Ui, into: Piece[][]): void {
  const { terminal, hex } = place;
  const spans = pane.lookback.spans();
  for (let at = 0; at < terminal.rows; at++) {
    const text = pane.terminal.row(at, ui.looks, spans[at]);
    into[terminal.row + at]?.push({ column: terminal.column, text });
  }
  if (!hex) return;
  const back = pane.hexBack(place.hexBytesPerRow);
  if (hex.column === terminal.column) {
    into[hex.row - 1]?.push({ column: hex.column, text: hexRule(back, hex.columns, ui.looks.utf8) });
  }
  const rows = pane.hexRing.rows(hex.rows, place.hexBytesPerRow, back);
  for (let at = 0; at < hex.rows; at++) {
    into[hex.row + at]?.push({ column: hex.column, text: fitted(rows[at] ?? "", hex.columns) });
  }
}

/** Between a terminal and the hex pane below it. */
function hexRule(hexBack: number, columns: number, utf8: boolean): string {
  const line = utf8 ? "─" : "-";
  const back = hexBack > 0 ? `, ${hexBack} rows back` : "";
  return `${DIM}${`${line}${line} bytes${back} `.padEnd(columns, line).slice(0, columns)}${RESET}`;
}

/** Each piece where it belongs, whatever the terminal thinks of the width of what stands before it. */
function joined(pieces: Piece[]): string {
  const ordered = [...pieces].sort((one, other) => one.column - other.column);
  return ordered.map(({ column, text }) => (column === 0 ? text : `\x1b[${column + 1}G${text}`)).join("");
}

/** Lines of a message in the place of the first rows under the title. */
export function withMessage(ui: Ui, rows: readonly string[], columns: number): readonly string[] {
  const { long } = ui.messages;
  if (!long) return rows;
  const most = Math.max(1, ui.layout.statusRow - 3);
  const shown = long.slice(0, most);
  const wide = Math.min(columns - 4, Math.max(...shown.map(textWidth)));
  const box = boxOf(shown, wide, ui.looks.utf8);
  const over = [...rows];
  box.forEach((text, at) => {
    const row = at + 1;
    if (row < ui.layout.statusRow) over[row] = `${over[row] ?? ""}\x1b[1G${text}`;
  });
  return over;
}

function boxOf(lines: readonly string[], wide: number, utf8: boolean): string[] {
  const [tl, tr, bl, br, h, v] = utf8 ? "╭╮╰╯─│" : "++++-|";
  const rule = h!.repeat(wide + 2);
  return [
    `${tl}${rule}${tr}`,
    ...lines.map((line) => `${v} ${fitted(utf8 ? line : ascii(line), wide)} ${v}`),
    `${bl}${rule}${br}`,
  ];
}

/** Every character that is none becomes a question mark: for a terminal that shows no others. */
export function ascii(text: string): string {
  return text.replace(/[^\x1b\x20-\x7e]/gu, "?");
}
