/**
 * The last bytes that went by, both ways, as rows of a hex dump from any place of them. Pure. Knows a ring and when a row ends: as
 * in bytes/hex-view.ts, which draws it, a row is full, or followed by silence or by a byte of the other direction.
 */
import { createHexView } from "../../bytes/hex-view.js";
import type { Way } from "../../bytes/stage.js";

/** Bytes that went one way without a pause. */
interface Run {
  readonly way: Way;
  /** In the ring, counted from the first byte there ever was. */
  start: number;
  end: number;
  /** How many went that way before it; before what is kept of it. */
  readonly begin: number;
  offset: number;
}

export interface HexRingOptions {
  /** How many bytes are kept. */
  readonly bytes?: number;
  /** A pause, in ms. */
  readonly restMs?: number;
}

/** A run may be one byte: so many are kept at the most. */
const MOST_RUNS = 8192;

export class HexRing {
  readonly #ring: Uint8Array;
  readonly #restUs: number;
  #runs: Run[] = [];
  #written = 0;
  #lastUs = Number.NEGATIVE_INFINITY;
  readonly #offsets: Record<Way, number> = { rx: 0, tx: 0 };

  constructor({ bytes = 256 * 1024, restMs = 50 }: HexRingOptions = {}) {
    this.#ring = new Uint8Array(bytes);
    this.#restUs = restMs * 1000;
  }

  /** `bytes[start..end)` went by at `atUs`. */
  push(bytes: Uint8Array, start: number, end: number, way: Way, atUs: number): void {
    const count = end - start;
    if (count <= 0) return;
    let run = this.#runs.at(-1);
    if (run === undefined || run.way !== way || atUs >= this.#lastUs + this.#restUs) {
      run = {
        way,
        start: this.#written,
        end: this.#written,
        begin: this.#offsets[way],
        offset: this.#offsets[way],
      };
      this.#runs.push(run);
    }
    this.#lastUs = atUs;
    const size = this.#ring.length;
    // Of more than the ring holds, its end.
    for (let at = Math.max(start, end - size); at < end; ) {
      const to = (this.#written + at - start) % size;
      const part = Math.min(end - at, size - to);
      this.#ring.set(bytes.subarray(at, at + part), to);
      at += part;
    }
    this.#written += count;
    this.#offsets[way] += count;
    run.end = this.#written;
    this.#forget();
  }

  /** What the ring does not hold any more. */
  #forget(): void {
    const from = this.#written - this.#ring.length;
    let gone = Math.max(0, this.#runs.length - MOST_RUNS);
    while (gone < this.#runs.length && this.#runs[gone]!.end <= from) gone++;
    // A few thousand at once: each shift of a long list costs.
    if (gone > 0) this.#runs = this.#runs.slice(gone);
    const first = this.#runs[0];
    if (first && first.start < from) {
      first.offset += from - first.start;
      first.start = from;
    }
  }

  /** How many rows there are, of so many bytes each. */
  count(bytesPerRow: number): number {
    return this.#runs.reduce((sum, run) => sum + rowsOf(run, bytesPerRow), 0);
  }

  /** `count` rows, oldest first, the last of them `back` rows before the newest one. */
  rows(count: number, bytesPerRow: number, back = 0): string[] {
    const rows: string[] = [];
    let skip = back;
    for (let at = this.#runs.length - 1; at >= 0 && rows.length < count; at--) {
      const run = this.#runs[at]!;
      const inRun = rowsOf(run, bytesPerRow);
      const last = inRun - skip;
      skip = Math.max(0, skip - inRun);
      if (last <= 0) continue;
      const first = Math.max(0, last - (count - rows.length));
      rows.unshift(...this.#draw(run, first, last, bytesPerRow));
    }
    return rows;
  }

  /** Where the row ends that is `back` rows before the newest one: a place that stays while more comes. */
  endOf(back: number, bytesPerRow: number): number {
    let skip = back;
    for (let at = this.#runs.length - 1; at >= 0; at--) {
      const run = this.#runs[at]!;
      const inRun = rowsOf(run, bytesPerRow);
      if (skip < inRun) return rowEnd(run, inRun - 1 - skip, bytesPerRow);
      skip -= inRun;
    }
    return this.#runs[0]?.start ?? this.#written;
  }

  /** How many rows end behind such a place. */
  rowsBehind(place: number, bytesPerRow: number): number {
    let count = 0;
    for (let at = this.#runs.length - 1; at >= 0; at--) {
      const run = this.#runs[at]!;
      if (run.end <= place) break;
      const inRun = rowsOf(run, bytesPerRow);
      if (run.start >= place) {
        count += inRun;
        continue;
      }
      const before = Math.floor((place - run.start + lostOf(run, bytesPerRow)) / bytesPerRow);
      return count + inRun - before;
    }
    return count;
  }

  #draw(run: Run, first: number, last: number, bytesPerRow: number): string[] {
    // Rows are counted from the run's first byte, so that they do not move when that is forgotten.
    const begin = run.offset - lostOf(run, bytesPerRow);
    const from = Math.max(run.offset, begin + first * bytesPerRow);
    const to = Math.min(run.offset + run.end - run.start, begin + last * bytesPerRow);
    const bytes = new Uint8Array(to - from);
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = this.#ring[(run.start + from - run.offset + at) % this.#ring.length]!;
    }
    const lead = Math.min(bytes.length, bytesPerRow - ((from - run.begin) % bytesPerRow));
    const text: string[] = [];
    for (const [start, end] of [
      [0, lead],
      [lead, bytes.length],
    ] as const) {
      if (start === end) continue;
      const offsets = { [run.way]: from + start };
      const view = createHexView({ bytesPerRow, directions: true, offsets });
      const drawn = bytes.subarray(start, end);
      text.push(Buffer.from(view.push(drawn, 0, run.way)).toString(), Buffer.from(view.flush(0)).toString());
    }
    return text.join("").split("\n").slice(0, -1);
  }
}

/** How much of its first row is forgotten. */
function lostOf({ begin, offset }: Run, bytesPerRow: number): number {
  return (offset - begin) % bytesPerRow;
}

function rowsOf(run: Run, bytesPerRow: number): number {
  const length = run.end - run.start;
  return length === 0 ? 0 : Math.ceil((lostOf(run, bytesPerRow) + length) / bytesPerRow);
}

function rowEnd(run: Run, row: number, bytesPerRow: number): number {
  return Math.min(run.end, run.start + (row + 1) * bytesPerRow - lostOf(run, bytesPerRow));
}
