/**
 * Files that are begun once and never written over. Knows what counts as nobody's: no file, or nothing in it (mktemp).
 */
import { type Stats, statSync } from "node:fs";
import { RobinError } from "../errors.js";
import type { OpenMode } from "./open-file.js";

/** How `path` is opened. Throws RobinError open-failed where something is there; `what` it was to be, and a hint for that. */
export function modeForNew(what: string, path: string, hint: string): OpenMode {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch {
    return "fresh"; // not there, or opening it says why
  }
  if (!stats.isFile() || stats.size === 0) return "append";
  throw new RobinError("open-failed", `open ${what} ${path}: it is there already`, { hint });
}
