/**
 * A recording as text. Pure. One way is its bytes as they were; both are a transcript of lines, with their times and arrows, in
 * which nothing acts on a terminal:
 *
 *         0.000000 = start /dev/ttyUSB0 at 2026-11-21T17:10:00.000000Z, recorded by robin 0.2.0
 *         1.234567 < login:
 *         2.000000 > root
 *         2.001234 < root
 */
import { isUtf8 } from "node:buffer";
import { printable } from "../../bytes/printable.js";
import { NO_BYTES, type Way } from "../../bytes/stage.js";
import type { BytesRecord, RecordingRecord } from "../record.js";
import type { Encoder } from "./encoder.js";
import { eventWords } from "./event-words.js";

/** The bytes that went one way, and nothing else. */
export function createPlainText(way: Way): Encoder {
  return {
    push: (record) => (record.kind === "bytes" && record.way === way ? record.bytes : NO_BYTES),
    end: () => NO_BYTES,
  };
}

const LF = 0x0a;
const CR = 0x0d;
/** What ends a line: a device ends its lines with LF, the Enter key is CR. */
const ENDS: Readonly<Record<Way, readonly number[]>> = { rx: [LF], tx: [CR, LF] };
const MARKS: Readonly<Record<Way, string>> = { rx: "<", tx: ">" };
/** A line has a bound. */
const LONGEST = 4096;
const TIME_COLUMNS = 16;

/** A line that has not ended, and when it began. */
interface Open {
  readonly elapsed: number;
  readonly bytes: number[];
}

export function createTranscript(): Encoder {
  const open: Partial<Record<Way, Open>> = {};
  let text = "";
  let isAfterCr = false;

  const row = (elapsed: number, mark: string, words: string) => {
    text += `${timeColumn(elapsed)} ${mark} ${words}\n`;
  };
  const finish = (way: Way) => {
    const line = open[way];
    if (line === undefined) return;
    delete open[way];
    row(line.elapsed, MARKS[way], readable(Buffer.from(line.bytes)));
  };
  const add = ({ way, bytes, elapsed }: BytesRecord) => {
    for (const byte of bytes) {
      const isRest = way === "tx" && byte === LF && isAfterCr; // its CR has ended the line
      if (way === "tx") isAfterCr = byte === CR;
      if (isRest) continue;
      let line = open[way];
      if (line === undefined) {
        // What is typed behind a prompt ends the prompt; its echo begins another line, and what is typed goes on.
        if (way === "tx") finish("rx");
        line = { elapsed, bytes: [] };
        open[way] = line;
      }
      const isEnd = ENDS[way].includes(byte);
      if (!isEnd) line.bytes.push(byte);
      else if (line.bytes.at(-1) === CR) line.bytes.pop();
      if (isEnd || line.bytes.length >= LONGEST) finish(way);
    }
  };
  const finishBoth = () => {
    finish("rx");
    finish("tx");
  };
  const taken = () => {
    const bytes = Buffer.from(text);
    text = "";
    return bytes;
  };

  return {
    push(record: RecordingRecord) {
      if (record.kind === "bytes") add(record);
      else if (record.kind === "event") {
        finishBoth();
        row(record.elapsed, "=", eventWords(record));
      }
      return taken();
    },
    end() {
      finishBoth();
      return taken();
    },
  };
}

/** Seconds since the start of the recording, to the microsecond. */
export function timeColumn(elapsed: number): string {
  return elapsed.toFixed(6).padStart(TIME_COLUMNS);
}

/** As UTF-8, made harmless; a byte that is none of it as `\xff`. */
function readable(bytes: Buffer): string {
  if (isUtf8(bytes)) return printable(bytes.toString("utf8"));
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterAt(bytes, at);
    if (length === 0) text += `\\x${bytes[at]!.toString(16).padStart(2, "0")}`;
    else text += printable(bytes.toString("utf8", at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

/** Bytes of the UTF-8 character at `at`; 0 where there is none. */
function characterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}
