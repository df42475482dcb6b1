/**
 * Reading sysfs(5): attributes, links, and the way from a device to those it is plugged into. Knows files; not what a
 * device is. What cannot be read is undefined: a device may go while it is looked at.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";

/** An attribute's text without the newline and the blanks around it; undefined where it is not there or empty. */
export function attribute(directory: string, name: string): string | undefined {
  return textOf(`${directory}/${name}`)?.trim() || undefined;
}

/** A whole file, or undefined. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The name of what a link leads to, such as a device's driver or subsystem. */
export function linkName(directory: string, name: string): string | undefined {
  try {
    return basename(readlinkSync(`${directory}/${name}`));
  } catch {
    return undefined;
  }
}

/** Where a link leads, as a path without links. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The names in a directory, sorted; none where there is no such directory. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** The device itself, then each one that it is plugged into: directories below `devices` that have a `uevent`. */
export function* devicesAbove(device: string): Generator<string> {
  for (let at = device; at !== dirname(at) && basename(at) !== "devices"; at = dirname(at)) {
    if (existsSync(`${at}/uevent`)) yield at;
  }
}
