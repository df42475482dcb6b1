/**
 * Bytes that wait for a file, in order, in pieces of one size that are used again. Pure; the bound is kept by whoever
 * fills it. Unlike one growing buffer it never copies what waits, and what is lent to a write stays where it is while
 * more comes.
 */

/** As much as one write is given: larger ones gain nothing, smaller ones cost a thread's turn each. */
export const PIECE_BYTES = 256 * 1024;
/** Empty pieces that are kept for what comes next: 1 MiB. */
const SPARE_PIECES = 4;

export class PieceQueue {
  /** Bytes that wait. */
  length = 0;
  readonly #pieces: Uint8Array[] = [];
  readonly #spare: Uint8Array[] = [];
  /** Where the first one's bytes start, and the last one's end. */
  #start = 0;
  #end = PIECE_BYTES;

  /** Copies `from[start..end)` to the tail. */
  push(from: Uint8Array, start: number, end: number): void {
    this.length += end - start;
    for (let at = start; at < end; ) {
      if (this.#end === PIECE_BYTES) {
        this.#pieces.push(this.#spare.pop() ?? new Uint8Array(PIECE_BYTES));
        this.#end = 0;
      }
      const count = Math.min(end - at, PIECE_BYTES - this.#end);
      const isAll = at === 0 && count === from.length;
      this.#pieces.at(-1)!.set(isAll ? from : from.subarray(at, at + count), this.#end);
      this.#end += count;
      at += count;
    }
  }

  /** The longest run at the head, in place until it is taken; empty where nothing waits. */
  head(): Uint8Array {
    const piece = this.#pieces[0];
    if (piece === undefined) return new Uint8Array(0);
    return piece.subarray(this.#start, this.#pieces.length === 1 ? this.#end : PIECE_BYTES);
  }

  /** Takes `count` bytes (at most those of `head`) off the head. */
  take(count: number): void {
    this.length -= count;
    this.#start += count;
    if (this.length > 0 && this.#start < PIECE_BYTES) return;
    const piece = this.#pieces.shift();
    if (piece && this.#spare.length < SPARE_PIECES) this.#spare.push(piece);
    this.#start = 0;
    if (this.length === 0) this.#end = PIECE_BYTES;
  }

  clear(): void {
    this.#pieces.length = 0;
    this.#spare.length = 0;
    this.length = 0;
    this.#start = 0;
    this.#end = PIECE_BYTES;
  }
}
