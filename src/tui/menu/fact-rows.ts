/**
 * Facts in rows of a width: labels in a column, parts behind each other and on the next row where there is no room. Pure.
 */
import { textWidth } from "../../bytes/char-width.js";
import { cutEnd, cutMiddle, padEnd, safeText } from "../fit-text.js";
import type { Piece, Row } from "../rows.js";
import type { Looks } from "../surface.js";
import type { Fact, FactPart } from "./facts.js";

type Signs = Pick<Looks, "utf8">;

const LABEL_COLUMNS = 9;

export function factRows(facts: readonly Fact[], columns: number, signs: Signs): Row[] {
  return facts.flatMap((fact) => rowsOf(fact, columns, signs));
}

function rowsOf({ label, parts, between = "  " }: Fact, columns: number, signs: Signs): Row[] {
  const room = Math.max(1, columns - LABEL_COLUMNS - 1);
  const rows: Piece[][] = [];
  let left = 0;
  for (const part of parts) {
    const piece = { text: partText(part, room, signs), tone: part.tone ?? "plain" } as const;
    const width = textWidth(piece.text);
    const row = rows.at(-1);
    if (row !== undefined && left >= width + between.length) {
      row.push({ text: between }, piece);
      left -= width + between.length;
    } else {
      const name = rows.length === 0 ? label : "";
      rows.push([{ text: ` ${padEnd(name, LABEL_COLUMNS)}`, tone: "dim" }, piece]);
      left = room - width;
    }
  }
  return rows;
}

function partText({ text, cut, lamp }: FactPart, columns: number, signs: Signs): string {
  const sign = lamp === undefined ? "" : `${lampSign(lamp, signs)} `;
  const safe = sign + safeText(text, signs);
  return cut === "middle" ? cutMiddle(safe, columns, signs) : cutEnd(safe, columns, signs);
}

export function lampSign(isOn: boolean, { utf8 }: Signs): string {
  if (utf8) return isOn ? "●" : "○";
  return isOn ? "[x]" : "[ ]";
}
