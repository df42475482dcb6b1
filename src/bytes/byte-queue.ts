/**
 * Bytes that wait, in order, in one piece of memory. Pure; the bound is kept by whoever fills it.
 */

const SMALLEST = 64 * 1024;
/** What is kept when nothing waits. Giving back what the next chunk needs again would make garbage of every chunk. */
const KEPT = 256 * 1024;

/** Bytes in are bytes out. `bytes[start..end)` is what waits, in one run, for a single write. */
export class ByteQueue {
  bytes = new Uint8Array(0);
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** Copies `from[start..end)` to the tail. */
  push(from: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (this.end + count > this.bytes.length) this.#makeRoom(count);
    // A copy within one ArrayBuffer could be of the queue itself; `set` handles overlap.
    this.bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), this.end);
    this.end += count;
  }

  /** Takes `count` bytes (at most `length`) off the head. */
  take(count: number): void {
    this.start += count;
    if (this.start < this.end) return;
    this.start = 0;
    this.end = 0;
    if (this.bytes.length > KEPT) this.bytes = new Uint8Array(0); // a paste is over: give its memory back
  }

  clear(): void {
    this.take(this.length);
  }

  #makeRoom(count: number): void {
    const { length } = this;
    const needed = length + count;
    if (needed <= this.bytes.length / 2) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      // Never of the same size again: a queue that stays more than half full would make garbage of every few chunks.
      const least = Math.max(SMALLEST, needed, this.bytes.length + 1);
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(least)));
      larger.set(this.bytes.subarray(this.start, this.end));
      this.bytes = larger;
    }
    this.start = 0;
    this.end = length;
  }
}
