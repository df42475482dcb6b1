/**
 * Line ends that count as one another: CR, LF and CR LF all become LF, however the bytes are cut. Pure.
 */
import type { FeedReader } from "./feed.js";

const LF = 0x0a;
const CR = 0x0d;

/** A new array for each chunk with a line end in it; else the chunk itself. */
export function createNewlineFold(): (chunk: Uint8Array) => Uint8Array {
  let afterCr = false;
  return (chunk) => {
    if (!afterCr && !chunk.includes(CR)) return chunk;
    const folded = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (byte !== LF || !afterCr) folded[length++] = byte === CR ? LF : byte;
      afterCr = byte === CR;
    }
    return folded.subarray(0, length);
  };
}

/** The same reader, for whom what was sent has LF for each line end. */
export function foldReader(reader: FeedReader): FeedReader {
  const fold = createNewlineFold();
  return {
    get wants() {
      return reader.wants;
    },
    read: (moment) => reader.read(moment.kind === "tx" ? { ...moment, bytes: fold(moment.bytes) } : moment),
    readEnd: () => reader.readEnd(),
  };
}
