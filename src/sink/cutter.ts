/**
 * Where one log file ends and the next begins: at a line's end, where one comes soon. Pure; knows sizes and moments, no
 * file.
 */

/** So many bytes more than asked for may come before a line's end; then the line is cut. */
export const LATE_BYTES = 4096;

const LF = 0x0a;
const MS_OF_MINUTE = 60_000;

interface CutterOptions {
  /** A file has at least so many bytes, and at most LATE_BYTES more. */
  readonly rotateBytes?: number | undefined;
  /** A file ends where local time reaches a multiple of this: 1 h on the hour, 1 d at midnight. */
  readonly rotateMs?: number | undefined;
  /** What stands in the first file already, whether its last line is unfinished, and when it was written. */
  readonly size: number;
  readonly isMidLine: boolean;
  readonly wallMs: number;
}

export class Cutter {
  readonly #options: CutterOptions;
  #size: number;
  #isMidLine: boolean;
  /** The file ends at the first line's end at which it has so many bytes. */
  #from: number;
  #until: number;

  constructor(options: CutterOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#isMidLine = options.isMidLine;
    this.#from = options.rotateBytes ?? Number.POSITIVE_INFINITY;
    this.#until = this.#nextMoment(options.wallMs);
  }

  /**
   * The place in `bytes[start..end)` in front of which a new file begins; -1: all of them belong to this one. To be asked
   * again from there on. `wallMs` is when they came, since the epoch.
   */
  next(bytes: Uint8Array, start: number, end: number, wallMs: number): number {
    this.#lookAtClock(wallMs);
    const place = this.#isComplete() ? start : this.#within(bytes, start, end);
    if (place === -1) {
      this.#size += end - start;
      this.#isMidLine = bytes[end - 1] !== LF;
      return -1;
    }
    this.#size = 0;
    this.#isMidLine = false;
    this.#from = this.#options.rotateBytes ?? Number.POSITIVE_INFINITY;
    return place;
  }

  /** A file ends only when there is a byte for the next one: the last one is never empty. */
  #isComplete(): boolean {
    if (this.#size === 0 || this.#size < this.#from) return false;
    return !this.#isMidLine || this.#size >= this.#from + LATE_BYTES;
  }

  /** The place behind at least one of the bytes. */
  #within(bytes: Uint8Array, start: number, end: number): number {
    if (this.#size + end - start <= this.#from) return -1;
    const lineEnd = bytes.indexOf(LF, start + Math.max(0, this.#from - this.#size - 1));
    const last = start + this.#from + LATE_BYTES - this.#size;
    const place = lineEnd === -1 ? last : Math.min(lineEnd + 1, last);
    return place < end ? place : -1;
  }

  #lookAtClock(wallMs: number): void {
    if (wallMs < this.#until) {
      const { rotateMs } = this.#options;
      // The clock was set back by much: the file does not wait for that moment.
      if (rotateMs !== undefined && wallMs < this.#until - 2 * rotateMs)
        this.#until = this.#nextMoment(wallMs);
      return;
    }
    this.#until = this.#nextMoment(wallMs);
    if (this.#size > 0) this.#from = Math.min(this.#from, this.#size);
  }

  /** The next multiple of `rotateMs` in local time, since the epoch. */
  #nextMoment(wallMs: number): number {
    const { rotateMs } = this.#options;
    if (rotateMs === undefined) return Number.POSITIVE_INFINITY;
    const offsetMs = (atMs: number) => new Date(atMs).getTimezoneOffset() * MS_OF_MINUTE;
    const local = (Math.floor((wallMs - offsetMs(wallMs)) / rotateMs) + 1) * rotateMs;
    // Midnight is where it is after the night in which clocks change, too.
    const moment = local + offsetMs(local + offsetMs(wallMs));
    return moment > wallMs ? moment : local + offsetMs(wallMs);
  }
}
