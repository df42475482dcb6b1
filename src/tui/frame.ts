/**
 * An element as Ink draws it, in rows for a screen of a size. Pure. A view is a function of what it shows: it has no state here,
 * no hooks, and Ink neither reads keys nor writes.
 */
import chalk from "chalk";
import { renderToString } from "ink";
import type { ReactElement } from "react";
import sliceAnsi from "slice-ansi";
import stringWidth from "string-width";
import type { Looks, Size } from "./surface.js";

/** The sixteen colours of the user's own palette: what they look like is theirs. */
const PALETTE = 1;

/** Exactly `rows` rows, none wider than `columns`. Throws what a component throws. */
export function frameOf(
  element: ReactElement,
  { rows, columns }: Size,
  looks: Pick<Looks, "color">,
): string[] {
  chalk.level = looks.color ? PALETTE : 0; // Ink's too: there is one
  const lines = renderToString(element, { columns }).split("\n");
  return Array.from({ length: rows }, (_, at) => fitted(lines[at] ?? "", columns));
}

function fitted(line: string, columns: number): string {
  return stringWidth(line) <= columns ? line : sliceAnsi(line, 0, columns);
}
