/**
 * One row of the form: a name, its value or what is being typed there, and what became of a change. Pure.
 */
import { textWidth } from "../../bytes/char-width.js";
import { cutEnd, cutMiddle, ellipsis, padEnd, safeText } from "../fit-text.js";
import { type Piece, type Row, rowWidth, type Tone } from "../rows.js";
import type { Looks } from "../surface.js";
import type { Entry, SetupModel } from "./model.js";
import { steps } from "./option.js";

type Signs = Pick<Looks, "utf8">;

/** From this width on what became of a change stands beside its field. */
const NOTES_BESIDE = 64;
const VALUE_PART = 0.3;
/** In front of a name: the sign of the chosen one. */
export const MARGIN = 2;
/** The placeholder of values that are cut in the middle. */
const PATH = "FILE";

/** Columns of the screen, and of the names. */
interface Widths {
  readonly columns: number;
  readonly name: number;
}

/** `cursorColumn`: where the next character goes, from 0, where one types. */
export function entryRow(
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
    const seen = model.edit.see(Math.max(1, columns - before - 1));
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
  const cut = option.value === PATH ? cutMiddle : cutEnd;
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
export function noteOf(model: SetupModel, entry: Entry, signs: Signs): ShownNote | undefined {
  if (model.isPending(entry)) return { text: ellipsis(signs), tone: "dim" };
  const note = model.note(entry);
  if (note) return { text: note.text, tone: note.isBad ? "warning" : "good" };
  if (entry.kind !== "field") return undefined;
  const { asked } = model.value(entry.option);
  return asked === undefined ? undefined : { text: `asked for: ${asked}`, tone: "warning" };
}
