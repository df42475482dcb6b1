/**
 * Profiles, and what holds for a session, as tables and for programs. Pure; knows how they look.
 */
import { printable } from "../../bytes/printable.js";
import { formatUsbName } from "../../port/discovery/usb-name.js";
import type { Profile } from "../../profiles/profiles.js";
import type { Layered } from "../layers.js";
import { EXCLUSIVE } from "../live-options.js";
import type { Option } from "../options.js";
import { type Origin, originText } from "../origin.js";
import { PROFILE_OPTIONS } from "../profile-options.js";

/** A value and where it comes from. */
export interface Row {
  readonly option: string;
  readonly value: string | number | boolean;
  readonly origin: Origin;
}

const NONE = "-";
const GAP = "  ";

/** What holds, option by option as the help has them, the port first. What holds nowhere and has no default is left out. */
export function rowsOf({ holds, args, portOrigin }: Pick<Layered, "holds" | "args" | "portOrigin">): Row[] {
  const [port] = args.positional;
  const rows: Row[] =
    port === undefined || !portOrigin ? [] : [{ option: "port", value: port, origin: portOrigin }];
  for (const option of PROFILE_OPTIONS) {
    const { name, otherwise } = option;
    const said = holds.get(name);
    if (said) rows.push({ option: name, ...said });
    else if (otherwise !== undefined && !isSettled(name, holds)) {
      rows.push({ option: name, value: defaultOf(option, otherwise), origin: { from: "default" } });
    }
  }
  return rows;
}

/** Whether another option says it already; of a frame that is given by parts, the others are as the port stands. */
function isSettled(name: string, holds: Layered["holds"]): boolean {
  const group = EXCLUSIVE.find((names) => names.includes(name)) ?? [];
  return group.includes("line") ? holds.has("line") : group.some((one) => holds.has(one));
}

function defaultOf({ value }: Option, otherwise: string): string | boolean {
  if (value !== undefined) return otherwise;
  return otherwise === "on" || otherwise === "off" ? otherwise === "on" : otherwise;
}

export function rowsTable(rows: readonly Row[]): string {
  return table(
    ["OPTION", "VALUE", "FROM"],
    rows.map(({ option, value, origin }) => [option, valueText(value), originText(origin)]),
  );
}

function valueText(value: Row["value"]): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}

/** For programs: `origin` is the kind, and beside it stands which. */
export function rowsDocument(rows: readonly Row[]): object[] {
  return rows.map(({ option, value, origin: { from, ...which } }) => ({
    option,
    value,
    origin: from,
    ...which,
  }));
}

export function profilesTable(profiles: readonly Profile[]): string {
  return table(
    ["PROFILE", "PORT", "DESCRIPTION"],
    profiles.map((profile) => [profile.name, portText(profile), profile.description ?? ""]),
  );
}

function portText({ port, match }: Profile): string {
  return port ?? match.map(formatUsbName).join(" or ");
}

export function profileDocument({ name, description, port, match, file, line }: Profile): object {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(port === undefined ? {} : { port }),
    ...(match.length === 0 ? {} : { match: match.map(formatUsbName) }),
    ...{ file, line },
  };
}

/** A column in which no row has anything is left out. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = titles.map((title, n) => [title, ...rows.map((row) => printable(row[n]!) || NONE)]);
  const filled = shown.filter((cells) => cells.some((cell, n) => n > 0 && cell !== NONE));
  const padded = filled.map((cells) => {
    const width = Math.max(...cells.map((cell) => [...cell].length));
    return cells.map((cell) => cell + " ".repeat(width - [...cell].length));
  });
  const lines = [...rows.keys(), rows.length].map((n) =>
    padded
      .map((cells) => cells[n]!)
      .join(GAP)
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
