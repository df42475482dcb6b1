/**
 * The range of the Y axis: the values', with room to the next round number, and steady while they move a little. Pure.
 */
import { niceStep } from "./ticks.js";

export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A range is left for a smaller one when the values fill less of it than this. */
const SHRINK_BELOW = 0.4;
/** About so many ticks: the range ends at multiples of their step. */
const STEPS = 5;
const LARGEST = Number.MAX_VALUE / 4;

export interface AutoRange {
  /** The range to be shown where values are within `low` and `high`; absent: there is none. */
  update(values: Range | undefined): Range;
  /** Forgets what it has shown. */
  reset(): void;
}

/** `fixed` ends stand, whatever the values are. */
export function createAutoRange({ low: fixedLow, high: fixedHigh }: Bounds = {}): AutoRange {
  let shown: Range | undefined;
  const wide = (values: Range): Range => {
    const range = roundOut(values);
    return { low: fixedLow ?? range.low, high: fixedHigh ?? range.high };
  };
  const sound = (range: Range): Range => {
    if (range.high > range.low) return range;
    // One end is fixed, and all values lie on its other side.
    const unit = Math.max(1, Math.abs(fixedLow ?? fixedHigh ?? 0) / 10);
    return fixedHigh === undefined
      ? { low: range.low, high: range.low + unit }
      : { low: range.high - unit, high: range.high };
  };
  return {
    update(values) {
      if (!values) return shown ?? sound(wide({ low: 0, high: 1 }));
      const isBelow = shown !== undefined && fixedLow === undefined && values.low < shown.low;
      const isAbove = shown !== undefined && fixedHigh === undefined && values.high > shown.high;
      const isSmall =
        shown !== undefined && span(values) < span(shown) * SHRINK_BELOW && span(wide(values)) < span(shown);
      if (!shown || isSmall) shown = sound(wide(values));
      else if (isBelow || isAbove) {
        // It grows to the side where it is too small, and stays at the other.
        shown = sound(
          wide({ low: Math.min(values.low, shown.low), high: Math.max(values.high, shown.high) }),
        );
      }
      return shown;
    },
    reset() {
      shown = undefined;
    },
  };
}

function span({ low, high }: Range): number {
  return high - low;
}

/** Out to the next multiples of a round step. One value alone stands in the middle. */
function roundOut({ low, high }: Range): Range {
  let [from, to] = [within(low), within(high)];
  if (to - from < Math.max(Math.abs(from), Math.abs(to)) * 1e-12 || to === from) {
    const room = Math.abs(from) / 10 || 1;
    [from, to] = [from - room, to + room];
  }
  const step = niceStep(to - from, STEPS);
  const [down, up] = [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
  // Rounding may have lost what is nearly nothing.
  const range = { low: Math.min(down, from) + 0, high: Math.max(up, to) + 0 };
  return range.high > range.low ? range : { low: from - 1, high: to + 1 };
}

function within(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}
