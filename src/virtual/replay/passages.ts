/**
 * How far a program has come in what was recorded, and when. Pure.
 */

/** So many of the recorded bytes are behind us. */
export interface Passage {
  readonly upTo: number;
  /** When, in ms of the caller's clock. */
  readonly atMs: number;
  /** They were left out: what the device answered to them is left out as well. */
  readonly isSkipped: boolean;
}

/** Passages in order, kept until they are asked for. */
export class Passages {
  #waiting: Passage[] = [];
  #lastMs = 0;

  /** How many wait to be asked for. */
  get length(): number {
    return this.#waiting.length;
  }

  /** When the last one was, in ms; 0 before the first. */
  get lastMs(): number {
    return this.#lastMs;
  }

  add(upTo: number, atMs: number, isSkipped = false): void {
    this.#lastMs = atMs;
    const last = this.#waiting.at(-1);
    if (last?.atMs === atMs && last.isSkipped === isSkipped) this.#waiting.pop();
    this.#waiting.push({ upTo, atMs, isSkipped });
  }

  /** When `count` bytes were behind us; undefined if they are not. Asked for with ever greater counts. */
  passed(count: number): Passage | undefined {
    let gone = 0;
    while (gone < this.#waiting.length && this.#waiting[gone]!.upTo < count) gone++;
    if (gone > 0) this.#waiting.splice(0, gone);
    return this.#waiting[0];
  }
}
