/**
 * The legend of a plot in rows: number, mark, name, last value, range. Pure. Knows how wide things are; not their colours.
 */
import { textWidth } from "../../bytes/char-width.js";
import { markOf } from "../../plot/dots.js";
import type { Series } from "../../plot/series.js";
import { shortNumber } from "../../plot/ticks.js";
import { cutEnd, padEnd, safeText } from "../fit-text.js";
import type { Looks } from "../surface.js";

export interface LegendItem {
  readonly place: number;
  /** In the series' colour. */
  readonly mark: string;
  readonly text: string;
  readonly isHidden: boolean;
}

/** Items side by side, all of one width, and blanks behind each. */
export interface Legend {
  readonly rows: readonly (readonly LegendItem[])[];
  /** How many series there was no room for. */
  readonly left: number;
}

export interface LegendOptions {
  readonly columns: number;
  /** At the most. */
  readonly rows: number;
  readonly hidden: ReadonlySet<string>;
  readonly looks: Pick<Looks, "color" | "utf8">;
  /** Items are no narrower: their values change, and their places shall not. */
  readonly leastWidth: number;
}

const GAP = 2;
/** Keys hide the first nine. */
const NUMBERED = 9;

export function legendOf(list: readonly Series[], options: LegendOptions): { legend: Legend; width: number } {
  const full = itemsOf(list, options, true);
  const [items, width] =
    rowsFor(full, options) <= options.rows
      ? [full, widthOf(full, options)]
      : ((short) => [short, widthOf(short, options)] as const)(itemsOf(list, options, false));
  const perRow = perRowOf(width, options.columns);
  const rows: LegendItem[][] = [];
  for (let at = 0; at < items.length && rows.length < options.rows; at += perRow) {
    const row = items.slice(at, at + perRow).map((item) => fitted(item, width - GAP, options));
    const last = row.at(-1)!;
    rows.push([...row.slice(0, -1), { ...last, text: last.text.trimEnd() }]);
  }
  return { legend: { rows, left: Math.max(0, items.length - perRow * options.rows) }, width };
}

function itemsOf(list: readonly Series[], options: LegendOptions, hasRange: boolean): LegendItem[] {
  const { hidden, looks } = options;
  return list.map((series, at) => {
    const number = at < NUMBERED ? String(at + 1) : " ";
    const isHidden = hidden.has(series.name);
    const line = looks.utf8 ? "━" : "=";
    const mark = isHidden ? " " : looks.color ? line : markOf(series.place);
    const unit = series.unit === undefined ? "" : ` ${series.unit}`;
    const range = hasRange && series.count > 1 ? ` (${rangeText(series, looks)})` : "";
    const value = isHidden ? "hidden" : `${series.lastText}${unit}${range}`;
    return {
      place: series.place,
      mark: `${number}${mark}`,
      text: safeText(` ${series.name} ${value}`, looks),
      isHidden,
    };
  });
}

function rangeText({ low, high }: Series, { utf8 }: Pick<Looks, "utf8">): string {
  return `${shortNumber(low)}${utf8 ? "…" : ".."}${shortNumber(high)}`;
}

function widthOf(items: readonly LegendItem[], { columns, leastWidth }: LegendOptions): number {
  const widest = Math.max(0, ...items.map(({ mark, text }) => textWidth(mark + text))) + GAP;
  return Math.min(Math.max(widest, leastWidth), columns + GAP);
}

function perRowOf(width: number, columns: number): number {
  return Math.max(1, Math.floor((columns + GAP) / Math.max(1, width)));
}

function rowsFor(items: readonly LegendItem[], options: LegendOptions): number {
  return Math.ceil(items.length / perRowOf(widthOf(items, options), options.columns));
}

function fitted(item: LegendItem, columns: number, { looks }: LegendOptions): LegendItem {
  const room = Math.max(0, columns - textWidth(item.mark));
  return { ...item, text: padEnd(cutEnd(item.text, room, looks), room + GAP) };
}
