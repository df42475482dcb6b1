/**
 * A profile written into the configuration file, which keeps everything else as its owner wrote it. Knows the order of the steps:
 * which file, what is to stand there, whether what was written says it, and what other files still say.
 */
import { RobinError } from "../errors.js";
import { isUsbDevice, parseUsbName } from "../port/discovery/usb-name.js";
import { SysError } from "../tty/sys-error.js";
import { configPath } from "./config-path.js";
import { editProfile, isSame, NotEditable, type Wanted } from "./edit-profile.js";
import { placeOf, problemText } from "./problem.js";
import type { ProfileEntry } from "./profile-tables.js";
import { loadProfiles, PROFILE_KEYS, type Profile } from "./profiles.js";
import { type Original, readOriginal, replaceFile } from "./replace-file.js";
import type { TomlDocument } from "./toml.js";
import type { PlainValue } from "./toml-write.js";
import { decodeText } from "./utf8.js";

/** The port that a profile is for: its name, or ids of USB adapters, as in `usb:0403:6001:A50285BI`; undefined: as it is. */
export type ProfilePort =
  | { readonly port: string }
  | { readonly match: string | readonly string[] }
  | undefined;

export interface SavedProfile {
  readonly path: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly isNew: boolean;
  /** Options that it had and has no more. */
  readonly removed: readonly string[];
  /** What other files say of it still, as `file:line key`. */
  readonly remains: readonly string[];
}

/** What a name may be made of, so that no shell needs quotes for it. */
const NAME = /^[A-Za-z0-9._-]+$/;
const MOST_TRIES = 5;
const BOM = "\ufeff";

/**
 * Writes `[profile.name]` with these options, as a command line has their values, and this port; what stands there of
 * other options goes, comments stay. `canonical`: one name for all spellings of an option. Rejects with RobinError: usage for a
 * name or a file that is no good, open-failed where it cannot be written.
 */
export async function saveProfile(
  name: string,
  values: ReadonlyMap<string, PlainValue>,
  port: ProfilePort,
  env: NodeJS.ProcessEnv,
  canonical: (key: string) => string = (key) => key,
): Promise<SavedProfile> {
  if (!NAME.test(name)) {
    const text = `save profile "${name}": a name has letters, digits, and any of - _ .`;
    throw new RobinError("usage", text);
  }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const saved = await saveOnce(name, values, port, env, canonical);
    if (saved) return saved;
  }
  throw new RobinError("open-failed", `save profile ${name}: someone else writes the file all the time`);
}

/** Undefined where the file has changed meanwhile. */
async function saveOnce(
  name: string,
  values: ReadonlyMap<string, PlainValue>,
  port: ProfilePort,
  env: NodeJS.ProcessEnv,
  canonical: (key: string) => string,
): Promise<SavedProfile | undefined> {
  const first = configPath(env);
  if (first === undefined) {
    const hint = "set HOME or XDG_CONFIG_HOME";
    throw new RobinError("usage", `save profile ${name}: there is no home directory`, { hint });
  }
  const { profiles } = await loadProfiles(env);
  const known = profiles.find((profile) => profile.name === name);
  const path = known?.file ?? first;
  const fail = (why: string, cause?: unknown) =>
    new RobinError(cause === undefined ? "usage" : "open-failed", `save profile ${name} to ${path}: ${why}`, {
      cause,
    });
  const original = await attempt(() => readOriginal(path), fail);
  const { text: before, document } = await parsedText(original, path);
  const wanted = wantedOf(known, values, port, canonical);
  let edited: { text: string; removed: readonly string[] };
  try {
    edited = editProfile(before, document, name, wanted);
  } catch (error) {
    if (!(error instanceof NotEditable)) throw error;
    throw new RobinError(
      "usage",
      `${placeOf({ file: path, line: error.line })}: save profile ${name}: ${error.message}`,
    );
  }
  const line = await checked(before, edited.text, name, wanted, fail);
  const bom = startsWithBom(original) ? BOM : "";
  if (!(await attempt(() => replaceFile(original, Buffer.from(bom + edited.text)), fail))) return undefined;
  const { removed } = edited;
  return { path, line, isNew: known === undefined, removed, remains: await remains(name, wanted, env) };
}

async function attempt<T>(
  work: () => Promise<T>,
  fail: (why: string, cause: unknown) => RobinError,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { errno, syscall = "write" } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    const cause = new SysError(syscall, -errno);
    throw fail(cause.message, cause);
  }
}

function startsWithBom({ bytes }: Original): boolean {
  return bytes !== undefined && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

async function parsedText(
  { bytes = new Uint8Array() }: Original,
  path: string,
): Promise<{ text: string; document: TomlDocument }> {
  const { parseToml, TomlError } = await import("./toml.js");
  const { text, badLine } = decodeText(bytes);
  const refuse = (line: number | undefined, why: string) =>
    new RobinError("usage", problemText({ file: path, line, text: why }), { hint: "nothing was saved" });
  if (text === undefined) throw refuse(badLine, "it is not UTF-8 text");
  try {
    return { text, document: parseToml(text) };
  } catch (error) {
    throw error instanceof TomlError ? refuse(error.line, error.message) : error;
  }
}

/** What is to stand in the table: the port, then the options; `description` stays, and `include` where it says nothing else. */
function wantedOf(
  known: Profile | undefined,
  values: ReadonlyMap<string, PlainValue>,
  port: ProfilePort,
  canonical: (key: string) => string,
): Wanted {
  const included = known?.layers.filter(({ profile }) => profile !== known.name) ?? [];
  const agrees = ({ key, value }: ProfileEntry) => {
    const mine = values.get(canonical(key));
    return mine === undefined ? value === false : isSame(value, mine);
  };
  const staying = new Set(["description"]);
  if (included.every(({ entries }) => entries.every(agrees))) staying.add("include");
  const entries = new Map<string, PlainValue>();
  if (port && "match" in port && isCovered(port.match, known)) staying.add("match");
  else if (port && "match" in port) entries.set("match", port.match);
  else if (port) entries.set("port", port.port);
  else for (const key of ["port", "match"]) staying.add(key);
  for (const [key, value] of values) entries.set(key, value);
  return { entries, canonical, stays: (key) => staying.has(key) };
}

/** Whether what the profile matches already is this device too. */
function isCovered(match: string | readonly string[], known: Profile | undefined): boolean {
  const device = typeof match === "string" ? parseUsbName(match) : undefined;
  return device !== undefined && known?.claims.some((claim) => isUsbDevice(claim, device)) === true;
}

/** The profile's line in the new text, which says what was wanted and for the rest what it said before. */
async function checked(
  before: string,
  after: string,
  name: string,
  { entries, canonical }: Wanted,
  fail: (why: string) => RobinError,
): Promise<number> {
  const { parseToml, TomlError } = await import("./toml.js");
  const isOwn = ({ path }: { path: readonly string[] }) => path[0] === "profile" && path[1] === name;
  const others = ({ leaves, tables }: TomlDocument) =>
    describe([...leaves.filter((leaf) => !isOwn(leaf)), ...tables.filter((table) => !isOwn(table))]);
  try {
    const [old, now] = [parseToml(before), parseToml(after)];
    const own = now.leaves.filter(isOwn);
    const first = [...now.tables.filter(isOwn), ...own][0];
    const isRight = [...entries].every(([key, value]) =>
      own.some((leaf) => canonical(leaf.path[2]!) === key && isSame(leaf.value, value)),
    );
    if (isRight && first && others(old) === others(now)) return first.line;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
  }
  throw fail(`it is written in a way that cannot be changed from here: write [profile.${name}] by hand`);
}

function describe(parts: readonly object[]): string {
  const plain = parts.map(({ path, value, kind }: { path?: unknown; value?: unknown; kind?: unknown }) => [
    path,
    value,
    kind,
  ]);
  return JSON.stringify(plain, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

/** What other tables say beneath it, which no line in this one takes away. */
async function remains(
  name: string,
  { entries, canonical }: Wanted,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const { profiles } = await loadProfiles(env);
  const layers = profiles.find((profile) => profile.name === name)?.layers ?? [];
  return layers.flatMap(({ entries: said }) =>
    said
      .filter(
        ({ key, value }) => value !== false && !entries.has(canonical(key)) && !PROFILE_KEYS.includes(key),
      )
      .map((entry) => `${placeOf(entry)} ${entry.key}`),
  );
}
