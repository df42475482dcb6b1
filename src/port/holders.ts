/**
 * Who has a device open or locked, as /proc shows it to this user. Knows /proc; draws no conclusion.
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

export interface Holder {
  readonly pid: number;
  /** The name of the program, such as `picocom`; the kernel keeps 15 characters of it. */
  readonly command: string;
}

/** The program's name of a process, or undefined when there is no such process. */
export function commandOf(pid: number): string | undefined {
  try {
    // The path given to exec says more than comm for what an interpreter runs, so take its script's name.
    const [program = "", script = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const comm = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const base = (path: string) => path.slice(path.lastIndexOf("/") + 1);
    const interpreted = /^(node|python[\d.]*|perl|ruby)$/.test(base(program)) && !script.startsWith("-");
    return interpreted && script !== "" ? base(script).replace(/\.(c|m)?js$/, "") : comm;
  } catch {
    return undefined;
  }
}

function processes(): string[] {
  try {
    return readdirSync("/proc");
  } catch {
    return []; // no such thing here
  }
}

/**
 * Processes other than this one that have `path` (a real path, no link) open, as far as this user may see: another
 * user's is known only by a lock that it holds.
 */
export function holdersOf(path: string): Holder[] {
  return holdersOfAll([path]).get(path) ?? [];
}

/** The same for many paths, by one walk over all processes. */
export function holdersOfAll(paths: readonly string[]): Map<string, Holder[]> {
  const holders = new Map<string, Holder[]>(paths.map((path) => [path, []]));
  if (paths.length === 0) return holders;
  for (const entry of processes()) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const open = openFiles(pid, holders);
    if (open.size === 0) continue;
    const holder = { pid, command: commandOf(pid) ?? "?" };
    for (const path of open) holders.get(path)!.push(holder);
  }
  const locks = flocks();
  for (const [path, known] of holders) {
    const owner = flockOwner(path, locks);
    if (owner && owner.pid !== process.pid && !known.some(({ pid }) => pid === owner.pid)) known.push(owner);
  }
  return holders;
}

/** Which of `wanted` a process has open; none where /proc does not show it to this user. */
function openFiles(pid: number, wanted: { has(path: string): boolean }): Set<string> {
  const open = new Set<string>();
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      try {
        const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
        if (wanted.has(target)) open.add(target);
      } catch {
        // closed meanwhile
      }
    }
  } catch {
    // ended meanwhile, or another user's
  }
  return open;
}

interface Flock {
  readonly pid: number;
  /** The file: st_dev's major and minor, st_ino. */
  readonly file: string;
}

/** All locks by flock(2), also other users' (proc_locks(5): type, PID, major:minor:inode, the first two hexadecimal). */
function flocks(): Flock[] {
  try {
    const matches = readFileSync("/proc/locks", "utf8").matchAll(
      /\bFLOCK\s+\S+\s+\S+\s+(\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/g,
    );
    return [...matches].map(([, pid, major, minor, inode]) => ({
      pid: Number(pid),
      file: `${Number.parseInt(major!, 16)}:${Number.parseInt(minor!, 16)}:${inode}`,
    }));
  } catch {
    return []; // no such file here
  }
}

/** The living process that holds a lock on `path`. */
function flockOwner(path: string, locks: readonly Flock[]): Holder | undefined {
  if (locks.length === 0) return undefined;
  try {
    const { dev, ino } = statSync(path);
    const file = `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}:${ino}`;
    for (const lock of locks) {
      const command = lock.file === file ? commandOf(lock.pid) : undefined;
      if (command !== undefined) return { pid: lock.pid, command };
    }
  } catch {
    // gone
  }
  return undefined;
}

/** The process that holds a flock(2) on `path`, also another user's; a look at one file. */
export function flockOwnerOf(path: string): Holder | undefined {
  return flockOwner(path, flocks());
}

/** The process that holds a flock(2) on `path`, or at least has it open, if that can be seen. */
export function flockHolder(path: string): Holder | undefined {
  return flockOwner(path, flocks()) ?? holdersOf(path)[0];
}
