/**
 * TOML text to tables and values with their places, by toml-eslint-parser. The one file that loads the library, so whoever
 * has no configuration file must not load this one. Knows TOML; not what any key means.
 */
import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { faultOf } from "./toml-fault.js";

/** Offsets in the text, in UTF-16 units: the first one, and the one behind the last. */
export type Range = readonly [from: number, to: number];

/** An integer is a bigint, a table inside of a list is `TABLE`. */
export type TomlValue = string | bigint | number | boolean | Date | typeof TABLE | readonly TomlValue[];
export const TABLE = Symbol("table");

/** A place where keys may stand. */
export interface TomlTable {
  /** From the document's root. */
  readonly path: readonly string[];
  /** `[header]`, `[[list]]`, or `{ inline }`. */
  readonly kind: "header" | "list" | "inline";
  /** Counted from 1. */
  readonly line: number;
  /** A header's own text in its brackets; an inline table from brace to brace. */
  readonly range: Range;
}

/** A key and a value that is no table. */
export interface TomlLeaf {
  readonly path: readonly string[];
  readonly value: TomlValue;
  /** Of the key, counted from 1. */
  readonly line: number;
  /** Key, `=` and value. */
  readonly range: Range;
  readonly valueRange: Range;
  /** What stands of a dotted key before its last part, with the dot behind it, as it is written. */
  readonly prefix: string;
  /** Where the key stands; undefined for the document's root. */
  readonly table: TomlTable | undefined;
}

export interface TomlDocument {
  /** Both in the order of the text. */
  readonly tables: readonly TomlTable[];
  readonly leaves: readonly TomlLeaf[];
  readonly comments: readonly Range[];
}

/** Why a text is no TOML. `line` counts from 1; `message` is a sentence without its capital. */
export class TomlError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Text without a byte order mark. Throws TomlError. */
export function parseToml(text: string): TomlDocument {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text, { tomlVersion: "latest" });
  } catch (error) {
    if (error instanceof ParseError) {
      const { message, line } = faultOf(text, error.message, error.index);
      throw new TomlError(message, line);
    }
    throw new TomlError(`it cannot be read as TOML: ${(error as Error).message}`, 1);
  }
  const reading = { text, tables: [] as TomlTable[], leaves: [] as TomlLeaf[] };
  for (const node of program.body[0].body) {
    if (node.type === "TOMLKeyValue") readKey(node, [], undefined, reading);
    else readTable(node, reading);
  }
  return {
    tables: reading.tables,
    leaves: reading.leaves,
    comments: program.comments.map(({ range }) => range),
  };
}

interface Reading {
  readonly text: string;
  readonly tables: TomlTable[];
  readonly leaves: TomlLeaf[];
}

function readTable(node: AST.TOMLTable, reading: Reading): void {
  const table: TomlTable = {
    path: partsOf(node.key),
    kind: node.kind === "array" ? "list" : "header",
    line: node.loc.start.line,
    range: node.key.range,
  };
  reading.tables.push(table);
  for (const entry of node.body) readKey(entry, table.path, table, reading);
}

function readKey(
  { key, value, range }: AST.TOMLKeyValue,
  above: readonly string[],
  table: TomlTable | undefined,
  reading: Reading,
): void {
  const path = [...above, ...partsOf(key)];
  const { line } = key.loc.start;
  if (value.type === "TOMLInlineTable") {
    const inline: TomlTable = { path, kind: "inline", line, range: value.range };
    reading.tables.push(inline);
    for (const entry of value.body) readKey(entry, path, inline, reading);
    return;
  }
  const prefix = reading.text.slice(key.range[0], key.keys.at(-1)!.range[0]);
  reading.leaves.push({ path, value: valueFrom(value), line, range, valueRange: value.range, prefix, table });
}

function partsOf({ keys }: AST.TOMLKey): string[] {
  return keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
}

function valueFrom(node: AST.TOMLContentNode): TomlValue {
  if (node.type === "TOMLArray") return node.elements.map(valueFrom);
  if (node.type === "TOMLInlineTable") return TABLE;
  return node.kind === "integer" ? node.bigint : node.value;
}
