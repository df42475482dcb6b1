/**
 * The profiles of the configuration file: their names, their ports, and what their tables say, each value with its place. Knows how
 * profiles include each other and which is for which device; what an option's value means is cli/'s.
 */

import { isUsbDevice, parseUsbName, type UsbDevice, type UsbMatch } from "../port/discovery/usb-name.js";
import type { ConfigFile } from "./config-files.js";
import { readConfigFiles, textsOf } from "./config-files.js";
import { expandHome } from "./config-path.js";
import { plainValue } from "./plain-value.js";
import { type Problem, problemText } from "./problem.js";
import { type ProfileEntry, type ProfileTable, profileTables } from "./profile-tables.js";
import type { TomlValue } from "./toml.js";

/** What one table of a profile says of options. */
export interface ProfileLayer {
  /** The profile whose table it is, which may be an included one. */
  readonly profile: string;
  readonly entries: readonly ProfileEntry[];
}

export interface Profile {
  readonly name: string;
  readonly description?: string;
  /** A port's name, as on the command line; where it has none of its own, an included profile's. */
  readonly port?: string;
  /** USB devices that its port may be, where it has no `port`; its own or an included profile's. */
  readonly match: readonly UsbMatch[];
  /** Where `port` or `match` stands. */
  readonly portPlace?: ProfileEntry;
  /** USB devices that it is for without being named: its own `match`. */
  readonly claims: readonly UsbMatch[];
  /** Options by their names in the file, not checked: its own, and beneath them those of the profiles it includes. */
  readonly values: ReadonlyMap<string, string | boolean>;
  /** The same table by table, as TOML has them: what is said in one counts before what is said in those behind it. */
  readonly layers: readonly ProfileLayer[];
  /** What is wrong with it, but for the values of options. */
  readonly problems: readonly Problem[];
  /** Where it begins. */
  readonly file: string;
  readonly line: number;
}

export interface Profiles {
  /** Of the first file, which need not be there; undefined where there is no home. */
  readonly path: string | undefined;
  /** Those that were read. */
  readonly files: readonly ConfigFile[];
  readonly profiles: readonly Profile[];
  /** What is wrong outside of profiles. */
  readonly problems: readonly Problem[];
}

/** Keys that are no options. */
const PORT = "port";
const MATCH = "match";
const INCLUDE = "include";
const DESCRIPTION = "description";
export const PROFILE_KEYS: readonly string[] = [PORT, MATCH, INCLUDE, DESCRIPTION];

/** All there is, each problem with its place. Rejects never; without a file there are no profiles. */
export async function loadProfiles(env: NodeJS.ProcessEnv): Promise<Profiles> {
  const { path, files, problems } = await readConfigFiles(env);
  const found = profileTables(files);
  return {
    path,
    files,
    profiles: profilesOf(found.tables, env),
    problems: inOrder([...problems, ...found.problems], files),
  };
}

/** By file, the first one first, and by line. */
export function inOrder(problems: readonly Problem[], files: readonly ConfigFile[]): Problem[] {
  const rank = ({ file }: Problem) => files.findIndex(({ path }) => path === file);
  return [...problems].sort((one, other) => rank(one) - rank(other) || (one.line ?? 0) - (other.line ?? 0));
}

/** For whoever shows profiles: those there are, and a line for each thing that is wrong. Rejects never. */
export async function readProfiles(env: NodeJS.ProcessEnv): Promise<{
  readonly path: string | undefined;
  readonly profiles: readonly Profile[];
  readonly problems: readonly string[];
}> {
  const { path, profiles, problems } = await loadProfiles(env);
  const within = profiles.flatMap((profile) => profile.problems);
  return { path, profiles, problems: [...new Set([...problems, ...within].map(problemText))] };
}

/**
 * The profile for a device that nobody has named one for: the one that claims it, by its serial number before those that
 * claim any of its kind. Several where that cannot be told, none where nobody claims it.
 */
export function profilesFor(device: UsbDevice, profiles: readonly Profile[]): readonly Profile[] {
  const claiming = (isFor: (match: UsbMatch) => boolean) =>
    profiles.filter(({ claims }) => claims.some((match) => isUsbDevice(match, device) && isFor(match)));
  const bySerial = claiming(({ serialNumber }) => serialNumber !== undefined);
  return bySerial.length > 0 ? bySerial : claiming(() => true);
}

/** The one profile for a device; undefined where there is none or not just one. */
export function profileOf(device: UsbDevice, profiles: readonly Profile[]): Profile | undefined {
  const found = profilesFor(device, profiles);
  return found.length === 1 ? found[0] : undefined;
}

type TablesByName = ReadonlyMap<string, readonly ProfileTable[]>;

/** Tables of one name, from several files, are one profile. */
function profilesOf(tables: readonly ProfileTable[], env: NodeJS.ProcessEnv): Profile[] {
  const byName = new Map<string, ProfileTable[]>();
  for (const table of tables) byName.set(table.name, [...(byName.get(table.name) ?? []), table]);
  return [...byName.keys()].map((name) => profileNamed(name, byName, env));
}

function profileNamed(name: string, byName: TablesByName, env: NodeJS.ProcessEnv): Profile {
  const own = byName.get(name)!;
  const problems: Problem[] = [];
  const found = withIncluded(name, [], byName, problems);
  // What two profiles include counts before neither of them.
  const tables = found.filter((table, at) => found.lastIndexOf(table) === at);
  const values = new Map<string, string | boolean>();
  for (const { key, value } of tables.flatMap(({ entries }) => entries)) {
    const plain = plainValue(value);
    if (plain !== undefined && !PROFILE_KEYS.includes(key) && !values.has(key)) values.set(key, plain);
  }
  for (const table of tables) problems.push(...table.problems, ...wrongKeys(table));
  const description = own.map((table) => entryOf(table, DESCRIPTION)?.value).find(isText);
  const { port, match = [], place } = target(tables, env);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(port === undefined ? {} : { port }),
    match,
    ...(place === undefined ? {} : { portPlace: place }),
    claims: matchesOf(own.map((table) => entryOf(table, MATCH)).find(Boolean)),
    values,
    layers: tables.map((table) => ({
      profile: table.name,
      entries: table.entries.filter(({ key }) => !PROFILE_KEYS.includes(key)),
    })),
    problems,
    file: own[0]!.file,
    line: own[0]!.line,
  };
}

/** A profile's tables and those of all that it includes; the later ones of a list come first. */
function withIncluded(
  name: string,
  above: readonly string[],
  byName: TablesByName,
  problems: Problem[],
): ProfileTable[] {
  const own = byName.get(name)!;
  const include = own.map((table) => entryOf(table, INCLUDE)).find(Boolean);
  const tables = [...own];
  for (const other of (include && textsOf(include))?.reverse() ?? []) {
    const { file, line } = include!;
    const fail = (why: string, more = {}) =>
      problems.push({ file, line, text: `${INCLUDE} "${other}": ${why}`, ...more });
    if (!byName.has(other)) fail("there is no such profile", { word: other, valid: [...byName.keys()] });
    else if ([...above, name].includes(other)) fail("it leads back to itself");
    else tables.push(...withIncluded(other, [...above, name], byName, problems));
  }
  return tables;
}

function entryOf({ entries }: ProfileTable, key: string): ProfileEntry | undefined {
  return entries.find((entry) => entry.key === key);
}

/** The first table that names a port has the word. */
function target(
  tables: readonly ProfileTable[],
  env: NodeJS.ProcessEnv,
): { port?: string; match?: readonly UsbMatch[]; place?: ProfileEntry } {
  for (const table of tables) {
    const [port, match] = [entryOf(table, PORT), entryOf(table, MATCH)];
    if (port !== undefined && isText(port.value)) return { port: expandHome(port.value, env), place: port };
    const matches = matchesOf(match);
    if (match !== undefined && matches.length > 0) return { match: matches, place: match };
  }
  return {};
}

function matchesOf(entry: ProfileEntry | undefined): UsbMatch[] {
  const texts = entry && textsOf(entry);
  return (texts ?? []).map(parseUsbName).filter((match) => match !== undefined);
}

/** Of the keys that are no options. */
function wrongKeys(table: ProfileTable): Problem[] {
  return table.entries.flatMap(({ key, value, file, line }) => {
    const why = wrongKey(key, value);
    return why === undefined ? [] : [{ file, line, text: `${key}: ${why}` }];
  });
}

function wrongKey(key: string, value: TomlValue): string | undefined {
  if (key === PORT) {
    if (!isText(value)) return "it takes the name of a port, in quotes";
    return value.startsWith("@") ? "it is a profile's name; include takes one" : undefined;
  }
  if (key === MATCH) {
    const texts = textsOf({ value });
    if (texts === undefined) return 'it takes USB ids as "usb:0403:6001", or a list of such';
    const wrong = texts.find((text) => parseUsbName(text) === undefined);
    if (wrong === undefined) return undefined;
    return `"${wrong}" is not written as "usb:0403:6001" or "usb:0403:6001:SERIAL", as robin list shows them`;
  }
  if (key === INCLUDE)
    return textsOf({ value }) ? undefined : "it takes the name of a profile, or a list of such";
  if (key === DESCRIPTION) return typeof value === "string" ? undefined : "it takes a text, in quotes";
  return undefined;
}

function isText(value: TomlValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}
