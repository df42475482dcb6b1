/**
 * What a number in a line is: its name, its value, its unit, as it was written. Pure.
 */
import { printable } from "../bytes/printable.js";

export interface Value {
  readonly name: string;
  /** NaN: the device says that it has none, which is a gap in the line. */
  readonly value: number;
  /** As it was written. */
  readonly text: string;
  readonly unit?: string;
}

/** A decimal number; what C and Arduino print for one that is none. */
export const NUMBER = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|(?:nan|inf(?:inity)?|ovf)(?![\p{L}\p{N}_]))`;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NONE = /^[+-]?(?:nan|inf|infinity|ovf)$/i;
const HEX = /^([+-]?)(0x[0-9a-f]+)$/i;

/** The longest name; a longer one is cut. */
const NAME_CHARACTERS = 40;

/** The number that `text` is from its first character to its last: NaN for nan, inf and ovf; undefined where it is none. */
export function parseNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return finite(Number(text));
  return NONE.test(text) ? Number.NaN : undefined;
}

/** The same where somebody has said that a number stands there: `0x1f` is one too. */
export function parseAnyNumber(text: string): number | undefined {
  const [, sign, digits] = HEX.exec(text) ?? [];
  if (digits !== undefined) return finite(Number(digits) * (sign === "-" ? -1 : 1));
  return parseNumber(text);
}

/** More than a double holds is as good as none. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

/** A name that is safe on a screen and in a file, and not too long. */
export function cleanName(name: string): string {
  const safe = printable(name.trim());
  return safe.length <= NAME_CHARACTERS ? safe : `${safe.slice(0, NAME_CHARACTERS - 1)}…`;
}

/** One value; `text` has to be what `value` was made of. */
export function numberAt(name: string, value: number, text: string, unit?: string): Value {
  return unit === undefined || unit === "" ? { name, value, text } : { name, value, text, unit };
}
