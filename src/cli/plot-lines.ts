/**
 * A plot where nothing can be drawn over another thing: the last values in a line, when they have changed, now and then. Knows how
 * often; not where the values come from.
 */
import { printable } from "../bytes/printable.js";
import type { SeriesSet } from "../plot/series.js";
import type { RowsOutput } from "./plot-output.js";

/** A screen reader has to get to the end of a line. */
const LINE_MS = 1000;

export interface PlotLines {
  /** Values have come. */
  moved(): void;
  /** The last ones, if they were not shown yet. */
  close(): void;
}

export function createPlotLines(
  set: SeriesSet,
  rows: RowsOutput,
  { utf8 }: { readonly utf8: boolean },
): PlotLines {
  let shown = "";
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const show = () => {
    clearTimeout(timer);
    timer = undefined;
    const line = lastValues(set, utf8);
    if (line === shown || line === "" || !rows.hasRoom) return;
    shown = line;
    shownAtMs = performance.now();
    rows.write(`${line}\n`);
  };
  return {
    moved() {
      timer ??= setTimeout(show, Math.max(0, shownAtMs + LINE_MS - performance.now()));
    },
    close: show,
  };
}

function lastValues(set: SeriesSet, utf8: boolean): string {
  const text = set.list
    .map(({ name, lastText, unit }) => `${name} ${lastText}${unit === undefined ? "" : ` ${unit}`}`)
    .join(", ");
  return utf8 ? printable(text) : printable(text).replace(/[^\x20-\x7e]/gu, "?");
}
