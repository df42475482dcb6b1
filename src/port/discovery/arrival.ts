/**
 * When a device arrived, and whether that is over. Knows three clocks, what udev wrote down and what a file system
 * remembers; says nothing rather than something wrong.
 *
 * Times in sysfs are of no use: they are those of the first look at a file (seen on Linux 6.1). On devtmpfs a node's birth
 * is the moment in which the driver made it (since Linux 5.18); its change time is that of the last chown.
 */
import { statSync } from "node:fs";
import type { Roots } from "./roots.js";
import { textOf } from "./sysfs.js";
import { isUdevRunning, udevDoneUs } from "./udev.js";

/** What the clocks say, in microseconds. */
export interface Clocks {
  /** CLOCK_REALTIME, since the epoch. */
  readonly realUs: number;
  /** CLOCK_MONOTONIC, since the boot without the time in suspend. */
  readonly monotonicUs: number;
  /** CLOCK_BOOTTIME, since the boot. */
  readonly bootUs: number;
}

export interface ArrivalFacts {
  /** The node's birth on devtmpfs, since the epoch. */
  readonly bornUs?: number | undefined;
  /** When udev was done with it, by CLOCK_MONOTONIC: after the birth, at boot by seconds. */
  readonly doneUs?: number | undefined;
}

/** Clocks are read one after the other, /proc/uptime counts in 10 ms, and a clock may be set by as much unnoticed. */
const SLACK_US = 1e6;

/**
 * Microseconds since the epoch. The birth, where the clock has not been set since then: a machine without a clock of its
 * own makes its first devices in 1970. Otherwise when udev was done with it, where no suspend has come between.
 */
export function arrival({ bornUs, doneUs }: ArrivalFacts, clocks: Clocks): number | undefined {
  const { realUs, monotonicUs, bootUs } = clocks;
  const doneAtUs = doneUs === undefined ? undefined : realUs - (monotonicUs - doneUs);
  const isPlausible =
    bornUs !== undefined && bornUs >= realUs - bootUs - SLACK_US && bornUs <= (doneAtUs ?? realUs) + SLACK_US;
  if (isPlausible) return bornUs;
  return bootUs - monotonicUs < SLACK_US ? doneAtUs : undefined;
}

/** Seconds since the epoch at which the device `number` (`188:0`) at `path` arrived, with microseconds. */
export function addedAt(path: string, number: string, roots: Roots): number | undefined {
  const clocks = readClocks(roots);
  if (clocks === undefined) return undefined;
  const atUs = arrival({ bornUs: bornUs(path, roots), doneUs: udevDoneUs(number, roots) }, clocks);
  return atUs === undefined ? undefined : Math.round(atUs) / 1e6;
}

/** The kernel stamps a birth with the time of the last tick, up to 10 ms ago, and clocks are not read at once. */
const TICK_US = 20_000;

/**
 * Whether udev is done with the device `number` at `path`: then its permissions and links are final. True where no udev
 * runs. What udev wrote of an earlier device with this number does not count.
 */
export function isSettled(path: string, number: string, roots: Roots): boolean {
  if (!isUdevRunning(roots)) return true;
  const doneUs = udevDoneUs(number, roots);
  if (doneUs === undefined) return false;
  const born = bornUs(path, roots);
  const clocks = readClocks(roots);
  if (born === undefined || clocks === undefined) return true;
  return clocks.realUs - (clocks.monotonicUs - doneUs) >= born - TICK_US;
}

/** Undefined where there is no /proc. */
function readClocks({ proc }: Roots): Clocks | undefined {
  const uptime = Number.parseFloat(textOf(`${proc}/uptime`) ?? "");
  if (Number.isNaN(uptime)) return undefined;
  return {
    realUs: Date.now() * 1000,
    monotonicUs: Number(process.hrtime.bigint() / 1000n),
    bootUs: uptime * 1e6,
  };
}

/** A node that somebody else made, as in a container's /dev, tells when that was done: that is no arrival. */
function bornUs(path: string, roots: Roots): number | undefined {
  try {
    const { birthtimeNs, dev } = statSync(path, { bigint: true });
    if (birthtimeNs <= 0n || !isDevtmpfs(dev, roots)) return undefined;
    return Number(birthtimeNs / 1000n);
  } catch {
    return undefined;
  }
}

/** proc_pid_mountinfo(5): the third field is `major:minor` of st_dev, the type stands after a dash. */
function isDevtmpfs(dev: bigint, { proc }: Roots): boolean {
  const number = `${(dev >> 8n) & 0xfffn}:${(dev & 0xffn) | ((dev >> 12n) & 0xfff00n)}`;
  return (textOf(`${proc}/self/mountinfo`) ?? "")
    .split("\n")
    .some((line) => line.split(" ")[2] === number && line.includes(" - devtmpfs "));
}
