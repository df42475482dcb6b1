/**
 * How the picker looks: its lines as elements for Ink. Knows colours, and that none of them alone says anything.
 */
import { Box, Text } from "ink";
import { createElement, type ReactElement } from "react";
import type { Size } from "../surface.js";
import type { Line, Part } from "./layout.js";

type Look = Parameters<typeof Text>[0];

const LOOKS: Readonly<Record<NonNullable<Part["is"]>, Look>> = {
  title: { bold: true },
  selected: { inverse: true },
  trouble: { color: "yellow" },
  new: { color: "green" },
  aside: { dimColor: true },
  warning: { color: "red", bold: true },
};

export function linesElement(lines: readonly Line[], { columns }: Size): ReactElement {
  return createElement(
    Box,
    { flexDirection: "column", width: columns },
    ...lines.map((line, row) =>
      createElement(
        Text,
        { key: row, wrap: "truncate" },
        ...(line.length === 0 ? [" "] : line.map((part, at) => partElement(part, at))),
      ),
    ),
  );
}

function partElement({ text, is }: Part, at: number): ReactElement {
  return createElement(Text, { key: at, ...(is ? LOOKS[is] : {}) }, text);
}
