/**
 * The menu in rows of a screen: title, facts, the list of keys, what robin said, what one can do. Pure. Facts and keys are one
 * body that scrolls where it is too long.
 */
import { formatCaret } from "../../bytes/caret.js";
import { textWidth } from "../../bytes/char-width.js";
import { cutEnd, cutMiddle, padEnd, safeText, wrapWords } from "../fit-text.js";
import { cutRow, fitting, type Row, rowWidth, spread, type Tone } from "../rows.js";
import { scrolled } from "../scrolled.js";
import { isTooSmall, tooSmall } from "../small-screen.js";
import type { Looks, Size } from "../surface.js";
import { factRows, lampSign } from "./fact-rows.js";
import { factsOf, presence, upFor } from "./facts.js";
import type { MenuKey, MenuModel, MenuShape } from "./model.js";

type Signs = Pick<Looks, "utf8">;

export interface MenuScreen extends MenuShape {
  readonly rows: readonly Row[];
}

/** From this width on keys stand in two columns. */
const TWO_COLUMNS = 76;
/** In fewer rows the keys come first: they are what most people look for. */
const FACTS_FIRST = 20;
/** Messages take this part of the rows at the most. */
const MESSAGES_PART = 1 / 3;

export function menuScreen(model: MenuModel, size: Size, signs: Signs): MenuScreen {
  const { rows: height, columns } = size;
  const keyColumns = columns >= TWO_COLUMNS ? 2 : 1;
  if (isTooSmall(size)) return { rows: tooSmall(size, signs), keyColumns, room: height, top: 0 };
  const below = messageRows(model, size, signs);
  const room = height - 2 - below.length;
  const facts = factRows(factsOf(model.snapshot, model.grown), columns, signs);
  const keys = [keysRule(model, columns, signs), ...keyRows(model, keyColumns, columns, signs)];
  const isFactsFirst = height >= FACTS_FIRST;
  const body = isFactsFirst ? [...facts, ...keys] : [...keys, rule("session", columns, signs), ...facts];
  const firstKey = (isFactsFirst ? facts.length : 0) + 1;
  const { selected, follows } = model;
  const perColumn = Math.ceil(model.keys.length / keyColumns);
  const chosen = selected === undefined || !follows ? undefined : firstKey + (selected % perColumn);
  const top = scrolled(model.top, { total: body.length, room, first: chosen });
  const seen = Array.from({ length: room }, (_, at) => body[top + at] ?? []);
  const part = body.length > room ? `${top + 1}-${top + room}/${body.length}` : "";
  const rows = [titleRow(model, columns, signs), ...seen, ...below, hintRow(model, part, columns, signs)];
  return { rows: rows.map((row) => cutRow(row, columns, signs)), keyColumns, room, top };
}

function titleRow({ snapshot }: MenuModel, columns: number, signs: Signs): Row {
  const { text, tone = "plain" } = presence(snapshot);
  const state = [{ text: `  ${lampSign(snapshot.isThere, signs)} ` }, { text, tone }];
  const up = upFor(snapshot);
  const room = columns - 1 - rowWidth(state) - (up.length + 2);
  const path = cutMiddle(safeText(snapshot.path, signs), Math.max(room, 8), signs);
  return spread([{ text: ` ${path}`, tone: "strong" }, ...state], [{ text: `${up} `, tone: "dim" }], columns);
}

function keysRule({ snapshot }: MenuModel, columns: number, signs: Signs): Row {
  const { escapeKey } = snapshot;
  if (escapeKey === undefined) return rule("keys", columns, signs);
  const name = formatCaret(escapeKey);
  const texts = [
    `keys: here alone, on the main screen behind ${name}`,
    `keys, elsewhere behind ${name}`,
    "keys",
  ];
  return rule(fitting(texts, columns - 4), columns, signs);
}

function rule(name: string, columns: number, signs: Signs): Row {
  const line = signs.utf8 ? "─" : "-";
  return [{ text: `${line} ${name} ${line.repeat(Math.max(0, columns - 3 - name.length))}`, tone: "dim" }];
}

/** Down one column and then down the next. */
function keyRows(model: MenuModel, keyColumns: number, columns: number, signs: Signs): Row[] {
  const { keys, selected, snapshot } = model;
  const perColumn = Math.ceil(keys.length / keyColumns);
  const width = Math.floor(columns / keyColumns);
  const rows: Row[] = Array.from({ length: perColumn }, (_, row) =>
    Array.from({ length: keyColumns }, (_, column) => column * perColumn + row)
      .filter((at) => at < keys.length)
      .flatMap((at) => keyCell(keys[at]!, at === selected, width, signs)),
  );
  if (snapshot.escapeKey !== undefined) {
    const name = formatCaret(snapshot.escapeKey);
    rows.push([{ text: cutEnd(`  ${name} twice sends it (main screen)`, columns - 1, signs), tone: "dim" }]);
  }
  return rows;
}

function keyCell({ key, does }: MenuKey, isSelected: boolean, width: number, signs: Signs): Row {
  const text = padEnd(cutEnd(does, width - 6, signs), width - 6);
  if (isSelected) return [{ text: `> ${key}  ${text}`, tone: "chosen" }, { text: " " }];
  return [{ text: `  ${key}`, tone: "strong" }, { text: `  ${text} ` }];
}

/** What robin said since the last key; else all of what the chosen key does. */
function messageRows(model: MenuModel, { rows, columns }: Size, signs: Signs): Row[] {
  const most = Math.max(1, Math.floor(rows * MESSAGES_PART));
  const said = model.messages.flatMap(({ level, text }) => {
    const sign = level === "warning" || level === "error" ? "! " : "";
    const tone: Tone = level === "error" ? "bad" : level === "warning" ? "warning" : "plain";
    return `${sign}${text}`
      .split("\n")
      .flatMap((line) => wrapWords(safeText(line, signs), columns - 2, most, signs))
      .map((line): Row => [{ text: ` ${line}`, tone }]);
  });
  if (said.length > 0) return said.slice(-most);
  const { selected, keys } = model;
  if (selected === undefined) return [[]];
  const { key, does } = keys[selected]!;
  return [[{ text: ` ${cutEnd(`${key}  ${does}`, columns - 2, signs)}`, tone: "dim" }]];
}

function hintRow(
  { isPrefixed, snapshot, keys }: MenuModel,
  part: string,
  columns: number,
  signs: Signs,
): Row {
  const prefix = formatCaret(snapshot.escapeKey ?? 0);
  const arrows = signs.utf8 ? "↑↓" : "Up Down";
  const setup = keys.some(({ key }) => key === "o") ? ", o setup" : "";
  const behind = snapshot.escapeKey === undefined ? "" : `, also behind ${prefix}`;
  const right = part === "" ? [] : [{ text: `${part} `, tone: "dim" as const }];
  const texts = isPrefixed
    ? [`${prefix} and a key of the list; Esc takes ${prefix} back`, `${prefix} and a key, Esc takes it back`]
    : [
        `Esc back, any key of the list works here${behind}, ${arrows} Enter choose${setup}`,
        `Esc back, any key works here, ${arrows} Enter choose${setup}`,
        "Esc back, any key works",
        "Esc back",
      ];
  const room = columns - 1 - rowWidth(right) - (part === "" ? 0 : 1);
  const text = cutEnd(fitting(texts, room), Math.max(1, room), signs);
  const tone: Tone = isPrefixed ? "strong" : "dim";
  return textWidth(text) > room ? [{ text, tone }] : spread([{ text: ` ${text}`, tone }], right, columns);
}
