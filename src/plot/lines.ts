/**
 * Bytes to lines of text: CR LF, LF or CR end one. Pure. Knows how long a line may be; not what stands in it. What comes out
 * does not depend on how the input was cut.
 */

/** A line without an end would take all memory: behind so many bytes it is skipped, and counted. */
const LONGEST_BYTES = 64 * 1024;
const [LF, CR] = [0x0a, 0x0d];
const ESC = "\x1b";
/** What a byte that is no UTF-8 becomes. */
const NO_UTF8 = "\ufffd";
/** What a logger colours its lines with (ECMA-48, CSI sequences). */
const COLOURS = /\x1b\[[0-9;:?]*[ -/]*[@-~]/g;

export interface Lines {
  /** `chunk[0..end)` arrived at `atUs`. Each line that ends in it is told, with the time of its end; empty ones are not. */
  push(chunk: Uint8Array, end: number, atUs: number): void;
  /** What has begun has no end: the device was lost, or the line had begun before anybody read it. */
  drop(): void;
  /** Lines that were too long. */
  readonly skipped: number;
}

export function createLines(
  onLine: (line: string, atUs: number) => void,
  longestBytes = LONGEST_BYTES,
): Lines {
  let kept = Buffer.alloc(Math.min(256, longestBytes));
  let length = 0;
  let skipped = 0;
  let isTooLong = false;
  let wasCr = false;

  const keep = (bytes: Buffer, start: number, end: number) => {
    const needed = length + end - start;
    if (isTooLong || needed > longestBytes) {
      isTooLong = true;
      length = 0;
      return;
    }
    if (needed > kept.length) {
      const larger = Buffer.alloc(Math.min(longestBytes, Math.max(needed, kept.length * 2)));
      kept.copy(larger, 0, 0, length);
      kept = larger;
    }
    bytes.copy(kept, length, start, end);
    length = needed;
  };

  const tell = (bytes: Buffer, start: number, end: number, atUs: number) => {
    if (isTooLong || length + end - start > longestBytes) {
      skipped++;
    } else if (length > 0) {
      keep(bytes, start, end);
      onLine(textOf(kept, 0, length), atUs);
    } else if (end > start) {
      onLine(textOf(bytes, start, end), atUs);
    }
    isTooLong = false;
    length = 0;
  };

  return {
    push(chunk, end, atUs) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, end);
      let start = 0;
      for (let at = 0; at < end; at++) {
        const byte = bytes[at];
        if (byte !== LF && byte !== CR) {
          wasCr = false;
          continue;
        }
        // The LF of CR LF ends nothing more.
        if (!(byte === LF && wasCr)) tell(bytes, start, at, atUs);
        wasCr = byte === CR;
        start = at + 1;
      }
      if (start < end) keep(bytes, start, end);
    },
    drop() {
      length = 0;
      isTooLong = false;
      wasCr = false;
    },
    get skipped() {
      return skipped;
    },
  };
}

/** UTF-8, or Latin-1 where it is none: boards send ° as 0xb0 too. */
function textOf(bytes: Buffer, start: number, end: number): string {
  let line = bytes.toString("utf8", start, end);
  if (line.includes(NO_UTF8)) line = bytes.toString("latin1", start, end);
  return line.includes(ESC) ? line.replace(COLOURS, "") : line;
}
