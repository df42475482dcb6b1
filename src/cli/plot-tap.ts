/**
 * What a plot hears of a session: bytes become lines, lines rows of numbers, and rows go to the series and to the table. Knows this
 * order, and which line may have begun before anybody listened; not who draws.
 */
import { type CsvLayout, createCsv } from "../plot/csv.js";
import { createLines } from "../plot/lines.js";
import type { Reader } from "../plot/reader.js";
import type { SeriesSet } from "../plot/series.js";
import type { Clock } from "../session/clock.js";
import type { Tap } from "../session/tap.js";
import type { RowsOutput } from "./plot-output.js";

/**
 * Bytes that come sooner after the port was opened were on their way: the line that they end had begun before. Longer than what an
 * adapter waits before it passes on few bytes.
 */
const ON_THE_WAY_US = 30_000;
/** So long a table's first row waits for the other columns, ms. */
const HEADER_MS = 1000;

interface PlotTapOptions {
  readonly reader: Reader;
  readonly set: SeriesSet;
  readonly clock: Clock;
  /** Whether the device may have spoken before the port was opened: not at a pty, whose lines begin with the first byte. */
  readonly mayBeCut: boolean;
  readonly table: { readonly rows: RowsOutput; readonly layout: CsvLayout } | undefined;
  /** A name for which the table has no column. */
  readonly onLate: (name: string) => void;
  /** Rows or lines have come. */
  readonly onMoved: () => void;
}

export interface PlotTap extends Tap {
  /** Lines that came, those with a number and those without. */
  readonly lines: number;
  readonly skippedLines: number;
  /** The device was lost, or is back: what has begun has no end. */
  interrupted(): void;
}

export function createPlotTap(options: PlotTapOptions): PlotTap {
  const { reader, set, clock, table, mayBeCut, onMoved } = options;
  let count = 0;
  let text = "";
  let openedAtUs = clock.nowUs();
  let isFirst = mayBeCut;
  let isCut = false;
  let headerTimer: NodeJS.Timeout | undefined;

  const csv =
    table &&
    createCsv({
      layout: table.layout,
      write: (more) => {
        text += more;
      },
      timeText: (atUs) => (clock.wallUs(atUs) / 1e6).toFixed(6),
      onLate: options.onLate,
    });
  const splitter = createLines((line, atUs) => {
    count++;
    if (isCut) {
      isCut = false;
      return;
    }
    for (const row of reader.read(line)) {
      set.push(row, atUs);
      csv?.push(row, atUs);
    }
  });
  const flush = () => {
    if (text !== "") table?.rows.write(text);
    text = "";
  };
  const begin = () => {
    clearTimeout(headerTimer);
    headerTimer = undefined;
    csv?.begin();
    flush();
  };

  const tap: PlotTap = {
    rx(bytes, end, atUs) {
      if (isFirst) {
        isFirst = false;
        isCut = atUs - openedAtUs < ON_THE_WAY_US;
      }
      const before = count;
      splitter.push(bytes, end, atUs);
      flush();
      if (csv?.isWaiting) headerTimer ??= setTimeout(begin, HEADER_MS);
      if (count > before) onMoved();
    },
    get lines() {
      return count;
    },
    get skippedLines() {
      return splitter.skipped;
    },
    interrupted() {
      splitter.drop();
      isFirst = mayBeCut;
      isCut = false;
      openedAtUs = clock.nowUs();
    },
    get hasRoom() {
      return table?.rows.hasRoom ?? true;
    },
    onRoom: () => {},
    async settle(limitMs) {
      begin();
      await table?.rows.settle(limitMs);
    },
    close() {
      begin();
      table?.rows.close();
    },
  };
  if (table) table.rows.onRoom = () => tap.onRoom();
  return tap;
}
