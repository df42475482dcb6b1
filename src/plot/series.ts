/**
 * All series of a plot: what is kept of them, in the order in which they came. Pure. Knows what stands on the X axis and how much of
 * it is kept; not how it is drawn.
 */
import { MOST_ENTRIES, Points, type Thinning } from "./points.js";
import type { Value } from "./value.js";

/** More are counted, and told. */
export const MOST_SERIES = 32;
/** What was heard once makes room for others behind so many rows. */
const ONCE_ROWS = 256;
/** Names that are counted. */
const MOST_NAMES = 1000;
/** Now and then is enough to forget what is too old: there is a bound in any case. */
const DROP_ROWS = 64;
const US = 1e6;

/** What stands on the X axis: seconds since the session began, the number of the row, or a series' own values. */
export type XAxis = { readonly kind: "time" | "index" } | { readonly kind: "name"; readonly name: string };

/** How much is kept: seconds before the newest value, or the newest values of each series. */
export type Kept = { readonly seconds: number } | { readonly points: number };

export interface SeriesOptions {
  readonly x: XAxis;
  /** Seconds are for an X axis of time alone. */
  readonly kept: Kept;
}

export interface Series {
  readonly name: string;
  readonly unit: string | undefined;
  /** 0 is the first that came: its colour and its mark. */
  readonly place: number;
  readonly points: Points;
  /** Values that came, with those that are not kept any more. */
  readonly count: number;
  /** The newest value, as it was written, and the extremes of all. */
  readonly lastText: string;
  readonly low: number;
  readonly high: number;
}

type Growing = { -readonly [Key in keyof Series]: Series[Key] } & {
  /** In which row it came first. */
  readonly begunAt: number;
};

export class SeriesSet {
  readonly #options: SeriesOptions;
  readonly #byName = new Map<string, Growing>();
  readonly #refused = new Set<string>();
  readonly #thinning: Thinning;
  readonly #most: number;
  /** Rows that had numbers; `clear` does not take them back. */
  rows = 0;
  /** X of the newest value. */
  newestX = 0;
  /** Another number for each change: who draws looks at it. */
  version = 0;

  constructor(options: SeriesOptions) {
    this.#options = options;
    const { kept } = options;
    if ("seconds" in kept) {
      this.#thinning = { width: kept.seconds / MOST_ENTRIES };
      this.#most = MOST_ENTRIES + 2;
    } else {
      const count = Math.ceil(kept.points / MOST_ENTRIES);
      this.#thinning = { count };
      this.#most = Math.ceil(kept.points / count);
    }
  }

  /** One row of values, which came at `atUs`. */
  push(row: readonly Value[], atUs: number): void {
    this.rows++;
    this.version++;
    const x = this.#xOf(row, atUs);
    if (!Number.isNaN(x)) this.newestX = x;
    const { x: axis, kept } = this.#options;
    for (const value of row) {
      if (axis.kind === "name" && value.name === axis.name) continue;
      const series = this.#byName.get(value.name) ?? this.#begin(value);
      if (!series) continue;
      series.unit ??= value.unit;
      series.lastText = value.text;
      series.points.push(x, value.value);
      if (Number.isNaN(value.value)) continue;
      series.count++;
      if (value.value < series.low) series.low = value.value;
      if (value.value > series.high) series.high = value.value;
    }
    if ("seconds" in kept && this.rows % DROP_ROWS === 0) this.#drop(x - kept.seconds);
  }

  /**
   * Those worth a line: heard twice at least, for a log has numbers too, each once. Where there is none yet, all. In the order
   * of their places.
   */
  get list(): readonly Series[] {
    const all = [...this.#byName.values()];
    const heard = all.filter(({ count }) => count > 1);
    return heard.length > 0 ? heard : all;
  }

  /** Names for which there was no place. */
  get refused(): number {
    return this.#refused.size;
  }

  get options(): SeriesOptions {
    return this.#options;
  }

  /** Forgets all values and all names. */
  clear(): void {
    this.#byName.clear();
    this.#refused.clear();
    this.version++;
  }

  /** As it is now, whatever comes later. */
  copy(): SeriesSet {
    const copy = new SeriesSet(this.#options);
    for (const [name, series] of this.#byName) {
      copy.#byName.set(name, { ...series, points: series.points.copy() });
    }
    copy.rows = this.rows;
    copy.newestX = this.newestX;
    copy.version = this.version;
    return copy;
  }

  #drop(before: number): void {
    for (const { points } of this.#byName.values()) points.dropBefore(before);
  }

  #xOf(row: readonly Value[], atUs: number): number {
    const { x } = this.#options;
    if (x.kind === "time") return atUs / US;
    if (x.kind === "index") return this.rows - 1;
    const named = x.kind === "name" ? row.find(({ name }) => name === x.name) : undefined;
    return named?.value ?? Number.NaN;
  }

  #begin({ name, unit, value, text }: Value): Growing | undefined {
    if (Number.isNaN(value)) return undefined; // a gap in nothing
    let place = this.#byName.size;
    if (place >= MOST_SERIES) {
      const isOld = ({ count, begunAt }: Growing) => count < 2 && this.rows - begunAt > ONCE_ROWS;
      const once = [...this.#byName.values()].find(isOld);
      if (!once) {
        if (this.#refused.size < MOST_NAMES) this.#refused.add(name);
        return undefined;
      }
      this.#byName.delete(once.name);
      place = once.place;
    }
    const series: Growing = {
      name,
      unit,
      place,
      points: new Points(this.#thinning, this.#most),
      count: 0,
      lastText: text,
      low: Number.POSITIVE_INFINITY,
      high: Number.NEGATIVE_INFINITY,
      begunAt: this.rows,
    };
    this.#byName.set(name, series);
    return series;
  }
}
