/**
 * What a session keeps of everything that happens: the options' table and their values, checked. What they do is recording/'s.
 */
import { RobinError } from "../errors.js";
import { parseLogName } from "../sink/log-name.js";
import { requirePacking } from "../sink/packed-writer.js";
import { eventsDescriptor } from "./events-option.js";
import type { Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { within } from "./values.js";

type Values = RawArguments["values"];

export const RECORD_OPTIONS: readonly Option[] = [
  {
    name: "record",
    value: "FILE",
    completes: "file",
    group: "Keeping",
    does: "record everything, both ways and with microseconds, for robin replay and robin export: one JSON object a line, packed where the name ends in .gz or .zst; the name may have letters of strftime(3) and {port}, and no file is written over",
    otherwise: "off",
  },
  {
    name: "events",
    value: "FD|FILE",
    completes: "file",
    group: "Keeping",
    does: "tell a program the same while it happens: on a descriptor that robin was started with, or in a file, which is emptied first; a slow reader misses events, and is told how many",
    otherwise: "off",
  },
];

/** The name of the recording's file, a pattern as that of a log. Throws RobinError "usage". */
export function recordOption(values: Values): string | undefined {
  const pattern = values.get("record");
  if (pattern === undefined) return undefined;
  within("option --record", () => {
    parseLogName(String(pattern), "recording");
    requirePacking(String(pattern));
  });
  return String(pattern);
}

/** The descriptor that events go to. Throws RobinError: usage, open-failed. */
export function sessionEventsOption(values: Values): number | undefined {
  const name = String(values.get("events") ?? "");
  if (name === "-" || Number(name || Number.NaN) === 1) {
    throw new RobinError("usage", `option --events: ${name} is stdout, which has the port's bytes`, {
      hint: "robin … --events 3 3>FILE, or --events FILE",
    });
  }
  return eventsDescriptor(values);
}
