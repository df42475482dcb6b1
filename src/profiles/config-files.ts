/**
 * The configuration file and those that it includes, read and parsed. Knows files, and the one key that names others; what else
 * stands in them is profiles.ts's.
 */
import { statSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { SysError } from "../tty/sys-error.js";
import { configPath, pathIn } from "./config-path.js";
import type { Problem } from "./problem.js";
import type { TomlDocument, TomlLeaf } from "./toml.js";
import { decodeText } from "./utf8.js";

export interface ConfigFile {
  /** As it was found: `~` and relative paths resolved, links not. */
  readonly path: string;
  readonly document: TomlDocument;
}

export interface ConfigFiles {
  /** Of the file that includes the others, whether or not it is there; undefined where there is no home. */
  readonly path: string | undefined;
  /** What is said in one counts before what is said in those behind it. */
  readonly files: readonly ConfigFile[];
  readonly problems: readonly Problem[];
}

/** A person writes some kilobytes. */
const MOST_BYTES = 1024 * 1024;
const INCLUDE = "include";

/** Whether there is a configuration file: one look, for whoever would load a parser to read it. */
export function isConfigured(env: NodeJS.ProcessEnv): boolean {
  const path = configPath(env);
  return path !== undefined && isThere(path);
}

/** A link to nothing is not there; what may not be looked at is, and reading it says why not. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}

/** Reads all of them. Rejects never: what cannot be read is a problem, and a first file that is not there is none. */
export async function readConfigFiles(env: NodeJS.ProcessEnv): Promise<ConfigFiles> {
  const path = configPath(env);
  const reading: Reading = { env, files: new Map(), problems: [] };
  const found = path !== undefined && isThere(path) ? await withIncluded(path, undefined, [], reading) : [];
  // What two files include counts before neither of them.
  const files = found.filter((file, at) => found.lastIndexOf(file) === at);
  return { path, files, problems: reading.problems };
}

interface Reading {
  readonly env: NodeJS.ProcessEnv;
  /** By real path: each file is read once. Undefined for one that is of no use. */
  readonly files: Map<string, ConfigFile | undefined>;
  readonly problems: Problem[];
}

interface Include {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** A file and all that it includes. `from`: what includes it; `above`: the real paths of all that lead to it. */
async function withIncluded(
  path: string,
  from: Include | undefined,
  above: readonly string[],
  reading: Reading,
): Promise<ConfigFile[]> {
  const { files, problems, env } = reading;
  const fail = (why: string): ConfigFile[] => {
    if (from === undefined) problems.push({ file: path, text: why });
    else problems.push({ file: from.file, line: from.line, text: `include "${from.name}": ${why}` });
    return [];
  };
  let real: string;
  try {
    real = await realpath(path);
    if (above.includes(real)) return fail("it leads back to itself");
    if (!files.has(real)) {
      files.set(real, undefined);
      const stats = await stat(real);
      const isNothing = real === "/dev/null"; // how some say that they want none
      if (!stats.isFile() && !isNothing)
        return fail(stats.isDirectory() ? "it is a directory" : "it is no regular file");
      if (stats.size > MOST_BYTES) return fail(`it is larger than ${MOST_BYTES / 1024} KiB`);
      files.set(real, await parsed(path, await readFile(real), problems));
    }
  } catch (error) {
    const { errno = 0, syscall = "read" } = error as NodeJS.ErrnoException;
    return fail(new SysError(syscall, -errno).message);
  }
  const file = files.get(real);
  if (file === undefined) return [];
  const included: ConfigFile[] = [];
  for (const include of includesOf(file, problems).reverse()) {
    const next = pathIn(path, include.name, env);
    included.push(...(await withIncluded(next, include, [...above, real], reading)));
  }
  return [file, ...included];
}

async function parsed(path: string, bytes: Uint8Array, problems: Problem[]): Promise<ConfigFile | undefined> {
  const { text, badLine } = decodeText(bytes);
  if (text === undefined) {
    problems.push({ file: path, line: badLine, text: "it is not UTF-8 text" });
    return undefined;
  }
  const { parseToml, TomlError } = await import("./toml.js");
  try {
    return { path, document: parseToml(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    problems.push({ file: path, line: error.line, text: error.message });
    return undefined;
  }
}

/** In the order of the text. */
function includesOf({ path: file, document }: ConfigFile, problems: Problem[]): Include[] {
  const leaf = document.leaves.find(({ path }) => path.length === 1 && path[0] === INCLUDE);
  if (leaf === undefined) return [];
  const { line } = leaf;
  const names = textsOf(leaf);
  if (names !== undefined) return names.map((name) => ({ file, line, name }));
  const text = `${INCLUDE}: it takes the name of a file, or a list of such`;
  if (!problems.some((known) => known.file === file && known.line === line))
    problems.push({ file, line, text });
  return [];
}

/** A text, or a list of them; undefined for anything else. */
export function textsOf({ value }: Pick<TomlLeaf, "value">): string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((one) => typeof one === "string" && one !== "") ? (list as string[]) : undefined;
}
