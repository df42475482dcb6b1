/**
 * The picker's lines for a screen of a size: what is left out where there is little room, which rows are in view, and where each
 * stands. Pure.
 */
import { textWidth } from "../../bytes/char-width.js";
import { cutEnd, safeText, wrapWords } from "../fit-text.js";
import type { Piece, Row } from "../rows.js";
import type { Looks, Size } from "../surface.js";
import { columnsFor, filled } from "./columns.js";
import type { PickerModel } from "./model.js";
import type { PickerRow } from "./row.js";

export interface Layout {
  /** As many as the screen has rows. */
  readonly lines: readonly Row[];
  /** Which row stands in which line, by its id. */
  readonly rowAt: readonly (string | undefined)[];
  /** The first row in view: to be given again, so that the list stands still. */
  readonly top: number;
  /** Rows in view, for a page. */
  readonly page: number;
  /** Where what is typed appears. */
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

interface Scene {
  readonly model: PickerModel;
  readonly size: Size;
  readonly looks: Pick<Looks, "utf8">;
  readonly top: number;
  /** What cli has to say, which is no row's. */
  readonly note: string | undefined;
}

/** Below this there is one line. */
const LEAST: Size = { rows: 5, columns: 20 };
/** From here on there are titles, and lines beneath rows. */
const TALL_ROWS = 14;
const DETAIL_LINES = 3;
const PROMPT = "port: ";
/** In front of a row: which is selected, and its mark. */
const GUTTER = 3;
const NOTE_INDENT = " ".repeat(GUTTER + 2);

/** The keys, the last to be left out first. */
const KEYS: readonly string[] = [
  "Enter connects",
  "Tab settings",
  "Esc leaves",
  "type to filter",
  "Del forgets",
];
const NO_PORT = [
  "there is no serial port here: robin doctor may say why; one that is plugged in appears at once",
  "no serial port here (robin doctor)",
  "no port",
];

export function layoutOf(scene: Scene): Layout {
  const { model, size, looks } = scene;
  if (size.rows < LEAST.rows || size.columns < LEAST.columns) return oneLine(scene);
  const isTall = size.rows >= TALL_ROWS;
  const columns = columnsFor(model.shown, size.columns - GUTTER, looks);
  const head: Row[] = isTall
    ? [[], [{ text: `${" ".repeat(GUTTER)}${columns.titles}`, tone: "strong" }]]
    : [];
  const details = detailsOf(scene, isTall ? DETAIL_LINES : 1, isTall);
  const foot: Row[] = [
    ...(isTall ? [[]] : []),
    ...details,
    [{ text: keysLine(size.columns, model.selected), tone: "dim" }],
  ];
  const room = size.rows - 1 - head.length - foot.length;
  const blocks = model.shown.map((row) => blockOf(row, columns.of(row), scene, isTall));
  const list = windowOf(
    blocks.map(({ length }) => length),
    model.selectedIndex,
    scene.top,
    room,
  );
  const inView = blocks.slice(list.first, list.end).flatMap((block, at) => {
    const { id } = model.shown[list.first + at]!;
    return block.map((line) => ({ line, id }));
  });
  const body = [
    ...inView.slice(0, room),
    ...emptyLines(scene, room - inView.length).map((line) => ({ line, id: undefined })),
  ];
  const prompt = promptLine(scene, list);
  const lines = [prompt.line, ...head, ...body.map(({ line }) => line)];
  const padding = size.rows - lines.length - foot.length;
  return {
    lines: [...lines, ...Array.from({ length: padding }, () => []), ...foot],
    rowAt: [undefined, ...head.map(() => undefined), ...body.map(({ id }) => id)],
    top: list.first,
    page: Math.max(1, list.end - list.first),
    cursor: { row: 0, column: prompt.column },
  };
}

/** What is selected, and nothing else. */
function oneLine({ model, size, looks, note }: Scene): Layout {
  const { selected, warning } = model;
  const shown = cutEnd(
    safeText(warning ?? (selected && inShort(selected, size.columns)) ?? note ?? "no port", looks),
    size.columns,
    looks,
  );
  const lines: Row[] = Array.from({ length: size.rows }, (_, at) =>
    at === 0 ? [{ text: shown, tone: "chosen" as const }] : [],
  );
  return { lines, rowAt: [selected?.id], top: 0, page: 1, cursor: undefined };
}

/** Its directory is the first that there is no room for. */
function inShort(row: PickerRow, columns: number): string {
  const mark = markOf(row).trim();
  const words = (name: string) => [mark, name, ...(row.notes ?? []), row.product].filter(Boolean).join(" ");
  const isLong = textWidth([mark, row.name].filter(Boolean).join(" ")) > columns;
  return words(isLong ? row.name.replace(/^\/dev\//, "") : row.name);
}

function promptLine({ model, size, looks }: Scene, { first, end }: Window): { line: Row; column: number } {
  const { filter, shown, rows } = model;
  const inView = end - first;
  const part = inView < shown.length && inView > 0 ? `${first + 1}-${end} of ${shown.length}` : undefined;
  const fits = shown.length < rows.length ? `${shown.length} of ${rows.length} fit` : undefined;
  const count = [part, fits].filter(Boolean).join(", ");
  const room = Math.max(0, size.columns - PROMPT.length - 1 - (count === "" ? 0 : count.length + 2));
  // Its end is where the user types.
  let typed = safeText(filter, looks);
  while (textWidth(typed) > room) typed = [...typed].slice(1).join("");
  const column = PROMPT.length + textWidth(typed);
  const blank = " ".repeat(Math.max(0, size.columns - column - count.length));
  return {
    line: [{ text: PROMPT, tone: "strong" }, { text: `${typed}${blank}` }, { text: count, tone: "dim" }],
    column,
  };
}

/** A row's line, and where there is room what is to be known of it beneath. */
function blockOf(row: PickerRow, cells: string, { model, size, looks }: Scene, isTall: boolean): Row[] {
  const isSelected = row.id === model.selected?.id;
  const mark = markOf(row);
  const text = cutEnd(cells, size.columns - GUTTER, looks);
  const line: Row = isSelected
    ? [{ text: filled(`${looks.utf8 ? "▸" : ">"}${mark} ${text}`, size.columns, looks), tone: "chosen" }]
    : [
        { text: ` ${mark} `, ...(mark === "!" ? { tone: "warning" } : mark === "+" ? { tone: "good" } : {}) },
        { text, ...(row.isNew ? { tone: "good" } : {}) },
      ];
  if (!isTall) return [line];
  const beneath = (note: string) => cutEnd(`${NOTE_INDENT}${safeText(note, looks)}`, size.columns, looks);
  return [
    line,
    ...(row.trouble === undefined ? [] : [[{ text: beneath(row.trouble), tone: "warning" } as const]]),
    ...(row.notes ?? []).map((note) => [{ text: beneath(note), tone: "dim" } as const]),
  ];
}

function markOf({ trouble, isNew }: PickerRow): string {
  return trouble !== undefined ? "!" : isNew ? "+" : " ";
}

interface Window {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
}

/** Which blocks are in view: as before if the selected one is among them, else moved as little as it takes. */
export function windowOf(heights: readonly number[], selected: number, top: number, room: number): Window {
  const height = (first: number, end: number) => heights.slice(first, end).reduce((sum, one) => sum + one, 0);
  let first = Math.max(0, Math.min(top, heights.length - 1));
  if (selected !== -1) {
    first = Math.min(first, selected);
    while (first < selected && height(first, selected + 1) > room) first++;
  }
  // No empty lines below while there are rows above.
  while (first > 0 && height(first - 1, heights.length) <= room) first--;
  let end = first;
  while (end < heights.length && height(first, end + 1) <= room) end++;
  return { first, end: Math.max(end, Math.min(first + 1, heights.length)) };
}

/** What is said where rows are missing. */
function emptyLines({ model, size, looks }: Scene, room: number): Row[] {
  if (room < 1) return [];
  const indent = " ".repeat(GUTTER);
  const say = (text: string): Row[] =>
    wrapWords(text, size.columns - GUTTER, room, looks).map((line) => [
      { text: `${indent}${line}`, tone: "dim" },
    ]);
  if (model.shown.length === 0 && model.rows.length > 0)
    return say("nothing fits; ^U takes back what was typed");
  if (model.rows.some(({ kind }) => kind === "port")) return [];
  const fitting = NO_PORT.find(
    (text) => wrapWords(text, size.columns - GUTTER, room + 1, looks).length <= room,
  );
  return say(fitting ?? NO_PORT.at(-1)!);
}

/** What is to be known of the selected row, the most urgent first, in exactly `count` lines. */
function detailsOf({ model, size, looks, note }: Scene, count: number, isTall: boolean): Row[] {
  const { selected, warning } = model;
  const { trouble, hint, notes = [], link } = selected ?? {};
  const urgent = warning ?? note;
  const lines: Row[] = [];
  const add = (text: string | undefined, tone: Piece["tone"], most: number) => {
    if (text === undefined) return;
    for (const line of wrapWords(safeText(text, looks), size.columns, most, looks)) {
      if (lines.length < count) lines.push([{ text: line, ...(tone ? { tone } : {}) }]);
    }
  };
  add(urgent, "bad", count);
  if (!isTall) {
    // What holds for it is shown before it is used: there it comes before what can be done about a refusal.
    const refusal = notes.length > 0 ? trouble : [trouble, hint].filter(Boolean).join(": ");
    const tone = trouble === undefined ? "dim" : "warning";
    add([refusal, ...notes].filter(Boolean).join("; ") || undefined, tone, 1);
  }
  if (isTall) add(hint, "warning", 2);
  add(link, "dim", 1);
  return Array.from({ length: count }, (_, at) => lines[at] ?? []);
}

function keysLine(columns: number, selected: PickerRow | undefined): string {
  const keys = KEYS.filter((key) => key !== "Del forgets" || selected?.isRemembered);
  for (let count = keys.length; count > 0; count--) {
    const text = keys.slice(0, count).join("  ");
    if (text.length <= columns) return text;
  }
  return "";
}
