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

/** Processes other than this one that have `path` (a real path, no link) open. */
export function holdersOf(path: string): Holder[] {
  const holders: Holder[] = [];
  for (const entry of processes()) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const open = readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
        } catch {
          return false; // closed meanwhile
        }
      });
      if (open) holders.push({ pid, command: commandOf(pid) ?? "?" });
    } catch {
      // ended meanwhile, or another user's: /proc does not show it
    }
  }
  return holders;
}

/**
 * The process that holds a flock(2) on `path`, or at least has it open, if that can be seen (proc_locks(5): type, PID,
 * major:minor:inode of the file, the first two in hexadecimal).
 */
export function flockHolder(path: string): Holder | undefined {
  try {
    const { dev, ino } = statSync(path);
    const major = (dev >>> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      const match = /\bFLOCK\s+\S+\s+\S+\s+(\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/.exec(line);
      if (match === null || Number(match[4]) !== ino) continue;
      if (Number.parseInt(match[2]!, 16) !== major || Number.parseInt(match[3]!, 16) !== minor) continue;
      const command = commandOf(Number(match[1]));
      if (command !== undefined) return { pid: Number(match[1]), command };
    }
  } catch {
    // no /proc/locks here
  }
  return holdersOf(path)[0];
}
