/**
 * udev's database (/run/udev): whether it runs, and when it was done with a device. Knows two files of it, as
 * libudev does; asks no daemon.
 */
import { existsSync } from "node:fs";
import type { Roots } from "./roots.js";
import { textOf } from "./sysfs.js";

/** Whether udevd runs: its control socket is there. */
export function isUdevRunning({ run }: Roots): boolean {
  return existsSync(`${run}/udev/control`);
}

/** Where a file appears for each device that udev is done with. */
export function udevDatabase({ run }: Roots): string {
  return `${run}/udev/data`;
}

/**
 * When udev was done with the character device `number` (`188:0`): USEC_INITIALIZED, microseconds of CLOCK_MONOTONIC.
 * Permissions and links are final then. Undefined where it is not, or not there.
 */
export function udevDoneUs(number: string, roots: Roots): number | undefined {
  const text = textOf(`${udevDatabase(roots)}/c${number}`);
  const match = text === undefined ? null : /^I:(\d+)$/m.exec(text);
  return match === null ? undefined : Number(match[1]);
}
