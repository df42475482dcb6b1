/**
 * What stands at a path where a link is wanted, and whether it is only what a killed process has left behind. Knows files
 * and /proc; changes nothing.
 */
import { lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { printable } from "../../bytes/printable.js";
import { type MasterHolder, mastersOf } from "./pty-masters.js";

export type Standing =
  | { readonly isStale: true }
  | {
      readonly isStale: false;
      /** Why it is left alone. */
      readonly reason: string;
      readonly hint?: string | undefined;
    };

/** Times of processes are good to some 20 ms, those of files to 10 ms. */
const SLACK_MS = 100;
const STALE: Standing = { isStale: true };

/** Throws what lstat(2) and readlink(2) throw. */
export function judgeStanding(path: string): Standing {
  const stands = lstatSync(path);
  if (!stands.isSymbolicLink()) return { isStale: false, reason: `there is ${kindOf(stands)} already` };
  const target = readlinkSync(path);
  const device = statOf(path);
  if (device === "gone") return STALE;
  const [, index] = /^\/dev\/pts\/(\d+)$/.exec(target) ?? [];
  if (device === "unknown" || index === undefined || !device.isCharacterDevice()) {
    return { isStale: false, reason: `it is a link already, to ${printable(target)}` };
  }
  const holders = mastersOf(Number(index));
  // Looking for holders takes a while, and the last one may have ended meanwhile.
  if (holders.length === 0 && statOf(path) === "gone") return STALE;
  return judgePty({
    target,
    linkedAtMs: stands.mtimeMs,
    changedAtMs: device.ctimeMs,
    holders,
    self: process.pid,
  });
}

function statOf(path: string): Stats | "gone" | "unknown" {
  try {
    return statSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "unknown";
  }
}

interface PtyFacts {
  readonly target: string;
  /** When the link was made. */
  readonly linkedAtMs: number;
  /** When the slave that has this number now was made, or had its owner or mode changed. */
  readonly changedAtMs: number;
  /** Who has its master. */
  readonly holders: readonly MasterHolder[];
  readonly self: number;
}

/**
 * The kernel gives numbers of ptys again. Whoever has the target now has not made the link if both the pty and every
 * process that has its master are younger than the link; both, because a clock that is set right, and a chmod of the slave,
 * make one of them look younger than it is. What this process has is none of an older link's.
 */
export function judgePty({ target, linkedAtMs, changedAtMs, holders, self }: PtyFacts): Standing {
  if (holders.length > 0 && holders.every(({ pid }) => pid === self)) return STALE;
  const isYounger = (atMs: number) => atMs > linkedAtMs + SLACK_MS;
  const areYounger = holders.every(({ startedAtMs }) => isYounger(startedAtMs));
  if (holders.length > 0 && areYounger && isYounger(changedAtMs)) return STALE;
  const [holder] = holders;
  const reason = `it is a link already, to ${target}, which ${
    holder ? `${printable(holder.command)} (PID ${holder.pid}) has` : "a process of another user has"
  }`;
  const hint = "give another name, or remove the link if it was left behind";
  return { isStale: false, reason, hint };
}

function kindOf(stats: Stats): string {
  if (stats.isFile()) return "a file";
  if (stats.isDirectory()) return "a directory";
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a FIFO";
  return "a device";
}
