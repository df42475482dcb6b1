/**
 * A screen that is too small for a form or a list: one row says so. Pure.
 */
import { cutEnd } from "./fit-text.js";
import type { Key } from "./keys.js";
import type { Row } from "./rows.js";
import type { Looks, Size } from "./surface.js";

const LEAST: Size = { rows: 5, columns: 20 };

export function isTooSmall({ rows, columns }: Size): boolean {
  return rows < LEAST.rows || columns < LEAST.columns;
}

export function tooSmall({ columns }: Size, looks: Pick<Looks, "utf8">): Row[] {
  return [[{ text: cutEnd("too small: Esc leaves", columns, looks) }]];
}

/** Whether a key leaves whatever is shown: the only one that does what one expects without seeing it. */
export function isWayOut({ name, ctrl, text }: Key): boolean {
  return name === "escape" || (name === "text" && ctrl && (text === "c" || text === "d"));
}
