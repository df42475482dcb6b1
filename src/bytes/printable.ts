/**
 * Text from elsewhere on a terminal: a device's name, say, which may hold anything its maker or an attacker put there.
 * Pure.
 */

/**
 * Control characters (C0, DEL, C1), those that change the direction or the place of what follows, line separators, and
 * halves of surrogate pairs.
 */
export const UNSAFE_CHARACTER = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const UNSAFE = new RegExp(UNSAFE_CHARACTER, "gu");

/** `text` with each character that could act on a terminal written as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
