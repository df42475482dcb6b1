/**
 * What a profile says, as options: each key a name of the table of options, each value one that the command line takes too. Pure;
 * knows which options make no sense in a profile, and how TOML's values are theirs.
 */
import { expandHome } from "../profiles/config-path.js";
import { kindOf, plainValue } from "../profiles/plain-value.js";
import type { Problem } from "../profiles/problem.js";
import type { ProfileEntry } from "../profiles/profile-tables.js";
import { PROFILE_KEYS, type Profile, type ProfileLayer } from "../profiles/profiles.js";
import type { TomlValue } from "../profiles/toml.js";
import { complaintAbout, optionNamed, spellingsOf, wrongValue } from "./option-check.js";
import { OPTIONS, type Option } from "./options.js";
import type { Layer, Said } from "./origin.js";

/** Options that a profile cannot have, and why. */
const NOT_IN_A_PROFILE: Readonly<Record<string, string>> = {
  help: "it is for the command line alone",
  version: "it is for the command line alone",
  save: "it is for the command line alone",
  profile: 'another profile\'s values come by include = "NAME"',
};

/** All that a profile may say. */
export const PROFILE_OPTIONS: readonly Option[] = OPTIONS.filter(({ name }) => !(name in NOT_IN_A_PROFILE));
const KEYS = [...PROFILE_OPTIONS.flatMap(spellingsOf), ...PROFILE_KEYS];

export interface CheckedProfile {
  /** What is said in one counts before what is said in those behind it. */
  readonly layers: readonly Layer[];
  /** What is wrong with it, all of it. */
  readonly problems: readonly Problem[];
}

/** Its tables as layers of options, and what is wrong with it and with what it includes. */
export function checkProfile(profile: Profile, env: NodeJS.ProcessEnv): CheckedProfile {
  const problems = [...profile.problems];
  const layers = profile.layers.map((layer) => layerOf(layer, env, problems));
  return { layers, problems };
}

/** One name for all spellings of an option. */
export function canonicalName(key: string): string {
  return optionNamed(key)?.name ?? key;
}

function layerOf({ profile, entries }: ProfileLayer, env: NodeJS.ProcessEnv, problems: Problem[]): Layer {
  const layer = new Map<string, Said>();
  for (const entry of entries) {
    const { key, file, line } = entry;
    const fail = (text: string, more: Partial<Problem> = {}) =>
      void problems.push({ file, line, text: `${key}: ${text}`, ...more });
    const option = optionNamed(key);
    const refusal = option && NOT_IN_A_PROFILE[option.name];
    if (option === undefined) fail("there is no such option", { word: key, valid: KEYS });
    else if (refusal !== undefined) fail(`${refusal}`);
    else if (layer.has(option.name))
      fail(`it is the same option as ${otherSpelling(entries, entry, option)}`);
    else {
      const value = valueFor(option, entry.value, env);
      if (typeof value === "object") fail(value.why);
      else layer.set(option.name, { value, origin: { from: "profile", profile, file, line } });
    }
  }
  const contradiction = contradictionIn(layer);
  if (contradiction) problems.push(contradiction);
  return layer;
}

function otherSpelling(entries: readonly ProfileEntry[], entry: ProfileEntry, option: Option): string {
  return (
    entries.find((other) => other !== entry && spellingsOf(option).includes(other.key))?.key ?? option.name
  );
}

/** As the command line has it, or why not. */
function valueFor(
  option: Option,
  value: TomlValue,
  env: NodeJS.ProcessEnv,
): Said["value"] | { readonly why: string } {
  const plain = plainFor(option, value);
  if (typeof plain === "object") return plain;
  const whole = typeof plain === "string" && option.completes === "file" ? expandHome(plain, env) : plain;
  const error = wrongValue(option, whole);
  return error === undefined ? whole : { why: error.message };
}

function plainFor(option: Option, value: TomlValue): Said["value"] | { readonly why: string } {
  const { value: placeholder, counted, joined } = option;
  if (typeof value === "boolean") return switched(option, value);
  if (counted) {
    return typeof value === "bigint" && value >= 0n
      ? Number(value)
      : { why: "it takes a whole number, or true or false" };
  }
  if (placeholder === undefined) return { why: `it takes true or false, not ${kindOf(value)}` };
  if (Array.isArray(value) && !joined) return { why: `it takes one value (${placeholder}), not a list` };
  const plain = plainValue(value);
  return typeof plain === "string"
    ? plain
    : { why: `it takes ${joined ? "texts" : `a value (${placeholder})`}, not ${kindOf(value)}` };
}

/** True and false for options that have values of their own. */
export function switched(
  { value: placeholder, usual, choices, completes, counted }: Option,
  on: boolean,
): Said["value"] | { readonly why: string } {
  if (choices?.includes("on") || completes === "rs485") return on ? "on" : "off";
  if (!on) return false;
  if (counted) return 1;
  return placeholder === undefined ? true : (usual ?? { why: `it needs a value (${placeholder})` });
}

/** Options of one table that exclude each other. */
function contradictionIn(layer: Layer): Problem | undefined {
  const values = new Map([...layer].map(([name, { value }]) => [name, value]));
  for (const [name, value] of values) if (value === false) values.delete(name);
  const complaint = complaintAbout(values);
  if (complaint === undefined) return undefined;
  const places = complaint.names.flatMap((name) => layer.get(name)?.origin ?? []);
  const last = places
    .filter((place) => place.from === "profile")
    .sort((one, other) => other.line - one.line)[0];
  if (places.length < 2 || last === undefined) return undefined; // what lacks another option may get it elsewhere
  return { file: last.file, line: last.line, text: complaint.error.message.replaceAll("--", "") };
}
