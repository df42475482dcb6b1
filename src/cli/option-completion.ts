/**
 * What may stand behind what was typed of an option that is changed by name. Pure: from the table of options.
 */
import { mapNames } from "../bytes/map-rules.js";
import { TIME_FORMATS } from "../bytes/time-format.js";
import { LIVE_OPTIONS } from "./live-options.js";
import type { Option } from "./options.js";

/** Speeds that people use, bits a second. */
const SPEEDS = ["9600", "19200", "38400", "57600", "115200", "230400", "460800", "921600", "1000000"];
const MAPS = ["imap", "omap", "emap"] as const;

/** Words that may take the place of the last one of `before`, in order. */
export function completeOption(before: string): readonly string[] {
  const [name = "", value] = before.trimStart().split(/\s+(.*)/s);
  if (value === undefined) return names().filter((word) => word.startsWith(name));
  const option = LIVE_OPTIONS.find((one) => one.name === name || one.alias?.includes(name));
  if (option === undefined) return [];
  const last = value.slice(value.lastIndexOf(",") + 1);
  return valuesOf(option).filter((word) => word.startsWith(last));
}

function names(): string[] {
  return LIVE_OPTIONS.map(({ name }) => name).sort();
}

function valuesOf({ name, choices, value }: Option): readonly string[] {
  if (choices) return choices;
  if (value === undefined) return ["on", "off"];
  if (name === "bps") return SPEEDS;
  if (name === "timestamp") return [...TIME_FORMATS.map((format) => format.name), "off"];
  const side = MAPS.find((one) => one === name);
  return side ? mapNames(side) : [];
}
