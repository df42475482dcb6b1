/**
 * Where one speaker's messages end, so that nobody speaks in the middle of one. Pure: time is passed in. Knows bytes that
 * were heard and not passed on; not who hears them.
 *
 * A chunk that is passed on at once is never copied: `hear` lends it out, and `settle` keeps what was left of it.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";

/** What a message is: a line up to its LF, what stands between two silences, or whatever one read gives. */
export type Frame =
  | { readonly kind: "line" }
  | { readonly kind: "gap"; readonly gapMs: number }
  | { readonly kind: "none" };

/** A line that is not finished is passed on after so long a silence: a prompt has no LF. */
export const LINE_SILENCE_MS = 1000;

/** Why a message was passed on before its end. */
export type CutReason = "long" | "silence" | "closed";

/** Whole messages in a row: the first is `bytes[start..ends[0])`, the next one `bytes[ends[0]..ends[1])`. */
export interface Batch {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly ends: readonly number[];
}

const LF = 0x0a;

export class Framer {
  readonly #frame: Frame;
  readonly #limit: number;
  readonly #onCut: (reason: CutReason, bytes: number) => void;
  readonly #held = new ByteQueue();
  /** Lengths of the whole messages, oldest first; behind them stands the unfinished one. */
  #whole: number[] = [];
  #unfinished = 0;
  #heardAtMs = 0;
  #lent: { readonly chunk: Uint8Array; readonly end: number } | undefined;

  /**
   * `limit` is the length of the longest message in bytes: a longer one goes on in pieces of it. `onCut` is told of every
   * piece that is not a whole message, as it is cut off.
   */
  constructor(frame: Frame, limit: number, onCut: (reason: CutReason, bytes: number) => void) {
    this.#frame = frame;
    this.#limit = limit;
    this.#onCut = onCut;
  }

  /** Bytes heard and not passed on. */
  get length(): number {
    return this.#held.length;
  }

  /** The messages that `chunk[0..end)` has made whole, and those that waited before. Ends with `settle`. */
  hear(chunk: Uint8Array, end: number, atMs: number): Batch {
    this.#heardAtMs = atMs;
    this.#split(chunk, end);
    if (this.#held.length > 0) {
      this.#held.push(chunk, 0, end);
      return this.waiting();
    }
    this.#lent = { chunk, end };
    return this.#batch(chunk, 0);
  }

  /** The whole messages that wait. Ends with `settle`. */
  waiting(): Batch {
    return this.#batch(this.#held.bytes, this.#held.start);
  }

  /** The first `count` messages of the last batch are passed on; the rest waits. */
  settle(count: number): void {
    let passed = 0;
    for (const length of this.#whole.splice(0, count)) passed += length;
    const lent = this.#lent;
    this.#lent = undefined;
    if (lent === undefined) this.#held.take(passed);
    else if (passed < lent.end) this.#held.push(lent.chunk, passed, lent.end);
  }

  /** The unfinished message is a whole one from now on. */
  finish(reason: "silence" | "closed"): void {
    if (this.#unfinished === 0) return;
    if (this.#frame.kind === "line") this.#onCut(reason, this.#unfinished);
    this.#end(this.#unfinished);
    this.#unfinished = 0;
  }

  /** When silence ends the unfinished message, or undefined where there is none. */
  deadlineMs(): number | undefined {
    if (this.#unfinished === 0 || this.#frame.kind === "none") return undefined;
    return this.#heardAtMs + (this.#frame.kind === "gap" ? this.#frame.gapMs : LINE_SILENCE_MS);
  }

  /** Nobody listened until now: no silence is known of. */
  listenAgain(atMs: number): void {
    this.#heardAtMs = atMs;
  }

  #batch(bytes: Uint8Array, start: number): Batch {
    let at = start;
    return { bytes, start, ends: this.#whole.map((length) => (at += length)) };
  }

  #split(chunk: Uint8Array, end: number): void {
    if (this.#frame.kind !== "line") {
      this.#add(end);
      if (this.#frame.kind === "none") this.#endUnfinished();
      return;
    }
    const heard = end === chunk.length ? chunk : chunk.subarray(0, end);
    for (let at = 0; at < end; ) {
      const lf = heard.indexOf(LF, at);
      const next = lf === -1 ? end : lf + 1;
      this.#add(next - at);
      if (lf !== -1) this.#endUnfinished();
      at = next;
    }
  }

  /** A message of exactly the longest length is whole: it is cut only when more of it comes. */
  #add(count: number): void {
    this.#unfinished += count;
    while (this.#unfinished > this.#limit) {
      if (this.#frame.kind !== "none") this.#onCut("long", this.#limit);
      this.#end(this.#limit);
      this.#unfinished -= this.#limit;
    }
  }

  #endUnfinished(): void {
    this.#end(this.#unfinished);
    this.#unfinished = 0;
  }

  #end(length: number): void {
    this.#whole.push(length);
  }
}
