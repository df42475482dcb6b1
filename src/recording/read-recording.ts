/**
 * A recording, record after record: plain, or compressed by gzip or zstd, which its first bytes tell. Knows how a file is
 * read and where it may be cut off; a line's meaning is format.ts's to know.
 *
 * Whoever wrote it may have been killed: what follows the last whole line, or the last whole block of a compressed file, is
 * passed over. Anything else that is no record is an error. Memory stays the same for a file of any length.
 */
import { isUtf8 } from "node:buffer";
import { RobinError } from "../errors.js";
import { decodeLine } from "./format.js";
import { readPlain } from "./read-plain.js";
import type { RecordingRecord } from "./record.js";

/** A record with the number of its line, from 1, for words about it. */
export type ReadRecord = RecordingRecord & { readonly line: number };

export interface ReadOptions {
  /** Told once where the file ends in the middle of a line, which is passed over: the number of that line. */
  readonly onCut?: (line: number) => void;
}

/** A recording's version that this robin reads. */
const VERSION = 1;
const LF = 0x0a;
/** The recorder's longest line has some 400 KB. What has no line feed in so much is no recording. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The records of the recording `path`, `-` being stdin. Throws RobinError: open-failed where it cannot be read, is no
 * recording or holds a line that is no record; unsupported where it is of a later version, or compressed in a way that this
 * Node cannot read.
 */
export async function* readRecording(path: string, options: ReadOptions = {}): AsyncGenerator<ReadRecord> {
  const name = path === "-" ? "stdin" : path;
  let startAt: number | undefined;
  let line = 0;
  for await (const { bytes, isWhole } of readLines(name, readPlain(path))) {
    line++;
    if (bytes.length === 0 || (bytes.length === 1 && bytes[0] === 0x0d)) continue;
    const record = isUtf8(bytes) ? decodeLine(bytes.toString("utf8"), startAt) : undefined;
    if (record === undefined) {
      if (!isWhole && startAt !== undefined) return options.onCut?.(line);
      throw noRecord(name, line, startAt === undefined);
    }
    startAt ??= record.at;
    refuseLater(name, record);
    yield { ...record, line };
  }
}

/** Lines without their ends; the last one is not whole where it has none. */
async function* readLines(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ bytes: Buffer; isWhole: boolean }> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let count = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const piece = chunk.subarray(start, end);
      const bytes =
        length === 0
          ? Buffer.from(piece.buffer, piece.byteOffset, piece.length)
          : Buffer.concat([...parts, piece]);
      parts = [];
      length = 0;
      start = end + 1;
      count++;
      yield { bytes, isWhole: true };
    }
    if (start === chunk.length) continue;
    parts.push(Uint8Array.from(chunk.subarray(start)));
    length += chunk.length - start;
    if (length > LONGEST_LINE) throw noRecord(name, count + 1, count === 0);
  }
  if (length > 0) yield { bytes: Buffer.concat(parts), isWhole: false };
}

function noRecord(name: string, line: number, isFirst: boolean): RobinError {
  const what = `line ${line} is no JSON object with "event" and "at" that robin can read`;
  if (!isFirst) return new RobinError("open-failed", `read recording ${name}: ${what}`);
  return new RobinError("open-failed", `read recording ${name}: it is none: ${what}`, {
    hint: "robin --record FILE PORT makes one",
  });
}

function refuseLater(name: string, record: RecordingRecord): void {
  if (record.kind !== "event" || record.event.event !== "start" || record.event.version <= VERSION) return;
  const { version } = record.event;
  throw new RobinError("unsupported", `read recording ${name}: its version is ${version}`, {
    hint: `this robin reads version ${VERSION}: a newer one made it`,
  });
}
