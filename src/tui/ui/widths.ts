/**
 * How wide characters are in a pane: as everywhere else in robin, and as in the terminals of today, so that a row of a pane is as
 * long on the user's screen as in the pane. Pure.
 */
import type { IUnicodeVersionProvider } from "@xterm/headless";
import { charWidth } from "../../bytes/char-width.js";

/** A letter of each cell of a flood asks: a table for the characters that are asked for most. */
const known = new Int8Array(0x10000).fill(-1);

function wcwidth(code: number): 0 | 1 | 2 {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code > 0xffff) return charWidth(code);
  const width = known[code]!;
  if (width !== -1) return width as 0 | 1 | 2;
  const asked = charWidth(code);
  known[code] = asked;
  return asked;
}

/** For `Terminal.unicode.register`. */
export const WIDTHS: IUnicodeVersionProvider = {
  version: "robin",
  wcwidth,
  /** Width in bits 1 and 2, and in bit 0 whether it joins the character before (UnicodeService of @xterm/headless 6). */
  charProperties(code, preceding) {
    const width = wcwidth(code);
    const before = (preceding >> 1) & 3;
    const joins = width === 0 && before > 0;
    return joins ? (before << 1) | 1 : width << 1;
  },
};
