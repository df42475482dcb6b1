/**
 * Which part of what is kept is shown: the newest of it, all or a fraction. Pure.
 */
import type { Range } from "./scale.js";
import type { Series, SeriesSet } from "./series.js";

/** So much smaller the shown part may be: then an entry is still no wider than a dot. */
export const MOST_ZOOM = 16;

export interface XWindow extends Range {
  /** The first entry of a series that counts. */
  readonly from: (series: Series) => number;
}

/** The newest part of `set`, one `zoom`th (1 to MOST_ZOOM) of what there is; undefined where there is nothing. */
export function windowOf(set: SeriesSet, shown: readonly Series[], zoom: number): XWindow | undefined {
  const { x, kept } = set.options;
  const some = shown.filter(({ points }) => points.length > 0);
  if (some.length === 0) return undefined;
  const part = ({ points }: Series) => Math.max(0, points.length - Math.ceil(points.length / zoom));
  if (x.kind === "name") {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const series of some) {
      series.points.visit((x0, x1) => {
        low = Math.min(low, x0, x1);
        high = Math.max(high, x0, x1);
      }, part(series));
    }
    return { ...wide(low, high), from: part };
  }
  const oldest = (of: (series: Series) => number) => Math.min(...some.map((one) => one.points.xAt(of(one))));
  const all = oldest(() => 0);
  const start =
    "seconds" in kept
      ? Math.max(all, set.newestX - kept.seconds)
      : x.kind === "index"
        ? Math.max(all, set.newestX - (kept.points - 1))
        : all;
  const low =
    "seconds" in kept || x.kind === "index" ? set.newestX - (set.newestX - start) / zoom : oldest(part);
  // The line to the first point that is shown comes from the one before.
  return { ...wide(low, set.newestX), from: ({ points }) => Math.max(0, points.firstFrom(low) - 1) };
}

/** One moment alone has room beside it. */
function wide(low: number, high: number): Range {
  return high > low ? { low, high } : { low: low - 0.5, high: low + 0.5 };
}

/** The lowest and the highest value in a window; undefined where there is none. */
export function valuesIn(shown: readonly Series[], window: XWindow): Range | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const series of shown) {
    series.points.visit((_x0, x1, _first, lowest, highest) => {
      if (x1 < window.low) return;
      if (lowest < low) low = lowest;
      if (highest > high) high = highest;
    }, window.from(series));
  }
  return low <= high ? { low, high } : undefined;
}
