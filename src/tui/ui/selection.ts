/**
 * What is to be copied: from a place in an emulator's buffer to another, as one reads. Knows cells and lines that the emulator has
 * wrapped; not how it is chosen, nor where the text goes.
 */
import type { IBuffer } from "@xterm/headless";
import type { Anchor } from "./anchor.js";

export interface SelectionEnd {
  readonly anchor: Anchor;
  /** From 0; of the later end too: its cell belongs to it. */
  readonly column: number;
}

/** Both ends belong to it; whole lines where the columns do not matter. */
export interface Selection {
  readonly from: SelectionEnd;
  readonly to: SelectionEnd;
  readonly isLines: boolean;
}

interface Range {
  readonly first: { readonly row: number; readonly column: number };
  readonly last: { readonly row: number; readonly column: number };
}

/** In reading order; undefined where a part of it is forgotten. */
function rangeOf({ from, to }: Selection): Range | undefined {
  const [start, end] = [from.anchor.row, to.anchor.row];
  if (start === undefined || end === undefined) return undefined;
  const one = { row: start, column: from.column };
  const other = { row: end, column: to.column };
  const isInOrder = one.row < other.row || (one.row === other.row && one.column <= other.column);
  return isInOrder ? { first: one, last: other } : { first: other, last: one };
}

/** Columns `[from..to)` of a row of the buffer that belong to it. */
export function selectedIn(
  selection: Selection,
  row: number,
  columns: number,
): { readonly from: number; readonly to: number } | undefined {
  const range = rangeOf(selection);
  if (!range || row < range.first.row || row > range.last.row) return undefined;
  if (selection.isLines) return { from: 0, to: columns };
  return {
    from: row === range.first.row ? range.first.column : 0,
    to: row === range.last.row ? range.last.column + 1 : columns,
  };
}

/** Its text: lines as the device wrote them, without the spaces at their ends. */
export function selectedText(selection: Selection, buffer: IBuffer): string {
  const range = rangeOf(selection);
  if (!range) return "";
  let text = "";
  for (let row = range.first.row; row <= range.last.row; row++) {
    const line = buffer.getLine(row);
    if (!line) break;
    const part = selectedIn(selection, row, line.length)!;
    const goesOn = row < range.last.row && buffer.getLine(row + 1)?.isWrapped === true;
    const isFirst = row === range.first.row;
    if (!isFirst && !line.isWrapped) text += "\n";
    text += line.translateToString(!goesOn, part.from, part.to);
  }
  return text.replace(/ +$/gm, "");
}

export function dropSelection({ from, to }: Selection): void {
  from.anchor.drop();
  to.anchor.drop();
}
