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

/** Whether a key is the session's escape key. */
export function isEscapeKey({ bytes }: Key, escapeKey: number | undefined): boolean {
  return escapeKey !== undefined && bytes.length === 1 && bytes[0] === escapeKey;
}

/** Esc and the escape key that a slow line has brought together look like Alt and that key: the two that were pressed. */
export function pressedApart(key: Key, escapeKey: number | undefined): readonly Key[] {
  const { name, bytes } = key;
  const [first, second, more] = bytes;
  const isPair = first === 0x1b && second !== undefined && second === escapeKey && more === undefined;
  if (!isPair || name === "paste") return [key];
  return [
    { ...key, name: "escape", text: "", ctrl: false, alt: false, bytes: Uint8Array.of(first) },
    { ...key, alt: false, bytes: Uint8Array.of(second) },
  ];
}

/**
 * Whether a key does what one expects without seeing it: it leaves whatever is shown, or is the escape key, or the key behind
 * that, as on the main screen.
 */
export function worksUnseen(
  key: Key,
  { escapeKey, isPrefixed }: { readonly escapeKey: number | undefined; readonly isPrefixed: boolean },
): boolean {
  const { name, ctrl, text } = key;
  const isWayOut = name === "escape" || (name === "text" && ctrl && (text === "c" || text === "d"));
  return isWayOut || isPrefixed || isEscapeKey(key, escapeKey);
}
