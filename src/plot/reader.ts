/**
 * A line to the numbers in it, by the formats that devices print (docs in cli/commands/plot.ts), or by the user's own expression.
 * Pure; keeps what lines before have said of names. Conservative: what is not made of numbers alone draws nothing.
 */
import { parseJson } from "./json-values.js";
import { parsePairs } from "./pairs.js";
import { createTable } from "./table.js";
import { parseTeleplot } from "./teleplot.js";
import { cleanName, numberAt, parseAnyNumber, type Value } from "./value.js";

/** Names of JSON documents that are remembered. */
const MOST_NAMES = 1000;

export interface Reader {
  /** The rows of numbers in a line: none, one, or several where it has several moments. */
  read(line: string): readonly (readonly Value[])[];
}

const NO_ROWS: readonly (readonly Value[])[] = [];

/** `match`: takes its groups in place of all formats; named ones are series, else numbered ones, else all of the match. */
export function createReader(match?: RegExp): Reader {
  if (match) return { read: (line) => matched(line, match) };
  const table = createTable();
  const known = new Set<string>();
  const read = (line: string): readonly (readonly Value[])[] => {
    const text = line.trim();
    if (text === "") return NO_ROWS;
    const first = text[0];
    if (first === "{" || first === ">") {
      table.skip();
      if (first === ">") return parseTeleplot(text) ?? NO_ROWS;
      const values = parseJson(text, (name) => known.has(name));
      if (values && known.size < MOST_NAMES) for (const { name } of values) known.add(name);
      return values ? [values] : NO_ROWS;
    }
    const pairs = parsePairs(text);
    if (pairs) {
      table.skip();
      return [pairs];
    }
    const row = table.read(text);
    return row ? [row] : NO_ROWS;
  };
  return { read };
}

function matched(line: string, match: RegExp): readonly (readonly Value[])[] {
  const found = match.exec(line);
  if (!found) return NO_ROWS;
  const groups: [string, string | undefined][] = found.groups
    ? Object.entries(found.groups)
    : found.length > 1
      ? found.slice(1).map((text, at) => [found.length === 2 ? "value" : String(at + 1), text])
      : [["value", found[0]]];
  const values: Value[] = [];
  for (const [name, text] of groups) {
    const value = text === undefined ? undefined : parseAnyNumber(text.trim());
    if (value !== undefined) values.push(numberAt(cleanName(name), value, text!.trim()));
  }
  return values.length === 0 ? NO_ROWS : [values];
}
