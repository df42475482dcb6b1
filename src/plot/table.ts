/**
 * Rows of numbers by commas, semicolons, tabs or blanks, and the header that names their columns. Pure; keeps the header that
 * holds. A line of text is a header only if the very next line has as many columns and a number in one.
 */
import { cleanName, numberAt, parseNumber, type Value } from "./value.js";

interface Row {
  readonly delimiter: string;
  readonly cells: readonly string[];
}

interface Column {
  readonly name: string;
  readonly unit?: string;
}

interface Header extends Pick<Row, "delimiter"> {
  readonly columns: readonly Column[];
}

const BLANK = " ";
const DELIMITERS = [";", "\t", ","];
/** Mixed, as Arduino's plotter takes them: `1, 2 3`. */
const ANY = /[\s,;]+/;
const MAY_BE_NUMBERS = /^[\s,;([]*[-+.\dnNiIoO]/;
/** What a column may be called: `temp`, `Temp (C)`, `"Temp, inside"`. */
const TITLE = /^["']?[\p{L}_][^"\n]*["']?:?$/u;
const TITLE_UNIT = /^(.*\S)\s*[([]([^)\]]{1,12})[)\]]$/;
const LONGEST_TITLE = 40;
const MOST_COLUMNS = 256;
/** So many rows of another width, one after the other, are another table; fewer are lines that lost bytes. */
const OTHER_TABLE = 3;

export interface Table {
  /** The values of a line; undefined where it is no row. A line that is no row may be the header of the next. */
  read(line: string): Value[] | undefined;
  /** A line of another kind came between. */
  skip(): void;
}

export function createTable(): Table {
  let header: Header | undefined;
  let candidate: Header | undefined;
  let strays = 0;

  /** With a header, columns of text are left out: a time, a state. */
  const underHeader = (row: Row, titles: Header): Value[] | undefined => {
    if (row.delimiter !== titles.delimiter || row.cells.length !== titles.columns.length) return undefined;
    const values: Value[] = [];
    for (const [at, { name, unit }] of titles.columns.entries()) {
      const value = parseNumber(row.cells[at]!);
      if (value !== undefined) values.push(numberAt(name, value, row.cells[at]!, unit));
      else if (row.delimiter === BLANK) return undefined; // words of a sentence
    }
    return values.length === 0 ? undefined : values;
  };

  return {
    read(line) {
      const row = splitRow(unwrap(line));
      const mayBeNumbers = MAY_BE_NUMBERS.test(line);
      const named = candidate ? underHeader(row, candidate) : undefined;
      if (named) {
        [header, candidate, strays] = [candidate, undefined, 0];
        return named;
      }
      const known = header && underHeader(row, header);
      if (known) {
        [candidate, strays] = [undefined, 0];
        return known;
      }
      const numbers = mayBeNumbers ? (allNumbers(row) ?? allNumbers(splitMixed(line))) : undefined;
      candidate = numbers ? undefined : headerOf(row);
      if (!numbers || !header) return numbers;
      strays++;
      if (strays < OTHER_TABLE) return undefined;
      header = undefined;
      return numbers;
    },
    skip() {
      candidate = undefined;
    },
  };
}

/** What Python prints of a tuple or a list. */
function unwrap(line: string): string {
  const text = line.trim();
  const isWrapped =
    (text.startsWith("(") && text.endsWith(")")) || (text.startsWith("[") && text.endsWith("]"));
  return isWrapped ? text.slice(1, -1).trim() : text;
}

function splitRow(text: string): Row {
  const delimiter = DELIMITERS.find((one) => text.includes(one)) ?? BLANK;
  const cells = (delimiter === BLANK ? text.split(/\s+/) : splitQuoted(text, delimiter)).map((cell) =>
    cell.trim(),
  );
  // Sketches print a separator behind the last value too.
  if (cells.length > 1 && cells.at(-1) === "") cells.pop();
  return { delimiter, cells };
}

function splitQuoted(text: string, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell];
}

function splitMixed(line: string): Row {
  return { delimiter: BLANK, cells: unwrap(line).split(ANY).filter(Boolean) };
}

/** Values of a row in which there is nothing but numbers and empty places. */
function allNumbers({ cells }: Row): Value[] | undefined {
  if (cells.length > MOST_COLUMNS) return undefined;
  const values: Value[] = [];
  for (const [at, text] of cells.entries()) {
    if (text === "") continue;
    const value = parseNumber(text);
    if (value === undefined) return undefined;
    values.push(numberAt(cells.length === 1 ? "value" : String(at + 1), value, text));
  }
  return values.length === 0 ? undefined : values;
}

/** The header that a line of text may be. One word is one only with a colon behind it. */
function headerOf({ delimiter, cells }: Row): Header | undefined {
  if (cells.length > MOST_COLUMNS || (cells.length < 2 && !cells[0]?.endsWith(":"))) return undefined;
  const isTitle = (cell: string) => cell.length <= LONGEST_TITLE && TITLE.test(cell);
  if (!cells.every(isTitle)) return undefined;
  const names = new Set<string>();
  const columns = cells.map((cell): Column => {
    const title = cell.replace(/^["']|["']?:?$/g, "");
    const [, name = title, unit] = TITLE_UNIT.exec(title) ?? [];
    const unique = uniqueName(cleanName(name), names);
    names.add(unique);
    return unit === undefined ? { name: unique } : { name: unique, unit };
  });
  return { delimiter, columns };
}

function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}
