/**
 * Every process that this user can see, in one look at /proc: what it has open below /dev, its terminal, the service
 * or container it runs in. Knows proc(5); draws no conclusion.
 */
import { readdirSync, readlinkSync, statSync } from "node:fs";
import type { Roots } from "../../port/discovery/roots.js";
import { namesIn, textOf } from "../../port/discovery/sysfs.js";
import { commandOf } from "../../port/holders.js";
import type { HolderFacts, ProcessFacts } from "../facts.js";

interface Process {
  readonly pid: number;
  readonly uid: number;
  /** Of the kernel's short name: 15 characters. */
  readonly comm: string;
  /** The device number of its controlling terminal, as `major:minor`; `0:0` for none. */
  readonly terminal: string;
  /** Its descriptors of devices: by path, as the link shows it. */
  readonly devices: ReadonlyMap<string, readonly number[]>;
}

/** Of /proc/PID/stat (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly comm: string;
  readonly state: string;
  readonly parent: number;
  readonly terminal: string;
}

/** The name stands in brackets and may hold some itself. */
export function parseStat(text: string): ProcessStat | undefined {
  const match = /^\d+ \((.*)\) (\S) (-?\d+) -?\d+ -?\d+ (-?\d+) /s.exec(text);
  if (!match) return undefined;
  const number = Number(match[4]);
  const [major, minor] = [(number >>> 8) & 0xfff, (number & 0xff) | ((number >>> 12) & 0xfff00)];
  return { comm: match[1]!, state: match[2]!, parent: Number(match[3]), terminal: `${major}:${minor}` };
}

/** The service or the container of /proc/PID/cgroup (cgroups(7)): the last part of systemd's path. */
export function parseCgroup(text: string): Pick<ProcessFacts, "unit" | "container"> {
  const path = /^(?:0:|\d+:name=systemd):(.*)$/m.exec(text)?.[1] ?? "";
  const container = /(docker|libpod)[-/]([0-9a-f]{64})/.exec(text);
  if (container) {
    return {
      container: { tool: container[1] === "docker" ? "docker" : "podman", id: container[2]!.slice(0, 12) },
    };
  }
  const unit = /\/([^/]+\.service)$/.exec(path)?.[1];
  if (unit === undefined || /^user@\d+\.service$/.test(unit)) return {};
  return { unit: { name: unit, ofUser: path.includes("/user@") } };
}

export class Processes {
  /** Processes whose descriptors this user may not see. */
  readonly unseen: number;
  readonly #all: readonly Process[];
  readonly #proc: string;
  readonly #ownContainer: string | undefined;

  constructor({ proc, dev }: Roots) {
    this.#proc = proc;
    this.#ownContainer = parseCgroup(textOf(`${proc}/self/cgroup`) ?? "").container?.id;
    let unseen = 0;
    const all: Process[] = [];
    for (const entry of namesIn(proc)) {
      const pid = Number(entry);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      const stat = this.#stat(pid);
      if (!stat || /[ZX]/.test(stat.state)) continue;
      const devices = devicesOf(`${proc}/${pid}/fd`, dev);
      // A kernel thread has no command line, and nothing open.
      if (!devices && textOf(`${proc}/${pid}/cmdline`)) unseen++;
      const uid = ownerOf(`${proc}/${pid}`);
      if (uid === undefined) continue;
      all.push({ pid, uid, comm: stat.comm, terminal: stat.terminal, devices: devices ?? new Map() });
    }
    this.#all = all;
    this.unseen = unseen;
  }

  /** Who has `path` open, or `number` (`188:0`) for a controlling terminal. */
  holders(path: string, number?: string): HolderFacts[] {
    return this.#all.flatMap((process) => {
      const fds = process.devices.get(path);
      return fds || process.terminal === number ? [{ ...this.#facts(process), fds: fds ?? [] }] : [];
    });
  }

  /** A living process by its number, whoever's it is. */
  find(pid: number): ProcessFacts | undefined {
    const process = this.#all.find((one) => one.pid === pid);
    return process && this.#facts(process);
  }

  /** A process by the kernel's name for it. */
  named(comm: string): ProcessFacts | undefined {
    const process = this.#all.find((one) => one.comm === comm);
    return process && this.#facts(process);
  }

  /** Whether what a process has open can be seen. */
  isSeen(pid: number): boolean {
    try {
      readdirSync(`${this.#proc}/${pid}/fd`);
      return true;
    } catch {
      return false;
    }
  }

  #stat(pid: number): ProcessStat | undefined {
    return parseStat(textOf(`${this.#proc}/${pid}/stat`) ?? "");
  }

  #facts({ pid, uid, comm }: Process): ProcessFacts {
    const { unit, container } = parseCgroup(textOf(`${this.#proc}/${pid}/cgroup`) ?? "");
    // What a service's process started is not the service: to stop cron for one of its jobs would be too much.
    const parent = this.#stat(pid)?.parent ?? 0;
    // In a container, all of its processes are in it, and it cannot be stopped from there.
    const elsewhere = container && container.id !== this.#ownContainer;
    const isMain = unit?.ofUser ? this.#stat(parent)?.comm === "systemd" : parent === 1;
    return {
      pid,
      uid,
      command: (this.#proc === "/proc" ? commandOf(pid) : undefined) ?? comm,
      ...(unit && isMain ? { unit } : {}),
      ...(elsewhere ? { container } : {}),
    };
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined; // ended meanwhile
  }
}

/** Undefined where they may not be seen, or the process has ended. */
function devicesOf(directory: string, dev: string): Map<string, number[]> | undefined {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return undefined;
  }
  const devices = new Map<string, number[]>();
  for (const name of names) {
    try {
      const path = readlinkSync(`${directory}/${name}`);
      if (path.startsWith(`${dev}/`)) devices.set(path, [...(devices.get(path) ?? []), Number(name)]);
    } catch {
      // closed meanwhile
    }
  }
  return devices;
}
