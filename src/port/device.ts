/**
 * The device behind a port's path, looked at before it is opened. Knows stat(2) and its errors; opens nothing.
 */
import { realpathSync, type Stats, statSync } from "node:fs";
import { RobinError } from "../errors.js";
import { errno, SysError } from "../tty/sys-error.js";
import { openHint } from "./open-hints.js";

/** Why a name leads nowhere that is chosen from the devices there are: none fits, so only another one changes that. */
export const NO_DEVICE = new SysError("find", errno.ENODEV);
/** The same, where another device is in the place of the one that is looked for. */
export const OTHER_DEVICE = new SysError("find", errno.ENODEV);

/**
 * The device's real path. Throws RobinError open-failed for all but character devices: opening anything else
 * could do something.
 */
export function existingDevice(path: string): string {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    const { errno: negative = 0 } = error as NodeJS.ErrnoException;
    const cause = new SysError("stat", -negative);
    throw new RobinError("open-failed", `open ${path}: ${cause.message}`, {
      cause,
      hint: openHint(path, cause),
    });
  }
  if (!stats.isCharacterDevice()) {
    const what = stats.isDirectory()
      ? "a directory"
      : stats.isFile()
        ? "a regular file"
        : "no character device";
    throw new RobinError("open-failed", `open ${path}: it is ${what}, not a tty`);
  }
  return realpathSync(path);
}
