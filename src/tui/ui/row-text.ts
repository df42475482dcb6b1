/**
 * A row of an emulator's buffer as text with colours, for the user's terminal. Knows cells and SGR (ECMA-48, xterm's control
 * sequences); nothing else of what a device sent can come out: no other sequence, and no character that acts on a row.
 */
import type { IBufferCell, IBufferLine } from "@xterm/headless";
import { textWidth } from "../../bytes/char-width.js";
import { UNSAFE_CHARACTER } from "../../bytes/printable.js";

/** Columns `[from..to)` that are shown in another way. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly look: SpanLook;
}
/** What a search found, the one of them that one stands at, and what is to be copied. */
export type SpanLook = "match" | "current" | "selected";

export interface RowLooks {
  readonly utf8: boolean;
  /** For what robin adds: the device's own colours stay. */
  readonly color: boolean;
}

const RESET = "\x1b[0m";
const UNSAFE = new RegExp(UNSAFE_CHARACTER, "gu");
const ASCII = /^[\x20-\x7e]*$/;

/** The first `columns` columns of `line`, exactly as wide, reset at the end. `cell` is used for reading. */
export function rowText(
  line: IBufferLine | undefined,
  columns: number,
  cell: IBufferCell,
  { utf8, color }: RowLooks,
  spans: readonly Span[] = [],
): string {
  let text = "";
  let style = "";
  let at = 0; // where the next character goes
  for (let column = 0; column < columns; column++) {
    const found = line?.getCell(column, cell);
    if (at > column) continue; // the second half of a wide one
    const look = spans.length === 0 ? undefined : spanAt(spans, column);
    const next = found === undefined ? spanStyle("", look, color) : cellStyle(found, look, color);
    if (next !== style) {
      text += next === "" ? RESET : `${RESET.slice(0, -1)};${next}m`;
      style = next;
    }
    const width = Math.max(1, found?.getWidth() ?? 1);
    if (found === undefined || column + width > columns || found.isInvisible()) {
      text += " ";
      at = column + 1;
      continue;
    }
    text += characters(found.getChars(), width, utf8);
    at = column + width;
  }
  return style === "" ? text : text + RESET;
}

/** What is safe of a cell's characters, as wide as the cell. */
function characters(chars: string, width: number, utf8: boolean): string {
  if (chars === "") return " ";
  if (ASCII.test(chars)) return chars;
  if (!utf8) return "?".repeat(width);
  const safe = chars.replace(UNSAFE, "");
  const missing = width - textWidth(safe);
  // A mark that has nothing to stand on gets a blank.
  return missing < 0 ? "?".repeat(width) : " ".repeat(missing) + safe;
}

function spanAt(spans: readonly Span[], column: number): SpanLook | undefined {
  let found: SpanLook | undefined;
  for (const { from, to, look } of spans) if (column >= from && column < to) found = look;
  return found;
}

function cellStyle(cell: IBufferCell, look: SpanLook | undefined, color: boolean): string {
  if (look !== undefined) return spanStyle(cell.isInverse() ? "7" : "", look, color);
  if (cell.isAttributeDefault()) return "";
  let style = "";
  const add = (sgr: string) => {
    style += style === "" ? sgr : `;${sgr}`;
  };
  if (cell.isBold()) add("1");
  if (cell.isDim()) add("2");
  if (cell.isItalic()) add("3");
  if (cell.isUnderline()) add("4");
  if (cell.isBlink()) add("5");
  if (cell.isInverse()) add("7");
  if (cell.isStrikethrough()) add("9");
  if (cell.isOverline()) add("53");
  if (!cell.isFgDefault()) add(colorOf(cell.isFgRGB(), cell.getFgColor(), 30));
  if (!cell.isBgDefault()) add(colorOf(cell.isBgRGB(), cell.getBgColor(), 40));
  return style;
}

/** `base`: 30 in front, 40 behind. */
function colorOf(isRgb: boolean, value: number, base: 30 | 40): string {
  if (isRgb) return `${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
  if (value < 8) return `${base + value}`;
  if (value < 16) return `${base + 60 + value - 8}`;
  return `${base + 8};5;${value}`;
}

function spanStyle(style: string, look: SpanLook | undefined, color: boolean): string {
  if (look === undefined) return style;
  if (look === "selected") return style === "7" ? "1" : "7";
  if (color) return look === "current" ? "1;30;103" : "30;43";
  return look === "current" ? "1;4;7" : "7";
}
