/**
 * What is wrong in a configuration file, and where. Pure.
 */
import { printable } from "../bytes/printable.js";

export interface Problem {
  readonly file: string;
  /** Counted from 1; undefined where it is the file itself. */
  readonly line?: number | undefined;
  readonly text: string;
  /** A word that is not valid, and what is: for whoever says which one was meant. */
  readonly word?: string;
  readonly valid?: readonly string[];
}

/** `file:line`, or the file. */
export function placeOf({ file, line }: Pick<Problem, "file" | "line">): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** For a terminal: a key in quotes may hold any character. */
export function problemText(problem: Problem): string {
  return printable(`${placeOf(problem)}: ${problem.text}`);
}
