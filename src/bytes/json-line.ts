/**
 * A JSON document as one line that is harmless on a screen. Pure; knows no document.
 */

/** What JSON.stringify leaves as it is and a terminal may act on: DEL, C1 controls, changes of direction. */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One JSON document on a line of its own: harmless on a screen, and equal when it is parsed. */
export function jsonLine(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(value).replaceAll(UNSAFE, escaped)}\n`;
}
