/**
 * Where things stand on the screen of a plot: title, curve, legend, status, in what there is. Pure.
 */
import type { Size } from "../surface.js";

/** A curve, a legend and a status, so that something can be read. */
export const LEAST: Size = { rows: 6, columns: 24 };
/** From so many rows on there is room for a title. */
const TITLED_ROWS = 9;

export interface PlotLayout {
  readonly hasTitle: boolean;
  readonly chart: Size & { readonly top: number };
  /** Rows that a legend may have at the most. */
  readonly legendRows: number;
}

export function isTooSmall({ rows, columns }: Size): boolean {
  return rows < LEAST.rows || columns < LEAST.columns;
}

export function legendRoom(rows: number): number {
  return Math.max(1, Math.floor(rows / 4));
}

/** For a legend of `legendRows` rows and a status of `statusRows`. */
export function layoutOf({ rows, columns }: Size, legendRows: number, statusRows: number): PlotLayout {
  const hasTitle = rows >= TITLED_ROWS;
  const top = hasTitle ? 1 : 0;
  return {
    hasTitle,
    chart: { top, rows: Math.max(1, rows - top - legendRows - statusRows), columns },
    legendRows,
  };
}
