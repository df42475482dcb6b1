/**
 * The points of one series that are kept, in memory that does not grow: points that lie so close that no picture tells them
 * apart are one entry, which keeps the first, the last, the lowest and the highest, so that no peak is lost. Pure.
 */

/** Entries at the most: more than the dots of a wide screen, also where a sixteenth of them fills it. */
export const MOST_ENTRIES = 8192;
const FIRST_ENTRIES = 256;

/** How many points become one entry. */
export type Thinning =
  /** Those within so much of X: seconds. */
  | { readonly width: number }
  /** So many, one after the other. */
  | { readonly count: number };

/** What an entry has, by its place in `at`. */
const [X0, X1, FIRST, LOW, HIGH, LAST, FIELDS] = [0, 1, 2, 3, 4, 5, 6];

/** One entry, as `visit` gives it: Y of the first and last point, lowest and highest between X `x0` and `x1`. */
export type Visit = (
  x0: number,
  x1: number,
  first: number,
  low: number,
  high: number,
  last: number,
  /** Nothing joins it with the one before: there the device had no number. */
  isBroken: boolean,
) => void;

export class Points {
  readonly #thinning: Thinning;
  readonly #most: number;
  #numbers: Float64Array;
  #broken: Uint8Array;
  /** The oldest entry, and how many there are. */
  #head = 0;
  #length = 0;
  /** Points in the newest entry; 0: the next point begins another one. */
  #inLast = 0;
  #isGap = false;

  constructor(thinning: Thinning, most = MOST_ENTRIES) {
    this.#thinning = thinning;
    this.#most = most;
    const entries = Math.min(FIRST_ENTRIES, most);
    this.#numbers = new Float64Array(entries * FIELDS);
    this.#broken = new Uint8Array(entries);
  }

  get length(): number {
    return this.#length;
  }

  /** `y` NaN: a gap. `x` may go back, where it is a device's. */
  push(x: number, y: number): void {
    if (Number.isNaN(y) || Number.isNaN(x)) {
      this.#isGap = this.#length > 0;
      this.#inLast = 0;
      return;
    }
    if (this.#inLast > 0 && this.#joins(x)) return this.#join(x, y);
    const at = this.#next();
    const numbers = this.#numbers;
    const place = at * FIELDS;
    numbers[place + X0] = x;
    numbers[place + X1] = x;
    numbers[place + FIRST] = y;
    numbers[place + LOW] = y;
    numbers[place + HIGH] = y;
    numbers[place + LAST] = y;
    this.#broken[at] = this.#isGap ? 1 : 0;
    this.#isGap = false;
    this.#inLast = 1;
  }

  /** Forgets entries that end before `x`, but for the last one of them: the line comes from there. */
  dropBefore(x: number): void {
    while (this.#length > 1 && this.#numbers[this.#place(1) + X1]! < x) {
      this.#head = (this.#head + 1) % this.#broken.length;
      this.#length--;
    }
  }

  clear(): void {
    this.#length = 0;
    this.#inLast = 0;
    this.#isGap = false;
  }

  /** As it is now, whatever comes later. */
  copy(): Points {
    const copy = new Points(this.#thinning, this.#most);
    copy.#numbers = this.#numbers.slice();
    copy.#broken = this.#broken.slice();
    copy.#head = this.#head;
    copy.#length = this.#length;
    return copy;
  }

  /** X of the first point of an entry, 0 the oldest. */
  xAt(index: number): number {
    return this.#numbers[this.#place(index) + X0]!;
  }

  /** The first entry that ends at `x` or behind it; X has to grow. `length` where there is none. */
  firstFrom(x: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numbers[this.#place(middle) + X1]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** All entries from the one at `from` on, the oldest first. */
  visit(visit: Visit, from = 0): void {
    const numbers = this.#numbers;
    for (let index = from; index < this.#length; index++) {
      const p = this.#place(index);
      visit(
        numbers[p + X0]!,
        numbers[p + X1]!,
        numbers[p + FIRST]!,
        numbers[p + LOW]!,
        numbers[p + HIGH]!,
        numbers[p + LAST]!,
        this.#broken[p / FIELDS] === 1,
      );
    }
  }

  #place(index: number): number {
    return ((this.#head + index) % this.#broken.length) * FIELDS;
  }

  #joins(x: number): boolean {
    const place = this.#place(this.#length - 1);
    if ("count" in this.#thinning) return this.#inLast < this.#thinning.count;
    const x0 = this.#numbers[place + X0]!;
    return x >= x0 && x - x0 < this.#thinning.width;
  }

  #join(x: number, y: number): void {
    const place = this.#place(this.#length - 1);
    const numbers = this.#numbers;
    numbers[place + X1] = x;
    numbers[place + LAST] = y;
    if (y < numbers[place + LOW]!) numbers[place + LOW] = y;
    if (y > numbers[place + HIGH]!) numbers[place + HIGH] = y;
    this.#inLast++;
  }

  /** Room for one more entry: a larger memory, or that of the oldest one. */
  #next(): number {
    const capacity = this.#broken.length;
    if (this.#length === capacity) {
      if (capacity < this.#most) this.#grow(Math.min(this.#most, capacity * 2));
      else {
        this.#head = (this.#head + 1) % capacity;
        this.#length--;
      }
    }
    return (this.#head + this.#length++) % this.#broken.length;
  }

  #grow(capacity: number): void {
    const numbers = new Float64Array(capacity * FIELDS);
    const broken = new Uint8Array(capacity);
    for (let index = 0; index < this.#length; index++) {
      const place = this.#place(index);
      numbers.set(this.#numbers.subarray(place, place + FIELDS), index * FIELDS);
      broken[index] = this.#broken[place / FIELDS]!;
    }
    this.#numbers = numbers;
    this.#broken = broken;
    this.#head = 0;
  }
}
