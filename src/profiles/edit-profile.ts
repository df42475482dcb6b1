/**
 * A profile's table put into the text of a configuration file, with everything else left byte for byte as it is. Pure; knows how
 * tables are written, works on ranges of the text, and writes none of it anew.
 */
import { plainValue } from "./plain-value.js";
import type { Range, TomlDocument, TomlLeaf, TomlTable, TomlValue } from "./toml.js";
import { type PlainValue, tomlKey, tomlValue } from "./toml-write.js";

export interface Wanted {
  /** What is to stand in the profile, in order. */
  readonly entries: ReadonlyMap<string, PlainValue>;
  /** Other keys that stay as they are. */
  readonly stays: (key: string) => boolean;
  /** One key for those that mean the same. */
  readonly canonical: (key: string) => string;
}

export interface Edited {
  readonly text: string;
  /** Keys that were taken out. */
  readonly removed: readonly string[];
}

/** A text put in the place of a range. */
interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** What cannot be edited; `line` counts from 1. */
export class NotEditable extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const PROFILE = "profile";

/** `document` is `text` parsed. Throws NotEditable for a profile that is written in a way that nobody does. */
export function editProfile(text: string, document: TomlDocument, name: string, wanted: Wanted): Edited {
  const isWithin = ({ path }: TomlTable | TomlLeaf) => path[0] === PROFILE && path[1] === name;
  const tables = document.tables.filter(isWithin);
  const leaves = document.leaves.filter(isWithin);
  const odd = [
    ...tables.filter(({ path }) => path.length > 2),
    ...leaves.filter(({ path }) => path.length !== 3),
  ];
  if (odd[0]) throw new NotEditable(odd[0].line, "a profile has keys and values alone");
  const list = document.tables.find(({ path, kind }) => path[0] === PROFILE && kind === "list");
  if (list) throw new NotEditable(list.line, `write [${PROFILE}.NAME], with single brackets`);
  const [table] = tables;
  if (table === undefined && leaves.length === 0) {
    return { text: withNew(text, document, name, wanted), removed: [] };
  }
  const { kept, missing, removed } = compare(leaves, wanted);
  const keys = removed.map(({ path }) => path[2]!);
  if (table?.kind === "inline") {
    return { text: apply(text, [rewritten(text, document, table, kept, missing)]), removed: keys };
  }
  if (leaves.some((leaf) => leaf.table?.kind === "inline")) {
    throw new NotEditable(leaves[0]!.line, `write it as [${PROFILE}.${tomlKey(name)}] and its keys below`);
  }
  const edits = [
    ...kept.flatMap(({ leaf, value }) => (value === undefined ? [] : replaced(text, document, leaf, value))),
    ...removed.map((leaf) => withoutLine(text, document, leaf)),
    ...added(text, table, leaves, { missing, isLastRemoved: removed.includes(leaves.at(-1)!) }),
  ];
  return { text: apply(text, edits), removed: keys };
}

interface Kept {
  readonly leaf: TomlLeaf;
  /** Undefined where it says already what it is to say. */
  readonly value: PlainValue | undefined;
}

type Entry = readonly [key: string, value: PlainValue];

function compare(leaves: readonly TomlLeaf[], { entries, stays, canonical }: Wanted) {
  const missing = new Map(entries);
  const [kept, removed]: [Kept[], TomlLeaf[]] = [[], []];
  for (const leaf of leaves) {
    const key = canonical(leaf.path[2]!);
    const value = missing.get(key);
    if (value !== undefined) kept.push({ leaf, value: isSame(leaf.value, value) ? undefined : value });
    else if (!entries.has(key) && stays(leaf.path[2]!)) kept.push({ leaf, value: undefined });
    else removed.push(leaf);
    missing.delete(key);
  }
  return { kept, removed, missing: [...missing] };
}

/** Whether a value says what is wanted, however it is written. */
export function isSame(value: TomlValue, wanted: PlainValue): boolean {
  const said = plainValue(value);
  if (typeof said === "boolean") return wanted === said || wanted === (said ? "on" : "off");
  return said === String(wanted) && typeof wanted !== "boolean"; // a list has commas
}

function apply(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort(
    (one, other) => one.range[0] - other.range[0] || one.range[1] - other.range[1],
  );
  let [done, at] = ["", 0];
  for (const { range, text: put } of inOrder) {
    done += text.slice(at, range[0]) + put;
    at = range[1];
  }
  return done + text.slice(at);
}

/** At the end, or in the one table of all profiles where they stand in braces. */
function withNew(text: string, document: TomlDocument, name: string, { entries }: Wanted): string {
  const all = document.tables.find(({ path }) => path.length === 1 && path[0] === PROFILE);
  if (all?.kind === "inline") {
    const end = all.range[1] - 1;
    const before = text.slice(all.range[0] + 1, end).trimEnd();
    const comma = before === "" || before.endsWith(",") ? "" : ",";
    const at = all.range[0] + 1 + before.length;
    return apply(text, [
      { range: [at, end], text: `${comma} ${tomlKey(name)} = ${inline([...entries].map(entryText))} ` },
    ]);
  }
  const eol = eolAt(text, text.length);
  const gap = text === "" ? "" : /(^|\n)\r?\n$/.test(text) ? "" : text.endsWith("\n") ? eol : eol + eol;
  const lines = [`[${PROFILE}.${tomlKey(name)}]`, ...[...entries].map(entryText)];
  return `${text}${gap}${lines.join(eol)}${eol}`;
}

function entryText([key, value]: Entry): string {
  return `${tomlKey(key)} = ${tomlValue(value)}`;
}

function inline(items: readonly string[]): string {
  return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
}

/** An inline table, which stands on one line and is written as a whole. */
function rewritten(
  text: string,
  document: TomlDocument,
  table: TomlTable,
  kept: readonly Kept[],
  missing: readonly Entry[],
): Edit {
  if (kept.every(({ value }) => value === undefined) && missing.length === 0) {
    const whole = document.leaves.filter((leaf) => leaf.table === table).length;
    if (whole === kept.length) return { range: [0, 0], text: "" };
  }
  const items = kept.map(({ leaf, value }) => {
    const key = text.slice(leaf.range[0], leaf.valueRange[0]);
    return value === undefined ? text.slice(...leaf.range) : `${key}${tomlValue(value)}`;
  });
  const notes = commentsIn(text, document, table.range);
  if (notes.length > 0)
    throw new NotEditable(table.line, "there are comments in its braces: write it with a header");
  return { range: table.range, text: inline([...items, ...missing.map(entryText)]) };
}

function replaced(text: string, document: TomlDocument, leaf: TomlLeaf, value: PlainValue): Edit[] {
  const edit = { range: leaf.valueRange, text: tomlValue(value) };
  const notes = commentsIn(text, document, leaf.valueRange);
  if (notes.length === 0) return [edit];
  const start = lineStart(text, leaf.range[0]);
  const indent = text.slice(start, leaf.range[0]);
  const eol = eolAt(text, leaf.range[0]);
  return [{ range: [start, start], text: notes.map((note) => `${indent}${note}${eol}`).join("") }, edit];
}

/** A line without its key; the comments that it had stay. */
function withoutLine(text: string, document: TomlDocument, { range }: TomlLeaf): Edit {
  const start = lineStart(text, range[0]);
  const end = lineEnd(text, range[1]);
  const indent = text.slice(start, range[0]);
  const eol = eolAt(text, range[0]);
  const notes = commentsIn(text, document, [start, end]);
  return { range: [start, end], text: notes.map((note) => `${indent}${note}${eol}`).join("") };
}

function commentsIn(text: string, { comments }: TomlDocument, [from, to]: Range): string[] {
  return comments.filter((range) => from <= range[0] && range[1] <= to).map((range) => text.slice(...range));
}

/** Behind the last key of the profile, or behind its header. */
function added(
  text: string,
  table: TomlTable | undefined,
  leaves: readonly TomlLeaf[],
  { missing, isLastRemoved }: { missing: readonly Entry[]; isLastRemoved: boolean },
): Edit[] {
  if (missing.length === 0) return [];
  const last = leaves.at(-1);
  const at = last?.range ?? table!.range;
  const eol = eolAt(text, at[1]);
  const start = lineStart(text, at[0]);
  const indent = last ? text.slice(start, at[0]) : (/^[ \t]*/.exec(text.slice(start))?.[0] ?? "");
  const lines = missing.map((entry) => `${indent}${last?.prefix ?? ""}${entryText(entry)}${eol}`).join("");
  const end = lineEnd(text, at[1]);
  const isUnended = text[end - 1] !== "\n" && !isLastRemoved;
  return [{ range: [end, end], text: isUnended ? eol + lines : lines }];
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

/** Behind the line's newline. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}

/** As the line that `at` is in ends; for the last one as the one before it does. */
function eolAt(text: string, at: number): string {
  const next = text.indexOf("\n", at);
  const newline = next === -1 ? text.lastIndexOf("\n", at) : next;
  return newline > 0 && text[newline - 1] === "\r" ? "\r\n" : "\n";
}
