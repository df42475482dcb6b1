/**
 * The form in rows of a screen: groups of fields with their values and what became of them, what the chosen one does, what one
 * can do. Pure.
 */
import { textWidth } from "../../bytes/char-width.js";
import { cutEnd, cutMiddle, ellipsis, padEnd, safeText, wrapWords } from "../fit-text.js";
import { lampSign } from "../menu/fact-rows.js";
import { cutRow, fitting, type Piece, type Row, rowWidth, spread, type Tone } from "../rows.js";
import { scrolled } from "../scrolled.js";
import { isTooSmall, tooSmall } from "../small-screen.js";
import type { Looks, Size } from "../surface.js";
import { type Entry, prefixName, type SetupModel } from "./model.js";
import { isTyped, steps } from "./option.js";

type Signs = Pick<Looks, "utf8">;

export interface SetupScreen {
  readonly rows: readonly Row[];
  /** Fields and headings that are seen at once, and the first one. */
  readonly room: number;
  readonly top: number;
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** From this width on what became of a change stands beside its field. */
const NOTES_BESIDE = 64;
const VALUE_PART = 0.3;
/** In front of a name: the sign of the chosen one. */
const MARGIN = 2;
/** Columns that rows lose because words stay whole. */
const WRAP_LOSS = 12;

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

interface Widths {
  readonly columns: number;
  readonly name: number;
}

function entryRow(
  model: SetupModel,
  at: number,
  { columns, name }: Widths,
  signs: Signs,
): { row: Row; cursorColumn?: number } {
  const entry = model.entries[at]!;
  const isSelected = at === model.selected;
  const label = entry.kind === "accept" ? entry.label : entry.id;
  const named = padEnd(cutEnd(label, name, signs), name);
  const head: Piece = { text: `${isSelected ? "> " : "  "}${named}`, tone: isSelected ? "chosen" : "plain" };
  const before = MARGIN + name + 1;
  if (isSelected && model.edit) {
    const { editor, window } = model.edit;
    const seen = window.see(editor.text, editor.cursor, Math.max(1, columns - before - 1));
    const text = [seen.before, seen.behind].map((part) => safeText(part, signs));
    return {
      row: [head, { text: " " }, { text: text.join(""), tone: "strong" }],
      cursorColumn: before + textWidth(text[0]!),
    };
  }
  const besides = columns >= NOTES_BESIDE;
  const room = besides ? Math.floor(columns * VALUE_PART) : Math.max(1, columns - before - 2);
  const value = valuePieces(model, entry, isSelected, room, signs);
  const note = noteOf(model, entry, signs);
  if (note === undefined) return { row: [head, { text: " " }, ...value] };
  const gap = " ".repeat(Math.max(1, room - rowWidth(value) + 1));
  const rest = columns - before - rowWidth(value) - gap.length - 1;
  const sign = note.tone === "warning" || note.tone === "bad" ? "!" : " ";
  const text = besides ? cutEnd(`${sign} ${safeText(note.text, signs)}`, Math.max(1, rest), signs) : sign;
  return { row: [head, { text: " " }, ...value, { text: gap }, { text, tone: note.tone }] };
}

/** The value, between signs where left and right change it. */
function valuePieces(
  model: SetupModel,
  entry: Entry,
  isSelected: boolean,
  columns: number,
  signs: Signs,
): Row {
  if (entry.kind !== "field") return [];
  const { option } = entry;
  const { text } = model.value(option);
  const isStep = isSelected && steps(option).length > 0;
  const [before, behind] = !isStep ? ["", ""] : signs.utf8 ? ["‹ ", " ›"] : ["< ", " >"];
  const cut = option.name === "log" || option.name === "record" ? cutMiddle : cutEnd;
  const shown = safeText(text ?? option.otherwise ?? "", signs);
  const value = cut(shown, Math.max(1, columns - before.length - behind.length), signs);
  const tone: Tone = text === undefined ? "dim" : isSelected ? "strong" : "plain";
  return [{ text: before }, { text: value, tone }, { text: behind }];
}

interface ShownNote {
  readonly text: string;
  readonly tone: Tone;
}

/** What is to be said of a field: a change on its way, what became of it, what the driver has instead. */
function noteOf(model: SetupModel, entry: Entry, signs: Signs): ShownNote | undefined {
  if (model.isPending(entry)) return { text: ellipsis(signs), tone: "dim" };
  const note = model.note(entry);
  if (note) return { text: note.text, tone: note.isBad ? "warning" : "good" };
  if (entry.kind !== "field") return undefined;
  const { asked } = model.value(entry.option);
  return asked === undefined ? undefined : { text: `asked for: ${asked}`, tone: "warning" };
}

/** Words to choose from; else what is to be said of the chosen field, and what it does; below it what robin says. */
function detailRows(model: SetupModel, most: number, columns: number, signs: Signs): Row[] {
  const { entry, edit, message } = model;
  const width = columns - 2;
  const row = (text: string, tone: Tone): Row => [{ text: ` ${text}`, tone }];
  const rows: Row[] = [];
  const room = () => most - rows.length - (message ? 1 : 0);
  const add = (text: string, tone: Tone) => {
    if (room() > 0) rows.push(...wrapWords(text, width, room(), signs).map((one) => row(one, tone)));
  };
  if (edit && edit.choices.length > 0) add(safeText(edit.choices.join("  "), signs), "plain");
  else {
    const note = noteOf(model, entry, signs);
    if (note && note.tone !== "dim") {
      const text = `${note.tone === "good" ? "" : "! "}${safeText(note.text, signs)}`;
      // What was tried stands at its beginning, and why it failed at its end.
      add(cutMiddle(text, Math.max(width, width * room() - WRAP_LOSS), signs), note.tone);
    }
    add(safeText(doesText(entry), signs), "dim");
  }
  while (rows.length < most - (message ? 1 : 0)) rows.push([]);
  if (message) {
    const isBad = message.level === "warning" || message.level === "error";
    const text = message.text.replaceAll("\n", " ");
    rows.splice(
      most - 1,
      1,
      row(cutEnd(safeText(`${isBad ? "! " : ""}${text}`, signs), width, signs), isBad ? "warning" : "plain"),
    );
  }
  return rows;
}

function doesText(entry: Entry): string {
  if (entry.kind === "save")
    return "writes what is set here to the configuration file: robin @NAME has it then";
  if (entry.kind === "accept") return "with the values above";
  const { name, value, does, otherwise } = entry.option;
  const head = value === undefined || entry.option.choices ? name : `${name} ${value}`;
  return `${head}: ${does}${otherwise === undefined ? "" : `; without it: ${otherwise}`}`;
}

function hintRow(model: SetupModel, part: string, columns: number, signs: Signs): Row {
  const right: Row = part === "" ? [] : [{ text: `${part} `, tone: "dim" }];
  const room = Math.max(1, columns - 1 - rowWidth(right) - (part === "" ? 0 : 1));
  const text = cutEnd(fitting(hints(model, signs), room), room, signs);
  return spread([{ text: ` ${text}`, tone: model.isPrefixed ? "strong" : "dim" }], right, columns);
}

function hints(model: SetupModel, { utf8 }: Signs): string[] {
  const { entry, edit, entries } = model;
  if (model.isPrefixed) {
    const name = prefixName(model.escapeKey);
    return [
      `${name} and a key leaves the form and presses it; Esc takes ${name} back`,
      `${name} and a key; Esc`,
    ];
  }
  if (edit) {
    const canComplete = entry.kind === "field" && entry.option.complete !== undefined;
    return [`Enter applies, Esc takes back${canComplete ? ", Tab completes" : ""}`, "Enter applies, Esc not"];
  }
  const [upDown, leftRight] = utf8 ? ["↑↓", "←→"] : ["Up Down", "Left Right"];
  const save = entries.some(({ kind }) => kind === "save") ? ", ^S save" : "";
  const does =
    entry.kind === "accept"
      ? `Enter ${entry.label}`
      : entry.kind === "save"
        ? "Enter asks for a name"
        : [steps(entry.option).length > 0 && `${leftRight} change`, isTyped(entry.option) && "Enter type"]
            .filter(Boolean)
            .join(", ");
  return [
    `Esc back, ${does}, ${upDown} choose, Tab next group${save}`,
    `Esc back, ${does}, ${upDown}, Tab${save}`,
    `Esc back, ${does}`,
    "Esc back",
  ];
}
