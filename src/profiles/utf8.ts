/**
 * Bytes of a file as text, or where they are none. Pure.
 */

const NEWLINE = 0x0a;

/** The text without a byte order mark, or the first line that is not UTF-8, counted from 1. */
export function decodeText(bytes: Uint8Array): { readonly text?: string; readonly badLine?: number } {
  const text = decoded(bytes);
  if (text !== undefined) return { text };
  // No byte of a longer character is a newline, so each line is good or bad by itself.
  for (let [line, from] = [1, 0]; ; line++) {
    const newline = bytes.indexOf(NEWLINE, from);
    if (newline === -1 || decoded(bytes.subarray(from, newline)) === undefined) return { badLine: line };
    from = newline + 1;
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
