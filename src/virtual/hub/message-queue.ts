/**
 * What waits for one listener: messages in order, no more than a bound, and what gives way when more comes. Pure. Knows
 * which of its bytes make a message; not why the listener is slow.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";

/** What gives way in a full queue: what comes, or what has waited longest. */
export type Yielding = "drop-new" | "drop-old";

interface MessageQueueOptions {
  /** Bytes that may wait. */
  readonly limit: number;
  readonly yielding: Yielding;
  /** Messages are dropped whole or not at all; otherwise byte by byte. */
  readonly whole: boolean;
}

export class MessageQueue {
  readonly #options: MessageQueueOptions;
  readonly #bytes = new ByteQueue();
  /** Bytes of each message that are still here, oldest first; entries before `#first` count no more. */
  #lengths: number[] = [];
  #first = 0;
  /** The oldest message has been taken in part: the rest of it has to follow. */
  #isTorn = false;

  constructor(options: MessageQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Bytes that fit. */
  get room(): number {
    return this.#options.limit - this.#bytes.length;
  }

  /** What waits, in one run, for a single write: valid until the next `push`. */
  get run(): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
    return this.#bytes;
  }

  /**
   * Adds the messages of a batch from `at` on, which may be in the middle of one whose start the listener has. Returns the
   * bytes that were dropped for it. Each message has at most `limit` bytes.
   */
  push(bytes: Uint8Array, at: number, start: number, ends: readonly number[]): number {
    let dropped = 0;
    let from = start;
    for (const end of ends) {
      if (end > at) {
        const begin = Math.max(from, at);
        dropped += this.#add(bytes, begin, end, begin > from);
      }
      from = end;
    }
    return dropped;
  }

  /** `count` of the oldest bytes are with the listener. */
  take(count: number): void {
    this.#bytes.take(count);
    if (!this.#options.whole) return;
    let first = this.#first;
    let rest = count;
    while (rest > 0 && this.#lengths[first]! <= rest) rest -= this.#lengths[first++]!;
    if (first > this.#first) {
      this.#beginAt(first);
      this.#isTorn = false;
    }
    if (rest > 0) {
      this.#lengths[this.#first]! -= rest;
      this.#isTorn = true;
    }
  }

  /** Forgets everything. Returns how many bytes that was. */
  clear(): number {
    const count = this.length;
    this.#bytes.clear();
    this.#lengths = [];
    this.#first = 0;
    this.#isTorn = false;
    return count;
  }

  #add(bytes: Uint8Array, start: number, end: number, isTorn: boolean): number {
    const excess = end - start - this.room;
    if (!this.#options.whole) return this.#addBytes(bytes, start, end, Math.max(0, excess));
    let dropped = 0;
    if (excess > 0 && !isTorn) {
      if (this.#options.yielding === "drop-new") return end - start;
      dropped = this.#dropOldest(excess);
      if (end - start > this.room) return dropped + end - start;
    }
    if (isTorn) this.#isTorn = true;
    this.#bytes.push(bytes, start, end);
    this.#lengths.push(end - start);
    return dropped;
  }

  #addBytes(bytes: Uint8Array, start: number, end: number, excess: number): number {
    if (this.#options.yielding === "drop-new") {
      this.#bytes.push(bytes, start, end - excess);
      return excess;
    }
    this.#bytes.take(excess);
    this.#bytes.push(bytes, start, end);
    return excess;
  }

  /** Whole messages of at least `excess` bytes; all that may go where they are fewer. */
  #dropOldest(excess: number): number {
    const first = this.#first + (this.#isTorn ? 1 : 0);
    let next = first;
    let bytes = 0;
    while (bytes < excess && next < this.#lengths.length) bytes += this.#lengths[next++]!;
    // Where what goes cannot make room, it stays: nothing is won by its loss.
    if (bytes < excess) return 0;
    const queue = this.#bytes;
    if (this.#isTorn) {
      const kept = this.#lengths[this.#first]!;
      queue.bytes.copyWithin(queue.start + bytes, queue.start, queue.start + kept);
      this.#lengths[--next] = kept;
    }
    queue.take(bytes);
    this.#beginAt(next);
    return bytes;
  }

  /** Moves the rest only when at least as much is gone: a full queue of short messages loses one for each that comes. */
  #beginAt(first: number): void {
    const isDue = first >= this.#lengths.length - first;
    if (isDue) this.#lengths.splice(0, first);
    this.#first = isDue ? 0 : first;
  }
}
