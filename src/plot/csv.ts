/**
 * Rows of values to CSV (RFC 4180, lines end with LF): one column for each name, or one line for each value. Pure. Knows columns
 * and quotes; not where the text goes, nor what time it is.
 *
 * A wide table's header is written when a name has come for the second time: by then all that a device prints one after the
 * other is known. What comes later has no column; a long table has a place for everything.
 */
import type { Value } from "./value.js";

export type CsvLayout = "wide" | "long";

interface CsvOptions {
  readonly layout: CsvLayout;
  readonly write: (text: string) => void;
  /** What is written for a moment of the session's clock. */
  readonly timeText: (atUs: number) => string;
  /** A name came for which there is no column. Told once for each, for the first hundred. */
  readonly onLate: (name: string) => void;
}

export interface Csv {
  push(row: readonly Value[], atUs: number): void;
  /** Whether rows wait for the header. */
  readonly isWaiting: boolean;
  /** Waits no longer: what was heard so far are the columns. */
  begin(): void;
}

/** So many rows with another name each, and no more, wait for the header. */
const MOST_WAITING = 256;
const MOST_LATE = 100;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;
const INFINITE = /^[+-]?inf/i;
const HEX = /x/i;

export function createCsv(options: CsvOptions): Csv {
  return options.layout === "long" ? createLong(options) : createWide(options);
}

function createLong({ write, timeText }: CsvOptions): Csv {
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun) write("time,name,value,unit\n");
    hasBegun = true;
  };
  return {
    push(row, atUs) {
      begin();
      const time = timeText(atUs);
      const lines = row.map((one) => [time, quoted(one.name), number(one), quoted(one.unit ?? "")].join());
      write(`${lines.join("\n")}\n`);
    },
    isWaiting: false,
    begin,
  };
}

function createWide({ write, timeText, onLate }: CsvOptions): Csv {
  const columns = new Map<string, number>();
  const late = new Set<string>();
  let waiting: { readonly row: readonly Value[]; readonly atUs: number }[] = [];
  let hasBegun = false;

  const put = (row: readonly Value[], atUs: number) => {
    const cells = new Array<string>(columns.size).fill("");
    let has = false;
    for (const one of row) {
      const at = columns.get(one.name);
      if (at !== undefined) {
        cells[at] = number(one);
        has = true;
      } else if (!late.has(one.name) && late.size < MOST_LATE) {
        late.add(one.name);
        onLate(one.name);
      }
    }
    if (has) write(`${timeText(atUs)},${cells.join()}\n`);
  };
  const begin = () => {
    if (hasBegun || waiting.length === 0) return;
    hasBegun = true;
    write(`time,${[...columns.keys()].map(quoted).join()}\n`);
    for (const { row, atUs } of waiting) put(row, atUs);
    waiting = [];
  };
  return {
    push(row, atUs) {
      if (hasBegun) return put(row, atUs);
      const isRepeated = row.some(({ name }) => columns.has(name));
      for (const { name } of row) if (!columns.has(name)) columns.set(name, columns.size);
      waiting.push({ row, atUs });
      if (isRepeated || waiting.length >= MOST_WAITING) begin();
    },
    get isWaiting() {
      return waiting.length > 0;
    },
    begin,
  };
}

/** As it was written, where programs that read tables know it. */
function number({ value, text }: Value): string {
  if (Number.isNaN(value)) return INFINITE.test(text) ? text.toLowerCase() : "nan";
  return HEX.test(text) ? String(value) : text;
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
