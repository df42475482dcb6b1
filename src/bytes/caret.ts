/**
 * Control characters as users write them: `^\`, `^a`, `^]`. Pure.
 */

/** The byte of `^X` for a control character (0..31, 127 as `^?`), or undefined for anything else. */
export function parseCaret(text: string): number | undefined {
  if (text.length !== 2 || text[0] !== "^") return undefined;
  if (text === "^?") return 0x7f;
  const code = text.charCodeAt(1);
  const upper = code >= 0x61 && code <= 0x7a ? code - 0x20 : code; // no toUpperCase: ß has two letters, ı one of them
  return upper >= 0x40 && upper <= 0x5f ? upper - 0x40 : undefined;
}

/** A byte as users write it: `^\` for 28. */
export function formatCaret(byte: number): string {
  if (byte === 0x7f) return "^?";
  return byte < 0x20 ? `^${String.fromCharCode(byte + 0x40)}` : String.fromCharCode(byte);
}
