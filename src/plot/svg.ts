/**
 * The picture as an SVG document: curves, axes, legend, and words for those who do not see it. Pure. Whatever a device calls its
 * series is text there, and nothing else.
 */
import { drawCurve } from "./curve.js";
import type { Range } from "./scale.js";
import type { Series } from "./series.js";
import { niceTicks, shortNumber, type Ticks, tickText } from "./ticks.js";
import type { XWindow } from "./window.js";

export interface SvgData {
  readonly title: string;
  readonly shown: readonly Series[];
  /** Undefined: there is nothing to draw. */
  readonly window: XWindow | undefined;
  readonly y: Range;
  readonly xTicks: (most: number) => Ticks;
  readonly xText: (value: number, step: number) => string;
  /** What stands on the X axis. */
  readonly xTitle: string;
}

/** In user units. */
const [WIDTH, PLOT_HEIGHT] = [960, 420];
const MARGIN = { left: 80, right: 20, top: 50, bottom: 50 };
const INNER = { width: WIDTH - MARGIN.left - MARGIN.right, height: PLOT_HEIGHT };
const LEGEND_ROW = 20;
const LEGEND_COLUMNS = 2;
/** Columns of the curves to a unit: fine enough to be enlarged. */
const FINE = 2;
/** Okabe and Ito's colours, which the colour-blind tell apart; the yellow one is darker, for it stands on white. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a68a00", "#56b4e9", "#000000", "#7a3b00"];
/** Where the colours begin anew, the line is another one. */
const DASHES = ["", "8 4", "2 3", "8 3 2 3"];

export function drawSvg(data: SvgData): string {
  const { shown } = data;
  const legendRows = Math.ceil(shown.length / LEGEND_COLUMNS);
  const height = MARGIN.top + PLOT_HEIGHT + MARGIN.bottom + legendRows * LEGEND_ROW;
  const right = MARGIN.left + INNER.width;
  const bottom = MARGIN.top + INNER.height;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="12" fill="#222">
<title id="title">${escaped(data.title)}</title>
<desc id="desc">${escaped(describe(data))}</desc>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${MARGIN.left}" y="28" font-size="16">${escaped(data.title)}</text>
<clipPath id="plot"><rect x="${MARGIN.left}" y="${MARGIN.top}" width="${INNER.width}" height="${INNER.height}"/></clipPath>
${yAxis(data.y)}${xAxis(data)}<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="#222"/>
<g fill="none" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round" clip-path="url(#plot)">
${shown.map((series) => curve(series, data)).join("")}</g>
${shown.map((series, at) => legend(series, at, bottom + MARGIN.bottom + 14)).join("")}</svg>
`;
}

/** For a screen reader: what there is, in words. */
function describe({ shown, window, xTitle, xText }: SvgData): string {
  if (!window || shown.length === 0) return "There are no values.";
  const step = (window.high - window.low) / 100;
  const span = `${xTitle} from ${xText(window.low, step)} to ${xText(window.high, step)}.`;
  return `${span} ${shown.map((series) => `${series.name}: ${summary(series)}.`).join(" ")}`;
}

function summary({ lastText, unit, low, high }: Series): string {
  const last = unit === undefined ? lastText : `${lastText} ${unit}`;
  return `last ${last}, from ${shortNumber(low)} to ${shortNumber(high)}`;
}

function yAxis(range: Range): string {
  const { values, step } = niceTicks(range.low, range.high, 8);
  return values
    .map((value) => {
      const y = round(MARGIN.top + INNER.height * (1 - (value - range.low) / (range.high - range.low)));
      return `<path d="M${MARGIN.left} ${y}h${INNER.width}" stroke="#ddd"/>
<text x="${MARGIN.left - 8}" y="${round(y + 4)}" text-anchor="end">${escaped(tickText(value, step))}</text>
`;
    })
    .join("");
}

function xAxis({ window, xTicks, xText, xTitle }: SvgData): string {
  const bottom = MARGIN.top + INNER.height;
  const middle = MARGIN.left + INNER.width / 2;
  const title = `<text x="${middle}" y="${bottom + 40}" text-anchor="middle">${escaped(xTitle)}</text>\n`;
  if (!window) return title;
  const { values, step } = xTicks(8);
  const marks = values.map((value) => {
    const x = round(MARGIN.left + (INNER.width * (value - window.low)) / (window.high - window.low));
    return `<path d="M${x} ${MARGIN.top}v${INNER.height}" stroke="#ddd"/>
<text x="${x}" y="${bottom + 20}" text-anchor="middle">${escaped(xText(value, step))}</text>
`;
  });
  return marks.join("") + title;
}

function curve(series: Series, { window, y: range }: SvgData): string {
  if (!window) return "";
  const width = INNER.width * FINE;
  const project = {
    x: (x: number) => ((x - window.low) / (window.high - window.low)) * width,
    y: (y: number) => MARGIN.top + INNER.height * (1 - (y - range.low) / (range.high - range.low)),
  };
  let path = "";
  let end = "";
  const pen = {
    line(x0: number, y0: number, x1: number, y1: number) {
      const [from, to] = [place(x0, y0), place(x1, y1)];
      if (from !== end) path += `M${from}`;
      if (to !== from || from !== end) path += `L${to}`;
      end = to;
    },
  };
  drawCurve(series.points, window.from(series), project, pen);
  const { colour, dash } = strokeOf(series.place);
  return `<path d="${path}" stroke="${colour}"${dash}><title>${escaped(series.name)}</title></path>\n`;
}

function place(x: number, y: number): string {
  return `${round(MARGIN.left + x / FINE)} ${round(y)}`;
}

function legend(series: Series, at: number, top: number): string {
  const x = MARGIN.left + (at % LEGEND_COLUMNS) * (INNER.width / LEGEND_COLUMNS);
  const y = top + Math.floor(at / LEGEND_COLUMNS) * LEGEND_ROW;
  const { colour, dash } = strokeOf(series.place);
  return `<path d="M${x} ${y - 4}h24" stroke="${colour}" stroke-width="3"${dash}/>
<text x="${x + 32}" y="${y}">${escaped(`${series.name}: ${summary(series)}`)}</text>
`;
}

function strokeOf(place: number): { colour: string; dash: string } {
  const dash = DASHES[Math.floor(place / COLOURS.length) % DASHES.length]!;
  return {
    colour: COLOURS[place % COLOURS.length]!,
    dash: dash === "" ? "" : ` stroke-dasharray="${dash}"`,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** What XML 1.0 has no place for: control characters, halves of pairs, two code points (section 2.2). */
const NO_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text.replace(NO_XML, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
