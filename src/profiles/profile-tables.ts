/**
 * Tables of parsed files to the profiles that stand in them, each table by itself. Pure; knows the shape `[profile.NAME]` and
 * what no place in a file may have; not what a profile's keys mean.
 */
import type { ConfigFile } from "./config-files.js";
import type { Problem } from "./problem.js";
import type { TomlTable, TomlValue } from "./toml.js";

/** A key of a profile, as it stands. */
export interface ProfileEntry {
  readonly key: string;
  readonly value: TomlValue;
  readonly file: string;
  readonly line: number;
}

/** A profile's part in one file. */
export interface ProfileTable {
  readonly name: string;
  readonly file: string;
  /** Of its header, or of its first key. */
  readonly line: number;
  readonly entries: readonly ProfileEntry[];
  /** Within it. */
  readonly problems: readonly Problem[];
}

const PROFILE = "profile";
const INCLUDE = "include";
const TOP_LEVEL = [PROFILE, INCLUDE];

interface Draft extends ProfileTable {
  readonly entries: ProfileEntry[];
  readonly problems: Problem[];
}

/** In the order of the files and their texts. `problems` are those outside of any profile. */
export function profileTables(files: readonly ConfigFile[]): {
  readonly tables: readonly ProfileTable[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const tables = files.flatMap((file) => tablesOf(file, problems));
  return { tables, problems };
}

function tablesOf({ path: file, document }: ConfigFile, problems: Problem[]): ProfileTable[] {
  const drafts = new Map<string, Draft>();
  const draft = (name: string, line: number) => {
    const known = drafts.get(name) ?? { name, file, line, entries: [], problems: [] };
    drafts.set(name, known);
    return known;
  };
  for (const { path, kind, line } of document.tables) {
    const [first = "", name, key] = path;
    if (first !== PROFILE) problems.push(strayTable(file, line, path));
    else if (kind === "list")
      problems.push({ file, line, text: `write [${first}.NAME], with single brackets` });
    else if (key !== undefined) draft(name!, line).problems.push(tableInside(file, line, path, kind));
    else if (name !== undefined) draft(name, line);
  }
  for (const { path, value, line, table } of document.leaves) {
    const [first = "", name, key, ...deeper] = path;
    if (table?.kind === "list") continue; // told already, as a stray table is
    if (first !== PROFILE) {
      if (table !== undefined) continue;
      if (path.length > 1) problems.push(strayTable(file, line, path.slice(0, -1)));
      else if (!TOP_LEVEL.includes(first)) problems.push(strayKey(file, line, first));
    } else if (name === undefined) {
      problems.push({ file, line, text: `${PROFILE}: it is a table, write [${PROFILE}.NAME]` });
    } else if (key === undefined) {
      problems.push({ file, line, text: `${PROFILE}.${name}: it is a table, write [${PROFILE}.${name}]` });
    } else if (deeper.length > 0) {
      if (table?.path.length !== path.length - 1)
        draft(name, line).problems.push(tableInside(file, line, path.slice(0, 3), "inline"));
    } else {
      draft(name, line).entries.push({ key, value, file, line });
    }
  }
  return [...drafts.values()].sort((one, other) => one.line - other.line);
}

function strayTable(file: string, line: number, path: readonly string[]): Problem {
  const [word = ""] = path;
  if (word === INCLUDE)
    return { file, line, text: `${INCLUDE}: it takes the name of a file, or a list of such` };
  return { file, line, text: `[${path.join(".")}]: there is no such table`, word, valid: [PROFILE] };
}

function strayKey(file: string, line: number, word: string): Problem {
  const text = `${word}: there is no such key outside of a profile, write it below [${PROFILE}.NAME]`;
  return { file, line, text, word, valid: TOP_LEVEL };
}

function tableInside(
  file: string,
  line: number,
  [, name, ...rest]: readonly string[],
  kind: TomlTable["kind"],
): Problem {
  if (kind === "inline") return { file, line, text: `${rest.join(".")}: it takes a value, and is no table` };
  const whole = [name, ...rest].join(".");
  const text = `[${PROFILE}.${whole}]: a name with a dot stands in quotes: [${PROFILE}."${whole}"]`;
  return { file, line, text };
}
