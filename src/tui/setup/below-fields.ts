/**
 * What stands below the form's fields: what the chosen one does, what is to be said of it, what robin says, what one can do. Pure.
 */
import { cutEnd, cutMiddle, safeText, wrapWords } from "../fit-text.js";
import { fitting, type Row, rowWidth, spread, type Tone } from "../rows.js";
import type { Looks } from "../surface.js";
import { noteOf } from "./entry-row.js";
import { type Entry, prefixName, type SetupModel } from "./model.js";
import { isTyped, steps } from "./option.js";

type Signs = Pick<Looks, "utf8">;

/** Columns that rows lose because words stay whole. */
const WRAP_LOSS = 12;

/** Words to choose from; else what is to be said of the chosen field, and what it does; below it what robin says. */
export function detailRows(model: SetupModel, most: number, columns: number, signs: Signs): Row[] {
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
  if (!message) return rows;
  const isBad = message.level === "warning" || message.level === "error";
  const said = safeText(`${isBad ? "! " : ""}${message.text.replaceAll("\n", " ")}`, signs);
  return [...rows.slice(0, most - 1), row(cutEnd(said, width, signs), isBad ? "warning" : "plain")];
}

function doesText(entry: Entry): string {
  if (entry.kind === "save")
    return "writes what is set here to the configuration file: robin @NAME has it then";
  if (entry.kind === "accept") return "with the values above";
  const { name, value, does, otherwise } = entry.option;
  const head = value === undefined || entry.option.choices ? name : `${name} ${value}`;
  return `${head}: ${does}${otherwise === undefined ? "" : `; without it: ${otherwise}`}`;
}

/** `part`: which rows are seen, where not all are. */
export function hintRow(model: SetupModel, part: string, columns: number, signs: Signs): Row {
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
