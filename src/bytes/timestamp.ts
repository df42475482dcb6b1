/**
 * The time in front of each line: when its first byte arrived. Pure; knows where lines begin, not how a time is written.
 *
 *     START --text--> TEXT --\n--> START       a stamp goes in front of text at a START, and of the \n of an empty line
 *                      |  ^
 *                     \r  text (a stamp: it overwrites the line)
 *                      v  |
 *                     RETURNED --\n--> START
 *
 * A \r at a START is the rest of \n\r, or the first half of an empty line's end (BLANK): the stamp of that line comes behind
 * it, and returns. An escape sequence is text, and a character is never torn: no byte of UTF-8 is \r or \n but they themselves.
 */
import { withRoom } from "./room.js";
import { NO_BYTES, type Stage } from "./stage.js";
import { formatTime, type TimeFormat } from "./time-format.js";

export interface TimestampOptions {
  readonly format: TimeFormat;
  /** Microseconds since the epoch at a moment of the session's clock. */
  readonly wallUs: (atUs: number) => number;
  /** Whether the next byte begins a line: not where stamps begin behind a prompt, say. Usually true. */
  readonly atLineStart?: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const SMALLEST = 16 * 1024;

const START = 0;
const TEXT = 1;
const RETURNED = 2;
const BLANK = 3;

/** Keeps nothing back. Which way a byte goes makes no difference: both are on one screen. */
export function createTimestamp({ format, wallUs, atLineStart = true }: TimestampOptions): Stage {
  const stamps = stampsOf(format, wallUs);
  let state: typeof START | typeof TEXT | typeof RETURNED | typeof BLANK = atLineStart ? START : TEXT;
  let out = new Uint8Array(SMALLEST);

  return {
    push(chunk, atUs) {
      const end = chunk.length;
      let into = withRoom(out, end, 0);
      let to = 0;
      let now = state;
      for (let at = 0; at < end; ) {
        let byte = chunk[at]!;
        if (byte === LF ? now === START || now === BLANK : byte !== CR && now !== TEXT) {
          const stamp = stamps(atUs);
          // For all that is left of the chunk too, so that nobody looks for room at each byte.
          into = withRoom(into, to + stamp.length + 1 + end - at, to);
          for (let from = 0; from < stamp.length; from++) into[to++] = stamp[from]!; // `set` is slower for so few
          if (byte === LF && now === BLANK) into[to++] = CR; // no terminal has to do it for the \n
          now = TEXT;
        }
        do {
          byte = chunk[at++]!;
          into[to++] = byte;
        } while ((byte > CR || (byte !== LF && byte !== CR)) && at < end);
        if (byte === LF) now = START;
        else if (byte === CR) now = now === START || now === BLANK ? BLANK : RETURNED;
      }
      state = now;
      out = into;
      return into.subarray(0, to);
    },
    flush: () => NO_BYTES,
  };
}

/** The stamp of a line that begins at a moment: made once for all that begin at the same one. */
function stampsOf(format: TimeFormat, wallUs: (atUs: number) => number): (atUs: number) => Uint8Array {
  let lastLineUs = 0;
  let made = { atUs: -1, sinceLineUs: -1, wallUs: 0, bytes: NO_BYTES };
  return (atUs) => {
    const sinceLineUs = atUs - lastLineUs;
    lastLineUs = atUs;
    if (made.atUs !== atUs || made.sinceLineUs !== sinceLineUs) {
      // The wall clock may be set between two lines of one moment, which would show where the input was cut.
      const wall = made.atUs === atUs ? made.wallUs : wallUs(atUs);
      const text = formatTime(format, { wallUs: wall, sinceStartUs: atUs, sinceLineUs });
      made = { atUs, sinceLineUs, wallUs: wall, bytes: Buffer.from(text) };
    }
    return made.bytes;
  };
}
