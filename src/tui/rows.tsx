/**
 * Rows of text with colours, as elements for Ink. Pure. A row is a list of pieces; how wide they are was settled before.
 */
import { Box, Text } from "ink";
import type { ReactElement } from "react";
import { textWidth } from "../bytes/char-width.js";
import { ellipsis, head } from "./fit-text.js";
import type { Looks } from "./surface.js";

/** What a piece of text is; a colour is never all that tells it. */
export type Tone = "plain" | "strong" | "dim" | "good" | "warning" | "bad" | "chosen";

export interface Piece {
  readonly text: string;
  readonly tone?: Tone;
}

export type Row = readonly Piece[];

const TONES: Readonly<Record<Tone, Parameters<typeof Text>[0]>> = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  good: { color: "green" },
  warning: { color: "yellow" },
  bad: { color: "red", bold: true },
  chosen: { inverse: true },
};

/** Each in a row of its own. */
export function Rows({ rows }: { readonly rows: readonly Row[] }): ReactElement {
  return (
    <Box flexDirection="column">
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; an element lives for one frame
        <RowText key={at} row={row} />
      ))}
    </Box>
  );
}

function RowText({ row }: { readonly row: Row }): ReactElement {
  const pieces = row.filter(({ text }) => text !== "");
  if (pieces.length === 0) return <Text> </Text>;
  return (
    <Text wrap="truncate-end">
      {pieces.map(({ text, tone = "plain" }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same of a piece in its row
        <Text key={at} {...TONES[tone]}>
          {text}
        </Text>
      ))}
    </Text>
  );
}

export function rowWidth(row: Row): number {
  return row.reduce((width, { text }) => width + textWidth(text), 0);
}

/** One piece at the left and one at the right end of a row; the left one gives way. */
export function spread(left: Row, right: Row, columns: number): Row {
  const gap = columns - rowWidth(left) - rowWidth(right);
  if (gap < 1) return left;
  return [...left, { text: " ".repeat(gap) }, ...right];
}

/** `row` in so many columns: what does not fit is left out, with a sign. */
export function cutRow(row: Row, columns: number, looks: Pick<Looks, "utf8">): Row {
  if (rowWidth(row) <= columns) return row;
  const sign = ellipsis(looks).slice(0, columns);
  const cut: Piece[] = [];
  let left = columns - sign.length;
  for (const piece of row) {
    const text = head(piece.text, left);
    left -= textWidth(text);
    if (text === piece.text) cut.push(piece);
    else return [...cut, { ...piece, text: text + sign }];
  }
  return cut;
}

/** The longest of some texts that fits, or the last one. */
export function fitting(texts: readonly string[], columns: number): string {
  return texts.find((text) => textWidth(text) <= columns) ?? texts.at(-1) ?? "";
}
