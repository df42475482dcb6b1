/**
 * The picture in a terminal: curves, their scales and what is written at them, as rows of text. Pure. Knows cells; not legends and
 * keys, which stand around it.
 */
import { drawCurve } from "./curve.js";
import { type DotStyle, Dots } from "./dots.js";
import type { Range } from "./scale.js";
import type { Series } from "./series.js";
import { niceTicks, type Ticks, tickText } from "./ticks.js";
import type { XWindow } from "./window.js";

export interface ChartLooks {
  readonly color: boolean;
  readonly utf8: boolean;
}

export interface ChartData {
  readonly shown: readonly Series[];
  readonly window: XWindow;
  readonly y: Range;
  /** Ticks of X, at most so many, and what is written at one. */
  readonly xTicks: (most: number) => Ticks;
  readonly xText: (value: number, step: number) => string;
}

export interface ChartSize {
  readonly rows: number;
  readonly columns: number;
}

/** Rows between two ticks of Y, at the least. */
const TICK_ROWS = 2.5;
const MOST_TICKS = 10;
/** Columns that a tick's text of X takes, with a gap. */
const TICK_COLUMNS = 14;
/** The same where there would be one tick alone. */
const LEAST_COLUMNS = 10;
/** From so many rows on the X axis has a line of its own. */
const ROOMY_ROWS = 10;

interface Axis {
  readonly upright: string;
  readonly tick: string;
  readonly corner: string;
  readonly flat: string;
  readonly down: string;
}
const LINES: Axis = { upright: "│", tick: "┤", corner: "└", flat: "─", down: "┬" };
const ASCII: Axis = { upright: "|", tick: "+", corner: "+", flat: "-", down: "+" };

/** Colours tell lines apart, and so do letters; braille dots alone only where there is one line. */
function dotStyle({ color, utf8 }: ChartLooks, count: number): DotStyle {
  return utf8 && (color || count <= 1) ? "braille" : "marks";
}

/** Exactly `rows` rows, each `columns` wide or less. */
export function drawChart(data: ChartData, { rows, columns }: ChartSize, looks: ChartLooks): string[] {
  const axis = looks.utf8 ? LINES : ASCII;
  const dim = (text: string) => (looks.color ? `\x1b[2m${text}\x1b[0m` : text);
  const hasLine = rows >= ROOMY_ROWS;
  const height = rows - (hasLine ? 2 : 1);
  const mostTicks = Math.max(2, Math.min(MOST_TICKS, Math.floor(height / TICK_ROWS)));
  const ticks = atLeastTwo((most) => niceTicks(data.y.low, data.y.high, most), mostTicks, height);
  const texts = ticks.values.map((value) => tickText(value, ticks.step));
  const gutter = Math.max(...texts.map((text) => text.length), 1);
  const width = Math.max(1, columns - gutter - 1);

  const dots = new Dots(width, height, dotStyle(looks, data.shown.length));
  const project = {
    x: along(data.window, dots.width - 1),
    y: (y: number) => dots.height - 1 - along(data.y, dots.height - 1)(y),
  };
  for (const series of data.shown) {
    const pen = {
      line: (x0: number, y0: number, x1: number, y1: number) => dots.line(x0, y0, x1, y1, series.place),
    };
    drawCurve(series.points, data.window.from(series), project, pen);
  }

  const labels = new Map<number, string>();
  const rowOf = (value: number) => Math.round((height - 1) * (1 - along(data.y, 1)(value)));
  for (const [at, value] of ticks.values.entries()) labels.set(rowOf(value), texts[at]!);
  const cells = dots.rows(looks.color, data.shown.length <= 1);
  const chart = cells.map((row, at) => {
    const label = labels.get(at);
    const edge = label === undefined ? axis.upright : axis.tick;
    return `${dim((label ?? "").padStart(gutter) + edge)}${row}`;
  });
  const { line, text } = xAxis(data, width, axis);
  const indent = " ".repeat(gutter);
  if (hasLine) chart.push(dim(indent + axis.corner + line));
  chart.push(dim(`${indent} ${text}`));
  return chart;
}

/** One tick alone says nothing of the scale: more are asked for, up to `limit`. */
function atLeastTwo(ticksFor: (most: number) => Ticks, most: number, limit: number): Ticks {
  let ticks = ticksFor(most);
  for (let more = most + 1; ticks.values.length < 2 && more <= limit; more++) ticks = ticksFor(more);
  return ticks;
}

/** `value` between the ends of `range`, as 0 to `length`. */
function along({ low, high }: Range, length: number): (value: number) => number {
  const scale = length / (high - low);
  return (value) => (value - low) * scale;
}

function xAxis(data: ChartData, width: number, axis: Axis): { line: string; text: string } {
  const most = Math.max(2, Math.floor(width / TICK_COLUMNS));
  const { values, step } = atLeastTwo(data.xTicks, most, Math.floor(width / LEAST_COLUMNS));
  const line = Array.from({ length: width }, () => axis.flat);
  let text = "";
  for (const value of values) {
    const at = Math.round(along(data.window, width - 1)(value));
    if (at < 0 || at >= width) continue;
    line[at] = axis.down;
    const label = data.xText(value, step);
    const start = Math.min(Math.max(0, at - (label.length >> 1)), width - label.length);
    if (start > text.length || (start >= 0 && text === "")) text = text.padEnd(start) + label;
  }
  return { line: line.join(""), text };
}
