/**
 * A text found in an emulator's buffer: lines that the emulator has wrapped are searched as one. Pure but for the buffer it reads.
 * Knows cells and columns; not what is done with what it finds.
 */
import type { IBuffer } from "@xterm/headless";

/** From a place on, in rows of the buffer and columns, to before another. */
export interface Found {
  readonly row: number;
  readonly column: number;
  readonly endRow: number;
  readonly endColumn: number;
}

export interface SearchPlace {
  readonly row: number;
  readonly column: number;
}

/** A line as the device wrote it, over one row or more of the buffer. */
interface Line {
  readonly text: string;
  readonly first: number;
  readonly last: number;
  /** By position in `text`: the row's offset and column; undefined where each character is one column. */
  readonly places: readonly (readonly [row: number, column: number])[] | undefined;
  readonly columns: number;
}

/** A line of more rows is cut: nobody looks for what is longer. */
const MOST_ROWS = 200;
/** UTF-16 units; a longer pattern may be more than the engine's stack takes, which is an error only when it is used. */
const LONGEST_QUERY = 2048;
const NOTHING = /(?!)/gu;

/** Words as they are; capitals count where there are some. Undefined for nothing; a query that is too long is found nowhere. */
export function searchPattern(query: string): RegExp | undefined {
  if (query === "") return undefined;
  if (query.length > LONGEST_QUERY) return NOTHING;
  const escaped = query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(escaped, query === query.toLowerCase() ? "giu" : "gu");
}

function lineAt(buffer: IBuffer, row: number): Line {
  let first = row;
  while (first > 0 && row - first < MOST_ROWS && buffer.getLine(first)?.isWrapped) first--;
  let last = row;
  while (last - first < MOST_ROWS && buffer.getLine(last + 1)?.isWrapped) last++;
  let text = "";
  let isPlain = true;
  let columns = 0;
  for (let at = first; at <= last; at++) {
    const line = buffer.getLine(at);
    if (!line) break;
    columns = line.length;
    const rowText = line.translateToString(at === last);
    if (at < last && rowText.length !== columns) isPlain = false;
    if (/[^\x20-\x7e]/.test(rowText)) isPlain = false;
    text += rowText;
  }
  return { text, first, last, columns, places: isPlain ? undefined : placesOf(buffer, first, last) };
}

/** Where each UTF-16 unit of the line stands. */
function placesOf(buffer: IBuffer, first: number, last: number): [number, number][] {
  const places: [number, number][] = [];
  for (let row = first; row <= last; row++) {
    const line = buffer.getLine(row);
    for (let column = 0; line && column < line.length; ) {
      const cell = line.getCell(column)!;
      const units = cell.getChars().length || 1;
      for (let unit = 0; unit < units; unit++) places.push([row - first, column]);
      column += cell.getWidth() || 1;
    }
  }
  return places;
}

function placeIn({ places, columns, first, last }: Line, unit: number): SearchPlace {
  const end = { row: last, column: columns };
  if (places === undefined) {
    const row = first + Math.floor(unit / columns);
    return row > last ? end : { row, column: unit % columns };
  }
  const place = places[unit];
  return place ? { row: first + place[0], column: place[1] } : end;
}

function foundIn(line: Line, pattern: RegExp): Found[] {
  const found: Found[] = [];
  pattern.lastIndex = 0;
  for (const { 0: text, index } of line.text.matchAll(pattern)) {
    const start = placeIn(line, index);
    const end = placeIn(line, index + text.length);
    // An end at a row's start is behind the row before.
    const isWhole = end.column === 0 && end.row > start.row;
    found.push({
      ...start,
      endRow: isWhole ? end.row - 1 : end.row,
      endColumn: isWhole ? line.columns : end.column,
    });
  }
  return found;
}

/** All that touches rows `[from..to)`. */
export function findVisible(buffer: IBuffer, pattern: RegExp, from: number, to: number): Found[] {
  const all: Found[] = [];
  for (let row = from; row < to && row < buffer.length; ) {
    const line = lineAt(buffer, row);
    all.push(...foundIn(line, pattern));
    row = line.last + 1;
  }
  return all;
}

/**
 * The nearest one above (-1) or below (1) a place, once around the whole buffer: it may be the one at the place itself. Each step
 * looks at one line, so that whoever asks can do something else between; the result is null where there is none.
 */
export function* findNext(
  buffer: IBuffer,
  pattern: RegExp,
  { row, column }: SearchPlace,
  direction: -1 | 1,
): Generator<undefined, Found | null> {
  const isBeyond = (one: Found) =>
    direction === 1
      ? one.row > row || (one.row === row && one.column > column)
      : one.row < row || (one.row === row && one.column < column);
  const choose = (found: readonly Found[]) => (direction === 1 ? found[0] : found.at(-1));
  const { length } = buffer;
  let at = Math.min(Math.max(0, row), length - 1);
  let left = length;
  for (let isStart = true; left >= 0; isStart = false) {
    const line = lineAt(buffer, at);
    const found = foundIn(line, pattern);
    const next = choose(isStart ? found.filter(isBeyond) : found);
    if (next) return next;
    left -= line.last - line.first + 1;
    at = direction === 1 ? line.last + 1 : line.first - 1;
    if (at >= length) at = 0;
    if (at < 0) at = length - 1;
    yield undefined;
  }
  return null;
}
