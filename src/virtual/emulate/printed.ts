/**
 * What a device has printed and nobody has taken yet: text within a bound, and behind it whatever is to be asked for piece
 * by piece; no faster than the line, where the line has a speed. Pure.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import type { Printable } from "./device.js";

/** Text that waits for a slow reader. */
const LIMIT = 1024 * 1024;
/** Iterables that wait: those of a device that goes on printing them while nobody listens. */
const MOST_ITERABLES = 1024;
/** A start bit, eight data bits and a stop bit. */
const BITS_PER_BYTE = 10;
/** What a paced line has sent is handed over so often, or byte by byte where bytes take longer. */
const SLICE_MS = 4;

export class Printed {
  /** Bytes that found no room. */
  dropped = 0;
  readonly #text = new ByteQueue();
  #pieces: Iterator<Printable>[] = [];
  readonly #msPerByte: number;
  readonly #onError: (error: unknown) => void;
  /** Until when the line's time is used up. */
  #sentMs = 0;

  /** `onError` is told what something that is asked for pieces has thrown; there are no more of it then. */
  constructor(bps: number | undefined, onError: (error: unknown) => void) {
    this.#onError = onError;
    this.#msPerByte = bps === undefined ? 0 : (BITS_PER_BYTE * 1000) / bps;
  }

  /** Bytes of text. */
  get length(): number {
    return this.#text.length;
  }

  put(what: Printable | Iterable<Printable>, nowMs: number): void {
    if (this.#isIdle) this.#sentMs = nowMs;
    if (typeof what === "string" || what instanceof Uint8Array) this.#putText(what);
    else if (typeof what?.[Symbol.iterator] === "function") this.#putPieces(what);
    else throw new TypeError(`print takes text or bytes, not ${what}`);
  }

  /** At most `room` bytes of text; of pieces whole ones, so one may go beyond it. */
  take(room: number, nowMs: number): Uint8Array {
    const paced = this.#msPerByte > 0;
    const allowed = paced ? Math.min(room, Math.floor((nowMs - this.#sentMs) / this.#msPerByte)) : room;
    if (allowed < 1) return new Uint8Array(0);
    this.#askForPieces(allowed);
    const count = Math.min(this.#text.length, paced ? allowed : Number.POSITIVE_INFINITY);
    const bytes = this.#text.bytes.slice(this.#text.start, this.#text.start + count);
    this.#text.take(count);
    this.#sentMs += count * this.#msPerByte;
    return bytes;
  }

  /** When a paced line will have sent something; undefined where it is not paced, or there is nothing to send. */
  get nextMs(): number | undefined {
    if (this.#msPerByte === 0 || this.#isIdle) return undefined;
    return this.#sentMs + this.#msPerByte * Math.max(1, Math.floor(SLICE_MS / this.#msPerByte));
  }

  /** Forgets the text, which nobody hears. Pieces wait for somebody who does. */
  lose(nowMs: number): void {
    this.#text.clear();
    this.#sentMs = nowMs;
  }

  forgetPieces(): void {
    this.#pieces = [];
  }

  get #isIdle(): boolean {
    return this.#text.length === 0 && this.#pieces.length === 0;
  }

  #putPieces(what: Iterable<Printable>): void {
    if (this.#pieces.length === MOST_ITERABLES) {
      throw new RangeError(`${MOST_ITERABLES} iterables wait to be printed already`);
    }
    this.#pieces.push(what[Symbol.iterator]());
  }

  #putText(what: Printable): void {
    const bytes = typeof what === "string" ? Buffer.from(what) : what;
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`a piece is text or bytes, not ${bytes}`);
    const count = Math.min(bytes.length, LIMIT - this.#text.length);
    this.#text.push(bytes, 0, count);
    this.dropped += bytes.length - count;
  }

  /** Only behind text: what is printed meanwhile goes between two pieces. */
  #askForPieces(room: number): void {
    if (this.#text.length > 0) return;
    while (this.#text.length < room && this.#pieces.length > 0) {
      const first = this.#pieces[0]!;
      let next: IteratorResult<Printable> = { done: true, value: undefined };
      try {
        next = first.next();
        if (!next.done) this.#putText(next.value);
      } catch (error) {
        next = { done: true, value: undefined };
        this.#onError(error);
      }
      if (next.done) this.#pieces = this.#pieces.filter((one) => one !== first);
    }
  }
}
