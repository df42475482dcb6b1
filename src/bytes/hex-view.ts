/**
 * Bytes as a hex dump, as `hexdump -C` looks: offset, bytes, printable ASCII beside them. Pure. Knows rows and when a row
 * is shown short; not what the bytes mean.
 *
 *     00000000  48 65 6c 6c 6f 2c 20 72  6f 62 69 6e 0d 0a 00 ff  |Hello, robin....|
 *     < 00000010  6f 6b                                             |ok|
 *     > 00000000  41 54 0d                                          |AT.|
 *
 * The second form is that of both directions. Each has an offset of its own. A row is full, or was followed by silence, or
 * by a byte of the other direction: so gaps on the line are seen, and the cut of the input is not.
 */
import { NO_BYTES, type Stage, type Way } from "./stage.js";

export interface HexViewOptions {
  /** At least 1; 16 fill a screen of 80 columns, with marks of direction too. */
  readonly bytesPerRow?: number;
  /** A row that is not full is shown when so long nothing has come, ms. */
  readonly restMs?: number;
  /** Whether `<` stands in front of what was received, `>` in front of what was sent. */
  readonly directions?: boolean;
  /** What ends a row. */
  readonly newline?: string;
  /** Where counting begins, for a dump of what is not the beginning; default 0. */
  readonly offsets?: Readonly<Partial<Record<Way, number>>>;
}

const SPACE = 0x20;
const BAR = 0x7c;
/** Bytes between which there is a wider gap. */
const GROUP = 8;
const MARKS: Readonly<Record<Way, number>> = { rx: 0x3c, tx: 0x3e };
const OFFSET_DIGITS = 8;
/** Of 2^53. */
const MOST_OFFSET_DIGITS = 14;

const DIGITS = Buffer.from("0123456789abcdef");
/** By byte: its two digits, and what stands for it in the text. */
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => DIGITS[byte >> 4]!);
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => DIGITS[byte & 15]!);
const TEXT = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e));

export function createHexView(options: HexViewOptions = {}): Stage {
  const { bytesPerRow = 16, restMs = 50, directions = false, newline = "\n" } = options;
  const lineEnd = Buffer.from(newline);
  const markColumns = directions ? 2 : 0;
  /** Where the digits of the row's byte are, counted from behind the offset. */
  const digitsAt = Uint16Array.from({ length: bytesPerRow }, (_, at) => 2 + 3 * at + Math.floor(at / GROUP));
  const textAt = digitsAt.at(-1)! + 5; // two digits, two spaces, a bar
  const blank = new Uint8Array(textAt).fill(SPACE);
  blank[textAt - 1] = BAR;
  const rowLength = markColumns + MOST_OFFSET_DIGITS + textAt + bytesPerRow + 1 + lineEnd.length;

  const offsets: Record<Way, number> = { rx: 0, tx: 0, ...options.offsets };
  const row = new Uint8Array(bytesPerRow);
  let begun = 0;
  let rowWay: Way = "rx";
  let lastUs = 0;
  let out = new Uint8Array(0);
  let used = 0;

  /** `from[start..start+count)` as a row, at most as many as fit. */
  const show = (from: Uint8Array, start: number, count: number, way: Way) => {
    if (directions) {
      out[used++] = MARKS[way];
      out[used++] = SPACE;
    }
    used = putOffset(out, used, offsets[way]);
    offsets[way] += count;
    const into = out;
    const base = used;
    into.set(blank, base);
    let text = base + textAt;
    for (let at = 0; at < count; at++) {
      const byte = from[start + at]!;
      const to = base + digitsAt[at]!;
      into[to] = HIGH[byte]!;
      into[to + 1] = LOW[byte]!;
      into[text++] = TEXT[byte]!;
    }
    into[text++] = BAR;
    for (let at = 0; at < lineEnd.length; at++) into[text++] = lineEnd[at]!;
    used = text;
  };
  const finishRow = () => {
    if (begun > 0) show(row, 0, begun, rowWay);
    begun = 0;
  };

  const deadlineUs = () => (begun === 0 ? undefined : lastUs + restMs * 1000);
  return {
    push(chunk, atUs, way = "rx") {
      if (chunk.length === 0) return NO_BYTES;
      const rows = Math.ceil((begun + chunk.length) / bytesPerRow) + 1;
      if (out.length < rows * rowLength) out = new Uint8Array(rows * rowLength);
      used = 0;
      // Late or not, who flushes at the deadline makes no difference.
      if (way !== rowWay || atUs >= lastUs + restMs * 1000) finishRow();
      rowWay = way;
      lastUs = atUs;
      let at = 0;
      while (at < chunk.length) {
        if (begun === 0 && chunk.length - at >= bytesPerRow) {
          show(chunk, at, bytesPerRow, way);
          at += bytesPerRow;
        } else {
          row[begun++] = chunk[at++]!;
          if (begun === bytesPerRow) finishRow();
        }
      }
      return out.subarray(0, used);
    },
    flush() {
      used = 0;
      finishRow();
      return out.subarray(0, used);
    },
    deadlineUs,
  };
}

/** Eight digits, or more from 4 GiB on. Returns where they end. */
export function putOffset(into: Uint8Array, to: number, value: number): number {
  const above = Math.floor(value / 2 ** 32);
  if (above > 0) {
    const more = Buffer.from(above.toString(16));
    into.set(more, to);
    to += more.length;
  }
  for (let shift = (OFFSET_DIGITS - 1) * 4; shift >= 0; shift -= 4)
    into[to++] = DIGITS[(value >>> shift) & 15]!;
  return to;
}
