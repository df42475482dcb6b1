/**
 * Text to the clipboard of whoever sits at the terminal, also over ssh: OSC 52 of xterm's control sequences. Pure. Knows that
 * terminals take so much and no more.
 */

/** Characters of base64: with its head and its end the sequence has 100,000 bytes, which is where terminals stop (hterm's osc52.sh). */
const MOST_BASE64 = 99_992;

/** What is to be written on the terminal; undefined where it is more than terminals take. */
export function clipboardSequence(text: string): string | undefined {
  const base64 = Buffer.from(text).toString("base64");
  return base64.length > MOST_BASE64 ? undefined : `\x1b]52;c;${base64}\x07`;
}
