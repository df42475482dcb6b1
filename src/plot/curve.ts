/**
 * One series to dots: all entries of one column of dots are one upright line from the lowest to the highest, joined with the
 * column before. Pure. What it costs goes by the entries, not by the points that they stand for.
 */
import type { Points } from "./points.js";

/** Where lines go: dots of a terminal, or a path. */
export interface Pen {
  line(x0: number, y0: number, x1: number, y1: number): void;
}

/** X and Y of the data to places of the pen. */
export interface Projection {
  readonly x: (x: number) => number;
  readonly y: (y: number) => number;
}

/** Draws `points` from the entry `from` on. */
export function drawCurve(points: Points, from: number, { x, y }: Projection, pen: Pen): void {
  let column = Number.NaN;
  let [low, high, last] = [0, 0, 0];
  const upright = () => {
    if (!Number.isNaN(column)) pen.line(column, low, column, high);
  };
  points.visit((x0, x1, first, lowest, highest, newest, isBroken) => {
    const [left, top, bottom] = [Math.round(x(x0)), y(highest), y(lowest)];
    const [start, end] = [y(first), y(newest)];
    if (left === column && !isBroken) {
      low = Math.max(low, bottom, start);
      high = Math.min(high, top, start);
    } else {
      upright();
      if (!isBroken && !Number.isNaN(column)) pen.line(column, last, left, start);
      [column, low, high] = [left, bottom, top];
    }
    last = end;
    const right = Math.round(x(x1));
    if (right === column) return;
    // An entry that is wider than a column.
    upright();
    pen.line(column, top, right, bottom);
    [column, low, high] = [right, end, end];
  }, from);
  upright();
}
