/**
 * Which processes hold the master of a pty's slave, as /proc shows it to this user, and since when they run (proc(5)).
 * Knows /proc; draws no conclusion.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { commandOf, type Holder } from "../../port/holders.js";

export interface MasterHolder extends Holder {
  /** When the process was started, in ms since the epoch, by today's clock; good to some 20 ms. */
  readonly startedAtMs: number;
}

/** USER_HZ of asm-generic/param.h: the unit of times in /proc/PID/stat, on every machine. */
const TICKS_PER_S = 100;

/** The holders of the master of `/dev/pts/INDEX`; none where another user's process has it. */
export function mastersOf(index: number): MasterHolder[] {
  const holders: MasterHolder[] = [];
  for (const entry of listing("/proc")) {
    if (!/^\d+$/.test(entry) || !holdsMaster(entry, index)) continue;
    const startedAtMs = startOf(entry);
    if (startedAtMs === undefined) continue; // ended meanwhile
    const pid = Number(entry);
    holders.push({ pid, command: commandOf(pid) ?? "?", startedAtMs });
  }
  return holders;
}

function holdsMaster(pid: string, index: number): boolean {
  return listing(`/proc/${pid}/fd`).some((fd) => {
    try {
      if (!/\/(ptmx|ptm\/\d+)$/.test(readlinkSync(`/proc/${pid}/fd/${fd}`))) return false;
      // Written by pty_show_fdinfo of drivers/tty/pty.c, since Linux 4.15.
      const [, found] = /^tty-index:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8")) ?? [];
      return found === String(index);
    } catch {
      return false; // closed meanwhile
    }
  });
}

/** By the time since the boot, which goes on through changes of the clock. */
function startOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; starttime is field 22, the 20th behind it.
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const uptimeS = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    const startedAtMs = Date.now() - (uptimeS - ticks / TICKS_PER_S) * 1000;
    return Number.isFinite(startedAtMs) ? startedAtMs : undefined;
  } catch {
    return undefined;
  }
}

function listing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // another user's, or no such process
  }
}
