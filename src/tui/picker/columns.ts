/**
 * The columns of ports: which of them there is room for, and how wide each is. Pure.
 */
import { textWidth } from "../../bytes/char-width.js";
import { shrink } from "../../bytes/column-widths.js";
import { cutEnd, padEnd, safeText } from "../fit-text.js";
import type { Looks } from "../surface.js";
import type { PickerRow } from "./row.js";

interface Column {
  readonly title: string;
  readonly of: (row: PickerRow) => string | undefined;
  /** How far it may be cut before another one is left out, and how far then. */
  readonly usable?: number;
  readonly atLeast?: number;
  /** Which goes first where there is no room for all: the highest. Absent: none of these. */
  readonly leaves?: number;
}

const COLUMNS: readonly Column[] = [
  { title: "PORT", of: ({ name }) => name },
  { title: "DRIVER", of: ({ driver }) => driver, leaves: 3 },
  { title: "USB ID", of: ({ usbId }) => usbId, leaves: 4 },
  { title: "PRODUCT", of: ({ product }) => product, usable: 15, atLeast: 6 },
  { title: "SERIAL", of: ({ serial }) => serial, usable: 8, leaves: 2 },
  { title: "AGE", of: ({ age, isNew }) => (isNew && age ? `${age} new` : age), leaves: 1 },
];
const GAP = 2;
/** No path is so long; a profile's name may be. */
const MOST_CELLS = 30;

export interface Columns {
  readonly titles: string;
  /** A row's cells; what stands in place of columns begins where the second one does. */
  of(row: PickerRow): string;
}

/** Columns for all `rows` in `room` cells; one that no port has anything for is left out. */
export function columnsFor(rows: readonly PickerRow[], room: number, looks: Pick<Looks, "utf8">): Columns {
  const ports = rows.filter(({ about }) => about === undefined);
  const wanted = COLUMNS.map((column) => {
    const cells = (column.title === "PORT" ? rows : ports).map((row) =>
      safeText(column.of(row) ?? "", looks).trim(),
    );
    const width = Math.min(MOST_CELLS, Math.max(0, ...cells.map(textWidth)));
    return { column, width: width === 0 ? 0 : Math.max(width, column.title.length) };
  }).filter(({ width }) => width > 0);
  const least = ({ column, width }: (typeof wanted)[number]) => Math.min(width, column.usable ?? width);
  const kept = [...wanted];
  const needed = () => kept.reduce((sum, one) => sum + least(one), GAP * (kept.length - 1));
  while (needed() > room) {
    const next = kept.reduce((last, one) =>
      (one.column.leaves ?? 0) > (last.column.leaves ?? 0) ? one : last,
    );
    if (next.column.leaves === undefined) break;
    kept.splice(kept.indexOf(next), 1);
  }
  // Where a product could say nothing any more, the path has all the room.
  const [port, product] = kept;
  if (
    port &&
    product?.column.atLeast &&
    port.width + GAP + Math.min(product.width, product.column.atLeast) > room
  ) {
    kept.length = 1;
  }
  const widths = shrink(
    kept.map((one) => {
      const { width, column } = one;
      const atLeast = kept.length === 1 ? 0 : (column.atLeast ?? least(one));
      return { width, atLeast: Math.min(width, atLeast) };
    }),
    room,
    GAP,
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => filled(cell, widths[at]!, looks))
      .join(" ".repeat(GAP))
      .trimEnd();
  return {
    titles: line(kept.map(({ column }) => column.title)),
    of(row) {
      const { name, about } = row;
      if (about === undefined)
        return line(kept.map(({ column }) => safeText(column.of(row) ?? "", looks).trim()));
      return `${filled(safeText(name, looks), widths[0] ?? 0, looks)}${" ".repeat(GAP)}${safeText(about, looks)}`;
    },
  };
}

/** Exactly `width` cells of it. */
export function filled(text: string, width: number, looks: Pick<Looks, "utf8">): string {
  return padEnd(cutEnd(text, width, looks), width);
}
