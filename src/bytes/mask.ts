/**
 * Secrets out of what is kept: what an expression matches in a line becomes `***`. Pure.
 *
 * An expression wants a whole line, so an unfinished one is held back until it ends, at CR or LF, or has MAX_LINE bytes;
 * `flush` gives it out masked. The rest of the bytes stays as it is.
 */
import { isAscii, isUtf8 } from "node:buffer";
import { ByteQueue } from "./byte-queue.js";
import { NO_BYTES, type Stage } from "./stage.js";

/** A line is looked at in parts of so many bytes: the time that an expression takes has a bound then. */
export const MAX_LINE = 64 * 1024;

const STARS = "***";
const CR = 0x0d;
const LF = 0x0a;

/**
 * With groups in it, `expression` masks only what they match: `password: (\S+)`. It sees a line without its end, as UTF-8
 * where it is that, else one character for each byte.
 */
export function createMask(expression: RegExp): Stage {
  const maskText = textMask(expression);
  /** The unfinished line. */
  const held = new ByteQueue();
  const out = new ByteQueue();

  /** `bytes[start..end)` is a line, or its rest where there is one held: masked if that is needed, else undefined. */
  const masked = (bytes: Uint8Array, start: number, end: number): Uint8Array | undefined => {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const encoding = isAscii(line) || !isUtf8(line) ? "latin1" : "utf8";
    const text = maskText(line.toString(encoding));
    return text === undefined ? undefined : Buffer.from(text, encoding);
  };
  const give = (bytes: Uint8Array, start: number, end: number) => {
    const text = end > start ? masked(bytes, start, end) : undefined;
    if (text) out.push(text, 0, text.length);
    else out.push(bytes, start, end);
  };
  const giveHeld = () => {
    give(held.bytes, held.start, held.end);
    held.clear();
  };
  /** A line's part: held with those before it, and looked at when it is a whole one or has the longest length. */
  const hold = (bytes: Uint8Array, start: number, end: number) => {
    for (let at = start; at < end; ) {
      const count = Math.min(end - at, MAX_LINE - held.length);
      held.push(bytes, at, at + count);
      at += count;
      if (held.length === MAX_LINE) giveHeld();
    }
  };

  return {
    push(chunk) {
      out.clear();
      let start = 0;
      let cr = chunk.indexOf(CR);
      let lf = chunk.indexOf(LF);
      while (cr !== -1 || lf !== -1) {
        const end = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf;
        if (held.length > 0 || end - start >= MAX_LINE) {
          hold(chunk, start, end);
          giveHeld();
        } else {
          give(chunk, start, end);
        }
        out.push(chunk, end, end + 1);
        start = end + 1;
        if (end === cr) cr = chunk.indexOf(CR, start);
        else lf = chunk.indexOf(LF, start);
      }
      hold(chunk, start, chunk.length);
      return out.length === 0 ? NO_BYTES : out.bytes.subarray(out.start, out.end);
    },
    flush() {
      out.clear();
      giveHeld();
      return out.length === 0 ? NO_BYTES : out.bytes.subarray(out.start, out.end);
    },
  };
}

/** The line with `***` for each match, or undefined where there is none. */
function textMask({ source, flags }: RegExp): (line: string) => string | undefined {
  const plainFlags = flags.replace(/[gyd]/g, "");
  const hasGroups = new RegExp(`${source}|`, plainFlags).exec("")!.length > 1;
  const any = new RegExp(source, plainFlags);
  const all = new RegExp(source, `${plainFlags}g${hasGroups ? "d" : ""}`);
  return (line) => {
    if (!any.test(line)) return undefined;
    let text = "";
    let from = 0;
    for (const match of line.matchAll(all)) {
      for (const [start, end] of secretsOf(match)) {
        if (end <= Math.max(start, from)) continue;
        if (start >= from) text += line.slice(from, start) + STARS; // else a part of it is hidden already
        from = end;
      }
    }
    return from === 0 ? undefined : text + line.slice(from);
  };
}

/** Where the secrets of a match are, in order: its groups, or all of it where none takes part. */
function secretsOf(match: RegExpExecArray): readonly (readonly [start: number, end: number])[] {
  const groups = (match.indices ?? []).slice(1).filter((range) => range !== undefined);
  if (groups.length === 0) return [[match.index, match.index + match[0].length]];
  return groups.sort(([one], [other]) => one - other);
}
