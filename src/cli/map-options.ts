/**
 * `--imap`, `--omap`, `--emap` and `--map`: names of character maps to rules, and the manual page's table of the names. Pure;
 * throws RobinError "usage".
 */
import {
  joinMaps,
  MAP_RULES,
  type MapRule,
  type MapSide,
  parseBothMaps,
  parseMapRules,
} from "../bytes/map-rules.js";
import { nearest } from "./nearest.js";
import type { Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { within } from "./values.js";

export interface MapOptionRules {
  readonly imap: readonly MapRule[];
  readonly omap: readonly MapRule[];
  readonly emap: readonly MapRule[];
}

export const MAP_OPTIONS: readonly Option[] = [
  {
    name: "imap",
    value: "RULES",
    completes: "imap",
    joined: true,
    group: "Screen",
    does: "character maps for what arrives, on its way to the screen: names with commas between, such as lfcrlf,spchex",
    otherwise: "none",
  },
  {
    name: "omap",
    value: "RULES",
    completes: "omap",
    joined: true,
    group: "Screen",
    does: "character maps for what is sent, such as crlf,delbs",
    otherwise: "none",
  },
  {
    name: "emap",
    value: "RULES",
    completes: "emap",
    joined: true,
    group: "Screen",
    does: "character maps for the echo of what is typed, such as crcrlf,delbs",
    otherwise: "none",
  },
  {
    name: "map",
    alias: ["m"],
    value: "RULES",
    completes: "map",
    joined: true,
    group: "Screen",
    does: "character maps by the names that say their side, such as INLCRNL,ODELBS: I for what arrives, O for what is sent",
    otherwise: "none",
  },
];

/** What the four options ask for together. Throws RobinError "usage". */
export function mapOptions(values: RawArguments["values"]): MapOptionRules {
  const parse = (side: MapSide) =>
    within(`option --${side}`, () => parseMapRules(textOf(values, side), side, didYouMeanMap));
  const [imap, omap, emap] = [parse("imap"), parse("omap"), parse("emap")];
  const both = within("option --map", () => parseBothMaps(textOf(values, "map"), didYouMeanMap));
  const join = (side: "imap" | "omap", rules: readonly MapRule[]) =>
    within(`options --${side} and --map`, () => joinMaps([rules, both[side]], side));
  return { imap: join("imap", imap), omap: join("omap", omap), emap };
}

/** All names and what they do, for the manual page. */
export function mapTable(): [names: string, does: string][] {
  return MAP_RULES.map(({ names, does }) => [names.join(", "), does]);
}

function textOf(values: RawArguments["values"], name: string): string {
  const text = values.get(name);
  return typeof text === "string" ? text : ""; // false where it was taken back
}

/** Two names differ in case alone: picocom's igncr and tio's IGNCR. */
function didYouMeanMap(word: string, names: readonly string[]): string {
  const found = nearest(
    word,
    names.map((name) => name.toLowerCase()),
  );
  const spellings = names.filter((name) => name.toLowerCase() === found);
  return spellings.length === 0 ? "" : ` (did you mean ${spellings.join(" or ")}?)`;
}
