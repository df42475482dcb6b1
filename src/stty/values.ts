/**
 * Values in the spellings of stty(1): characters, numbers, speeds. Pure.
 */
import { formatCaret, parseCaret } from "../bytes/caret.js";

/** A speed is an unsigned 32-bit number in struct termios2. */
export const MAX_SPEED = 2 ** 32 - 1;

/** Speeds that stty has words of its own for, in bits a second. */
export const SPEED_WORDS: ReadonlyMap<string, number> = new Map([
  ["134.5", 134],
  ["exta", 19200],
  ["extb", 38400],
]);

/** A control character as stty shows it: `^C`, `x`, `M-^?` for 255, `<undef>` for 0 (_POSIX_VDISABLE). */
export function formatCharacter(byte: number): string {
  if (byte === 0) return "<undef>";
  return byte < 128 ? formatCaret(byte) : `M-${formatCaret(byte - 128)}`;
}

/** A control character as stty takes it (`^C`, `x`, `0x03`, `undef`) or shows it. */
export function parseCharacter(text: string): number | undefined {
  if (["", "^-", "undef", "<undef>"].includes(text)) return 0;
  const low = text.startsWith("M-") ? plainCharacter(text.slice(2)) : undefined;
  return low === undefined ? (plainCharacter(text) ?? parseNumber(text, 255)) : low + 128;
}

/** `x` or `^X`. */
function plainCharacter(text: string): number | undefined {
  return text.length === 1 && text <= "\x7f" ? text.charCodeAt(0) : parseCaret(text);
}

/** A number up to `largest`: decimal, or octal and hexadecimal as in C. */
export function parseNumber(text: string, largest: number): number | undefined {
  const isOctal = /^0[0-7]+$/.test(text);
  if (!isOctal && !/^(0x[0-9a-f]+|0|[1-9]\d*)$/i.test(text)) return undefined;
  const value = isOctal ? Number.parseInt(text, 8) : Number(text);
  return value <= largest ? value : undefined;
}

/** A speed, 0..4294967295 bits a second. */
export function parseSpeed(text: string): number | undefined {
  const value = SPEED_WORDS.get(text) ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  return value !== undefined && value <= MAX_SPEED ? value : undefined;
}
