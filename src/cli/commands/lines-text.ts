/**
 * Modem lines as text and as JSON: the table, the line of a watch. Pure; knows how they look.
 */
import { onOff } from "../../port/describe.js";
import type { LineChange } from "../../port/lines/watch.js";
import {
  type AllLines,
  type AnyLine,
  INPUT_LINES,
  type LineCounters,
  OUTPUT_LINES,
} from "../../tty/modem-lines.js";

/** In the order of the JSON that programs rely on; the last three only where the driver has them. */
const STANDARD: readonly AnyLine[] = ["dtr", "rts", "cts", "dsr", "dcd", "ri"];
const EXTRA: readonly AnyLine[] = ["out1", "out2", "loop"];

/**
 * Whether the driver shows OUT1, OUT2 and LOOP. No request tells; but a 16550A has OUT2 on while it is open, for on PCs
 * that is what lets its interrupts through.
 */
export function showsExtra(lines: AllLines): boolean {
  return EXTRA.some((line) => lines[line]);
}

/** The keys of `lines --json`; counters where the driver has them. */
export function linesJson(lines: AllLines, extra: boolean, counters?: LineCounters): Record<string, unknown> {
  const shown = extra ? [...STANDARD, ...EXTRA] : STANDARD;
  const state = Object.fromEntries(shown.map((line) => [line, lines[line]]));
  if (counters === undefined) return state;
  const { rx, tx, frame, parity, overrun, brk, bufOverrun } = counters;
  return { ...state, counters: { rx, tx, frame, parity, overrun, brk, bufOverrun } };
}

/** Who drives what, at a glance. */
export function linesTable(path: string, lines: AllLines, extra: boolean, counters?: LineCounters): string {
  const outputs = OUTPUT_LINES.filter((line) => extra || STANDARD.includes(line));
  const rows = [path, `  host    ${states(outputs, lines)}`, `  device  ${states(INPUT_LINES, lines)}`];
  if (counters !== undefined) {
    const { rx, tx, frame, parity, overrun, brk, bufOverrun } = counters;
    const errors = `frame ${frame}, parity ${parity}, overrun ${overrun}, brk ${brk}, buf_overrun ${bufOverrun}`;
    rows.push(`  driver  rx ${rx}, tx ${tx}, ${errors}`);
  }
  return `${rows.join("\n")}\n`;
}

function states(names: readonly AnyLine[], lines: AllLines): string {
  return names
    .map((name) => `${name.toUpperCase()} ${onOff(lines[name]).padEnd(3)}`)
    .join("  ")
    .trimEnd();
}

/** The first line of a watch: every line as it stands. */
export function stateLine(atUs: number, lines: AllLines, extra: boolean): string {
  const shown = extra ? [...STANDARD, ...EXTRA] : STANDARD;
  return `${timeOfDay(atUs)} ${shown.map((name) => `${name.toUpperCase()} ${onOff(lines[name])}`).join(", ")}\n`;
}

/** `12:03:04.123456 CTS on`, and what a look could not see where the driver has counted it. */
export function changeLine(atUs: number, { line, on, was, counted = 0 }: LineChange): string {
  const notes = [
    ...(was === on ? [`${onOff(!on)} in between`] : []),
    ...(counted > 2 ? [`${counted} changes`] : []),
  ];
  const note = notes.length > 0 ? ` (${notes.join(", ")})` : "";
  return `${timeOfDay(atUs)} ${line.toUpperCase()} ${onOff(on)}${note}\n`;
}

/** Local time with microseconds; `atUs` counts from the epoch. */
function timeOfDay(atUs: number): string {
  const date = new Date(Math.floor(atUs / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const us = String(Math.floor(atUs % 1e6)).padStart(6, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${us}`;
}
