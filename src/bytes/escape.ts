/**
 * The escape key, found in what is typed. Pure; knows neither what the keys do nor where the text goes.
 *
 *     TEXT --escape--> ESCAPED --escape--> TEXT   the escape key itself is text, once
 *                      ESCAPED --other---> TEXT   the other byte is a key
 *
 * The state outlives the chunk, so it makes no difference whether the key arrives with what follows it.
 */

/** Who is told what was found, in order. Positions are in the chunk that was pushed. */
export interface EscapeListener {
  /** `chunk[start..end)` is text. Never empty. */
  text(chunk: Uint8Array, start: number, end: number): void;
  /** `chunk[at]` followed the escape key. False: what is left of the chunk is of no interest any more. */
  key(chunk: Uint8Array, at: number): boolean;
}

export interface Escape {
  /** Looks at `chunk[0..end)`. */
  push(chunk: Uint8Array, end: number): void;
}

/** `escapeByte` is the key, 0..255. */
export function createEscape(escapeByte: number, listener: EscapeListener): Escape {
  let escaped = false;
  return {
    push(chunk, end) {
      let at = 0;
      while (at < end) {
        if (escaped) {
          escaped = false;
          if (chunk[at] === escapeByte) listener.text(chunk, at, at + 1);
          else if (!listener.key(chunk, at)) return;
          at++;
          continue;
        }
        // indexOf is native: looking at each byte here halves the speed of a paste.
        const found = chunk.indexOf(escapeByte, at);
        const stop = found === -1 || found >= end ? end : found;
        if (stop > at) listener.text(chunk, at, stop);
        escaped = stop < end;
        at = stop + 1;
      }
    },
  };
}
