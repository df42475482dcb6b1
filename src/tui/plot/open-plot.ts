/**
 * A plot on a surface: its model, its frames, and how often there is one. Values never pass through Ink: it draws what stands
 * around the curve, from names and last values, a few times a second; the curve's rows are put into the frame as text.
 */
import { Text } from "ink";
import { createElement, type ReactElement } from "react";
import { drawChart } from "../../plot/chart.js";
import { pictureOf } from "../../plot/picture.js";
import { PLOT_KEYS } from "../../plot/plot-keys.js";
import { cutEnd, safeText, wrapWords } from "../fit-text.js";
import type { Shown, ShowOptions } from "../show.js";
import type { Looks, Size } from "../surface.js";
import { PlotChrome } from "./chrome.js";
import { isTooSmall, LEAST, layoutOf, legendRoom, type PlotLayout } from "./layout.js";
import { legendOf } from "./legend.js";
import { type PlotFeed, type PlotHooks, PlotModel } from "./plot-model.js";

/** Between two pictures of values that come: 15 a second. */
const PICTURE_MS = 66;
/** Between two legends. */
const LEGEND_MS = 250;
const HELP_ROWS = 4;
/** A picture that stands still looks as one that moves slowly: from so long on it is said, each second. */
const SILENT_MS = 5000;
const SECOND_MS = 1000;

export interface OpenPlot {
  readonly model: PlotModel;
  /** What a stage shows. */
  readonly view: ShowOptions;
  /** Where it is shown. */
  attach(shown: Pick<Shown, "changed" | "repaint">): void;
  /** Values have come. */
  moved(): void;
  close(): void;
}

export function openPlot(feed: PlotFeed, hooks: PlotHooks, looks: Looks): OpenPlot {
  const model = new PlotModel(feed, hooks);
  let shown: Pick<Shown, "changed" | "repaint"> | undefined;
  let layout: PlotLayout | undefined;
  let itemWidth = 0;
  let timer: NodeJS.Timeout | undefined;
  let legendTimer: NodeJS.Timeout | undefined;
  let legendAtMs = Number.NEGATIVE_INFINITY;

  let movedAtMs = performance.now();
  const silentMs = () => (model.end === undefined && feed.lines() > 0 ? performance.now() - movedAtMs : 0);
  const silence = setInterval(() => {
    if (silentMs() >= SILENT_MS) shown?.changed();
  }, SECOND_MS);
  model.onChanged = () => shown?.changed();
  const render = (size: Size): ReactElement => {
    legendAtMs = performance.now();
    if (isTooSmall(size)) {
      layout = undefined;
      const text = `robin plot needs ${LEAST.columns}x${LEAST.rows}, this is ${size.columns}x${size.rows}: q quits`;
      return createElement(Text, { wrap: "truncate" }, cutEnd(text, size.columns, looks));
    }
    const { list } = model.set;
    if (list.length === 0) itemWidth = 0;
    const { legend, width } = legendOf(list, {
      columns: size.columns,
      rows: legendRoom(size.rows),
      hidden: model.hidden,
      looks,
      leastWidth: itemWidth,
    });
    itemWidth = width;
    const status = statusRows(model, size, legend.left, looks);
    layout = layoutOf(size, legend.rows.length, status.length);
    return createElement(PlotChrome, {
      title: layout.hasTitle ? titleText(model, silentMs(), size.columns, looks) : undefined,
      chartRows: layout.chart.rows,
      legend: legend.rows,
      status,
      level: model.message?.level,
    });
  };

  return {
    model,
    view: {
      render,
      compose(rows, size) {
        if (!layout) return rows;
        const { top, rows: height } = layout.chart;
        const chart = chartRows(model, { rows: height, columns: size.columns }, looks);
        return [...rows.slice(0, top), ...chart, ...rows.slice(top + height)];
      },
      onKey: (key) => model.key(key),
    },
    attach(where) {
      shown = where;
    },
    moved() {
      movedAtMs = performance.now();
      timer ??= setTimeout(() => {
        timer = undefined;
        if (!model.isPaused) shown?.repaint();
      }, PICTURE_MS);
      // The legend has the last values: now and then is enough for who reads them.
      legendTimer ??= setTimeout(
        () => {
          legendTimer = undefined;
          shown?.changed();
        },
        Math.max(0, legendAtMs + LEGEND_MS - performance.now()),
      );
    },
    close() {
      clearTimeout(timer);
      clearTimeout(legendTimer);
      clearInterval(silence);
      model.close();
    },
  };
}

function chartRows(model: PlotModel, size: Size, looks: Looks): string[] {
  const { shown, set, zoom, range, feed } = model;
  const picture = pictureOf(set, { shown, zoom, range, startWall: feed.startWall() });
  const { window } = picture;
  if (window) return drawChart({ ...picture, window }, size, looks);
  const { x } = set.options;
  const text =
    shown.length > 0 && x.kind === "name"
      ? `no row has a number that is called ${safeText(x.name, looks)}, which is to be X`
      : set.list.length > 0
        ? "all series are hidden"
        : waitingText(feed.lines());
  const lines = wrapWords(text, Math.max(1, size.columns - 2), size.rows, looks);
  const above = Math.max(0, (size.rows - lines.length) >> 1);
  const rows = Array.from({ length: size.rows }, (_, row) => lines[row - above] ?? "");
  return rows.map((row) => (row === "" ? "" : ` ${row}`));
}

function waitingText(lines: number): string {
  if (lines === 0) return "nothing has come yet";
  const came = lines === 1 ? "1 line has come" : `${lines} lines have come`;
  return `${came}, none with numbers alone; --match REGEX takes them out of other text`;
}

function titleText(model: PlotModel, silentMs: number, columns: number, looks: Looks): string {
  const { feed, set, zoom } = model;
  const parts = [safeText(feed.title, looks)];
  const { unseen } = model;
  if (model.isPaused) {
    parts.push(unseen === 0 ? "paused" : `paused, ${unseen} ${unseen === 1 ? "row" : "rows"} since`);
  }
  if (zoom > 1) parts.push(`zoom ${zoom}x`);
  if (set.refused > 0) parts.push(`${set.refused} more series are not drawn`);
  if (model.end !== undefined) parts.push(model.end);
  else if (feed.isAway()) parts.push("waiting for the port");
  else if (silentMs >= SILENT_MS) parts.push(`nothing for ${Math.floor(silentMs / SECOND_MS)} s`);
  return cutEnd(parts.join(looks.utf8 ? " · " : " - "), columns, looks);
}

function statusRows(model: PlotModel, { rows, columns }: Size, left: number, looks: Looks): string[] {
  if (model.message) return [cutEnd(safeText(model.message.text, looks), columns, looks)];
  if (model.isEscaped) return ["q quit  z suspend  ? keys"];
  if (model.isHelp) return helpRows(columns, rows < 12 ? 1 : HELP_ROWS, looks);
  const parts = [
    ...(model.end === undefined || rows >= 9 ? [] : [model.end]),
    ...(model.isPaused && rows < 9 ? ["paused"] : []),
    "? keys  q quit",
    ...(left > 0 ? [`${left} more series`] : []),
  ];
  return [cutEnd(parts.join("  "), columns, looks)];
}

/** All keys, each with what it does in one row. */
function helpRows(columns: number, most: number, looks: Looks): string[] {
  const rows: string[] = [];
  for (const { shown, does } of PLOT_KEYS) {
    const text = `${shown} ${does}`;
    const last = rows.at(-1);
    const longer = last === undefined ? text : `${last}  ${text}`;
    if (last === undefined || (longer.length > columns && rows.length < most)) rows.push(text);
    else rows[rows.length - 1] = longer;
  }
  return rows.map((row) => cutEnd(row, columns, looks));
}
