/**
 * What the device was sent, as lines: the pieces by which a departure is told and found again. Pure.
 *
 * A line ends with CR, LF or CR LF; where there is none, as in a protocol of bytes, with the device's answer, of which the mere
 * echo of what was sent is no part. A line that is still growing can be looked at.
 */

const LF = 0x0a;
const CR = 0x0d;

/** A line longer than this is more than one. */
export const LONGEST_LINE = 4096;

export interface SentLine {
  /** Of all lines that were sent, from 1. */
  readonly number: number;
  /** Of the recording: where its first byte stands, from 1. */
  readonly line: number;
  /** When its first byte was sent, in microseconds since the first record. */
  readonly atUs: number;
  /** How many bytes were sent before it. */
  readonly start: number;
  /** With its end. */
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

interface Growing extends SentLine {
  bytes: Uint8Array;
  isWhole: boolean;
}

export class SentLines {
  readonly #begun: (line: SentLine) => void;
  #last: Growing | undefined;
  #number = 0;
  #count = 0;
  /** How much of the last line the device has sent back. */
  #echoed = 0;

  /** `begun` is told of each line when it has its first bytes. */
  constructor(begun: (line: SentLine) => void) {
    this.#begun = begun;
  }

  /** The device was sent these bytes. */
  sent(bytes: Uint8Array, line: number, atUs: number): void {
    for (let from = 0; from < bytes.length; ) {
      const last = this.#last;
      const isJoined = last?.bytes.at(-1) === CR && bytes[from] === LF;
      if (last && !last.isWhole && last.bytes.at(-1) === CR && !isJoined) last.isWhole = true;
      if (!last || last.isWhole) from = this.#begin(bytes, from, line, atUs);
      else from = this.#grow(last, bytes, from);
    }
  }

  /** The device said these bytes. */
  said(bytes: Uint8Array): void {
    const last = this.#last;
    if (!last || last.isWhole) return;
    for (const byte of bytes) {
      if (last.bytes[this.#echoed] !== byte) {
        last.isWhole = true;
        return;
      }
      this.#echoed++;
    }
  }

  end(): void {
    if (this.#last) this.#last.isWhole = true;
  }

  #begin(bytes: Uint8Array, from: number, line: number, atUs: number): number {
    this.#number++;
    const { to, isWhole } = reach(bytes, from, LONGEST_LINE);
    const part = bytes.slice(from, to);
    this.#last = { number: this.#number, line, atUs, start: this.#count, bytes: part, isWhole };
    this.#count += part.length;
    this.#echoed = 0;
    this.#begun(this.#last);
    return to;
  }

  #grow(last: Growing, bytes: Uint8Array, from: number): number {
    const isJoined = last.bytes.at(-1) === CR;
    const { to, isWhole } = isJoined
      ? { to: from + 1, isWhole: true }
      : reach(bytes, from, LONGEST_LINE - last.bytes.length);
    last.bytes = Buffer.concat([last.bytes, bytes.subarray(from, to)]);
    last.isWhole = isWhole;
    this.#count += to - from;
    return to;
  }
}

/** How far a line goes from `from`; not yet whole where a LF may follow its CR. */
function reach(bytes: Uint8Array, from: number, room: number): { to: number; isWhole: boolean } {
  const limit = Math.min(bytes.length, from + room);
  for (let at = from; at < limit; at++) {
    if (bytes[at] === LF) return { to: at + 1, isWhole: true };
    if (bytes[at] !== CR) continue;
    if (at + 1 === bytes.length) return { to: at + 1, isWhole: false };
    return { to: bytes[at + 1] === LF ? at + 2 : at + 1, isWhole: true };
  }
  return { to: limit, isWhole: limit === from + room };
}
