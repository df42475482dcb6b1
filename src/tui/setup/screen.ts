/**
 * The form in rows of a screen: a title, groups of fields as far as there is room, and what stands below them. Pure.
 */
import { cutMiddle, safeText } from "../fit-text.js";
import { lampSign } from "../menu/fact-rows.js";
import { cutRow, type Row, rowWidth } from "../rows.js";
import { scrolled } from "../scrolled.js";
import { isTooSmall, tooSmall } from "../small-screen.js";
import type { Looks, Size } from "../surface.js";
import { detailRows, hintRow } from "./below-fields.js";
import { entryRow, MARGIN } from "./entry-row.js";
import type { SetupModel } from "./model.js";

type Signs = Pick<Looks, "utf8">;

export interface SetupScreen {
  readonly rows: readonly Row[];
  /** Fields and headings that are seen at once, and the first one. */
  readonly room: number;
  readonly top: number;
  readonly cursor?: { readonly row: number; readonly column: number };
}

export function setupScreen(model: SetupModel, title: string, size: Size, signs: Signs): SetupScreen {
  const { rows: height, columns } = size;
  if (isTooSmall(size)) return { rows: tooSmall(size, signs), room: 1, top: 0 };
  const details = height >= 20 ? 3 : height >= 9 ? 2 : 1;
  const room = height - 2 - details;
  const body = bodyOf(model);
  const chosen = body.indexOf(model.selected);
  // With its heading, where that is right above it.
  const first = typeof body[chosen - 1] === "string" ? chosen - 1 : chosen;
  const top = scrolled(model.top, {
    total: body.length,
    room,
    first: room > 1 ? first : chosen,
    last: chosen,
  });
  const nameColumns = Math.max(...model.entries.map(({ id }) => id.length));
  const widths = { columns, name: Math.min(nameColumns, Math.floor(columns / 2) - MARGIN - 2) };
  let cursor: SetupScreen["cursor"];
  const seen = Array.from({ length: room }, (_, at): Row => {
    const line = body[top + at];
    if (line === undefined) return [];
    if (typeof line === "string") return [{ text: ` ${line}`, tone: "strong" }];
    const { row, cursorColumn } = entryRow(model, line, widths, signs);
    if (cursorColumn !== undefined) cursor = { row: at + 1, column: Math.min(cursorColumn, columns - 1) };
    return row;
  });
  const part = body.length > room ? `${top + 1}-${Math.min(body.length, top + room)}/${body.length}` : "";
  const rows = [
    titleRow(model, title, columns, signs),
    ...seen,
    ...detailRows(model, details, columns, signs),
    hintRow(model, part, columns, signs),
  ];
  return { rows: rows.map((row) => cutRow(row, columns, signs)), room, top, ...(cursor ? { cursor } : {}) };
}

/** Headings, and entries by their place in the model. */
function bodyOf({ entries }: SetupModel): (string | number)[] {
  let group = "";
  return entries.flatMap((entry, at) => {
    if (entry.kind !== "field" || entry.option.group === group) return [at];
    group = entry.option.group;
    return [group, at];
  });
}

function titleRow({ form }: SetupModel, title: string, columns: number, signs: Signs): Row {
  const { isThere } = form;
  const sign = isThere === undefined ? "" : `${lampSign(isThere, signs)} `;
  const state: Row =
    isThere === undefined
      ? []
      : [
          { text: `  ${sign}` },
          isThere ? { text: "connected", tone: "good" } : { text: "away", tone: "bad" },
        ];
  const text = cutMiddle(safeText(title, signs), Math.max(8, columns - 1 - rowWidth(state)), signs);
  return [{ text: ` ${text}`, tone: "strong" }, ...state];
}
