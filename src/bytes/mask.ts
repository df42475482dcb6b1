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

/** So much of the end of an unfinished line may be a prompt, bytes. */
const LONGEST_PROMPT = 1024;

const STARS = "***";
const CR = 0x0d;
const LF = 0x0a;

export interface Mask extends Stage {
  /** The unfinished line, as the expression sees it. */
  readonly unfinished: string;
}

/**
 * With groups in it, `expression` masks only what they match: `password: (\S+)`. It sees a line without its end, as UTF-8
 * where it is that, else one character for each byte. `prompt` is asked at each line's start for what stands in front of it
 * elsewhere: a secret that is typed behind `password: ` is not echoed, and is found by both together.
 */
export function createMask(expression: RegExp, prompt: () => string = () => ""): Mask {
  const secretsIn = secretFinder(expression);
  /** What stood elsewhere in front of the line that is unfinished. */
  let inFront = "";
  /** The unfinished line. */
  const held = new ByteQueue();
  const out = new ByteQueue();

  const maskText = (line: string): string | undefined => {
    const { length } = inFront;
    const alone = secretsIn(line);
    if (length === 0) return hide(line, alone);
    const together = secretsIn(inFront + line).map(([start, end]) => [start - length, end - length] as const);
    return hide(
      line,
      [...alone, ...together].sort(([one], [other]) => one - other),
    );
  };
  const giveHeld = () => {
    const line = held.bytes.subarray(held.start, held.end);
    const hidden = maskBytes(line);
    if (hidden) out.push(hidden, 0, hidden.length);
    else out.push(line, 0, line.length);
    held.clear();
    inFront = "";
  };
  /** A line's part: held with those before it, and looked at when it is a whole one or has the longest length. */
  const hold = (bytes: Uint8Array, start: number, end: number) => {
    for (let at = start; at < end; ) {
      const count = Math.min(end - at, MAX_LINE - held.length);
      if (held.length === 0) inFront = prompt();
      held.push(bytes, at, at + count);
      at += count;
      if (held.length === MAX_LINE) giveHeld();
    }
  };
  const maskBytes = (line: Uint8Array): Uint8Array | undefined => {
    const encoding = encodingOf(line);
    const hidden = maskText(textOf(line, encoding));
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
          inFront = prompt();
          const hidden = maskPart(start, end);
          inFront = "";
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
    get unfinished() {
      const line = held.bytes.subarray(Math.max(held.start, held.end - LONGEST_PROMPT), held.end);
      return textOf(line, encodingOf(line));
    },
  };
}

function encodingOf(line: Uint8Array): "latin1" | "utf8" {
  return isAscii(line) || !isUtf8(line) ? "latin1" : "utf8";
}

function textOf(line: Uint8Array, encoding: "latin1" | "utf8"): string {
  return Buffer.from(line.buffer, line.byteOffset, line.length).toString(encoding);
}

/** From and up to which character. */
type Range = readonly [start: number, end: number];

/** The line with `***` for each secret, or undefined where there is none. Secrets are in the order of their starts. */
function hide(line: string, secrets: readonly Range[]): string | undefined {
  let text = "";
  let from = 0;
  for (const [start, end] of secrets) {
    if (end <= Math.max(start, from)) continue;
    if (start >= from)
      text += line.slice(from, start) + STARS; // else a part of it is hidden already
    else if (from === 0) text = STARS; // it began in front of the line
    from = end;
  }
  return from === 0 ? undefined : text + line.slice(from);
}

/** Where the secrets of a line are. */
function secretFinder({ source, flags }: RegExp): (line: string) => readonly Range[] {
  const plainFlags = flags.replace(/[gyd]/g, "");
  const hasGroups = new RegExp(`${source}|`, plainFlags).exec("")!.length > 1;
  const any = new RegExp(source, plainFlags);
  const all = new RegExp(source, `${plainFlags}g${hasGroups ? "d" : ""}`);
  return (line) => (any.test(line) ? [...line.matchAll(all)].flatMap(secretsOf) : NONE);
}

const NONE: readonly Range[] = [];

/** Where the secrets of a match are, in order: its groups, or all of it where none takes part. */
function secretsOf(match: RegExpExecArray): readonly Range[] {
  const groups = (match.indices ?? []).slice(1).filter((range) => range !== undefined);
  if (groups.length === 0) return [[match.index, match.index + match[0].length]];
  return groups.sort(([one], [other]) => one - other);
}
