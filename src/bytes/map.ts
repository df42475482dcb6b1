/**
 * Bytes mapped by rules: one table of what becomes of each of the 256. Knows no rule by name, and no state: what becomes of a
 * byte does not depend on its neighbours. Pure.
 */
import type { Mapped, MapRule } from "./map-rules.js";
import { NO_BYTES, type Stage } from "./stage.js";

export interface MapOptions {
  /**
   * A break is to be sent after `before`, which is what became of the bytes in front of it, and before what `push` returns;
   * valid during the call only. Without it a byte that is mapped to a break stays what it is.
   */
  readonly onBreak?: (before: Uint8Array) => void;
}

/** The longest that a byte may become: `[0d]`. */
const MAX_LENGTH = 4;
/** Memory that is kept from one chunk for the next, bytes: enough for what becomes of a pipe's 64 KiB. */
const KEPT = (64 * 1024 + 1) * MAX_LENGTH;

/** Whether a byte is mapped, and whether to a break. */
const AS_IT_IS = 0;
const MAPPED = 1;
const BREAK = 2;

/** `rules` in the order of the table, as `parseMapRules` gives them: the first that fits a byte holds. */
export function createMap(rules: readonly MapRule[], { onBreak }: MapOptions = {}): Stage {
  const kinds = new Uint8Array(256);
  const lengths = new Uint8Array(256);
  /** `MAX_LENGTH` places for each byte. */
  const places = new Uint8Array(256 * MAX_LENGTH);
  for (let byte = 0; byte < 256; byte++) {
    const mapped = mapByte(rules, byte);
    const isBreak = mapped === "break";
    const bytes = isBreak ? (onBreak ? [] : [byte]) : mapped;
    if (isBreak && onBreak) kinds[byte] = BREAK;
    else if (bytes.length !== 1 || bytes[0] !== byte) kinds[byte] = MAPPED;
    lengths[byte] = bytes.length;
    places.set(bytes, byte * MAX_LENGTH);
  }
  const longest = Math.max(...lengths);
  let kept = new Uint8Array(0);
  const room = (length: number): Uint8Array => {
    if (length > KEPT) return new Uint8Array(length);
    if (length > kept.length) kept = new Uint8Array(Math.min(2 * length, KEPT));
    return kept;
  };

  return {
    push(chunk) {
      const end = chunk.length;
      let at = 0;
      while (at < end && kinds[chunk[at]!] === AS_IT_IS) at++;
      if (at === end) return chunk;
      // As long as it may get: to measure it first would take another look at each byte.
      const out = room(at + longest * (end - at) + MAX_LENGTH);
      out.set(chunk.subarray(0, at));
      let from = 0;
      let to = at;
      for (; at < end; at++) {
        const byte = chunk[at]!;
        const kind = kinds[byte]!;
        if (kind === AS_IT_IS) {
          out[to++] = byte;
        } else if (kind === MAPPED) {
          // All places, whatever its length: what is too much is written over by the next byte. A loop takes twice as long.
          const place = byte * MAX_LENGTH;
          out[to] = places[place]!;
          out[to + 1] = places[place + 1]!;
          out[to + 2] = places[place + 2]!;
          out[to + 3] = places[place + 3]!;
          to += lengths[byte]!;
        } else {
          onBreak?.(out.subarray(from, to));
          from = to;
        }
      }
      return out.subarray(from, to);
    },
    flush: () => NO_BYTES,
  };
}

function mapByte(rules: readonly MapRule[], received: number): Mapped {
  const byte = rules.reduce((now, { reads }) => reads?.(now) ?? now, received);
  for (const { becomes } of rules) {
    const mapped = becomes(byte);
    if (mapped !== undefined) return mapped;
  }
  return [byte];
}
