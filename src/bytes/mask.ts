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

  const giveHeld = () => {
    const line = held.bytes.subarray(held.start, held.end);
    const hidden = maskBytes(line);
    if (hidden) out.push(hidden, 0, hidden.length);
    else out.push(line, 0, line.length);
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
  const maskBytes = (line: Uint8Array): Uint8Array | undefined => {
    const encoding = isAscii(line) || !isUtf8(line) ? "latin1" : "utf8";
    const hidden = maskText(Buffer.from(line.buffer, line.byteOffset, line.length).toString(encoding));
    return hidden === undefined ? undefined : Buffer.from(hidden, encoding);
  };

  return {
    push(chunk) {
      out.clear();
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const text = isAscii(bytes) ? bytes.toString("latin1") : undefined; // at once, which is much faster
      const maskPart = (start: number, end: number) => {
        if (text === undefined) return maskBytes(bytes.subarray(start, end));
        const hidden = maskText(text.slice(start, end));
        return hidden === undefined ? undefined : Buffer.from(hidden, "latin1");
      };
      let kept = 0; // what stands before it is in `out`
      let start = 0;
      let cr = bytes.indexOf(CR);
      let lf = bytes.indexOf(LF);
      while (cr !== -1 || lf !== -1) {
        const end = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf;
        if (held.length > 0 || end - start >= MAX_LINE) {
          out.push(bytes, kept, start);
          hold(bytes, start, end);
          giveHeld();
          kept = end;
        } else if (end > start) {
          const hidden = maskPart(start, end);
          if (hidden !== undefined) {
            out.push(bytes, kept, start);
            out.push(hidden, 0, hidden.length);
            kept = end;
          }
        }
        start = end + 1;
        if (end === cr) cr = bytes.indexOf(CR, start);
        else lf = bytes.indexOf(LF, start);
      }
      out.push(bytes, kept, start);
      hold(bytes, start, bytes.length);
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
