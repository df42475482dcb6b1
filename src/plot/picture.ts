/**
 * What a picture is made of, on a screen or in a file: the part that is shown, the range of Y, ticks of X in words. Pure but for
 * the time zone.
 */
import { type AutoRange, type Bounds, createAutoRange, type Range } from "./scale.js";
import type { Series, SeriesSet } from "./series.js";
import { drawSvg } from "./svg.js";
import { clockText, clockTicks, niceTicks, shortNumber, type Ticks, zoneOffset } from "./ticks.js";
import { valuesIn, windowOf, type XWindow } from "./window.js";

export interface Picture {
  readonly shown: readonly Series[];
  readonly window: XWindow | undefined;
  readonly y: Range;
  readonly xTicks: (most: number) => Ticks;
  readonly xText: (value: number, step: number) => string;
  readonly xTitle: string;
}

interface PictureOptions {
  readonly shown: readonly Series[];
  /** 1: all that is kept. */
  readonly zoom: number;
  readonly range: AutoRange;
  /** The wall clock at second 0 of the session, in seconds since the epoch. */
  readonly startWall: number;
}

export function pictureOf(set: SeriesSet, { shown, zoom, range, startWall }: PictureOptions): Picture {
  const window = windowOf(set, shown, zoom);
  const { x } = set.options;
  const y = range.update(window && valuesIn(shown, window));
  const common = { shown, window, y };
  if (x.kind !== "time") {
    return {
      ...common,
      xTicks: (most) => niceTicks(window?.low ?? 0, window?.high ?? 1, most),
      xText: (value, step) => shortNumber(Math.abs(value) < step / 1e6 ? 0 : value),
      xTitle: x.kind === "name" ? x.name : "row",
    };
  }
  const [low, high] = [(window?.low ?? 0) + startWall, (window?.high ?? 1) + startWall];
  return {
    ...common,
    xTicks(most) {
      const { step, values } = clockTicks(low, high, most, zoneOffset(high));
      return { step, values: values.map((value) => value - startWall) };
    },
    xText: (value, step) => clockText(value + startWall, step),
    xTitle: "time",
  };
}

interface SvgOptions {
  readonly title: string;
  readonly bounds: Bounds;
  readonly startWall: number;
  /** Default: all series, and all that is kept of them. */
  readonly shown?: readonly Series[];
  readonly zoom?: number;
}

/** As an SVG document. */
export function svgOf(set: SeriesSet, options: SvgOptions): string {
  const { title, bounds, startWall, shown = set.list, zoom = 1 } = options;
  return drawSvg({ ...pictureOf(set, { shown, zoom, range: createAutoRange(bounds), startWall }), title });
}
