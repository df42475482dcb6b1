/**
 * Lock files and flocks of a device, and who logs in on it. Knows their places and formats; draws no conclusion.
 */
import { accessSync, constants, statSync } from "node:fs";
import type { Roots } from "../../port/discovery/roots.js";
import { realPath, textOf } from "../../port/discovery/sysfs.js";
import { parseLockPid, readLockFile, uucpLockName } from "../../port/uucp-lock.js";
import type { LockFileFacts, MachineFacts, ProcessFacts } from "../facts.js";
import type { Processes } from "./processes.js";

/** Where programs put lock files: the Filesystem Hierarchy Standard's, and those of Fedora's lockdev. */
const LOCK_DIRECTORIES = ["/var/lock", "/run/lock", "/var/lock/lockdev"];

/** Those that there are, each by one name. */
export function readLockDirectories(root: string): MachineFacts["lockDirectories"] {
  const seen = new Set<string>();
  return LOCK_DIRECTORIES.flatMap((name) => {
    const path = `${root}${name}`;
    const real = realPath(path);
    if (real === undefined || seen.has(real)) return [];
    seen.add(real);
    return [{ path, writable: mayWrite(path) }];
  });
}

/** The lock files of a device, by all its names. */
export function readLockFiles(
  names: readonly string[],
  directories: readonly { readonly path: string }[],
  processes: Processes,
  holds: (pid: number) => boolean,
): LockFileFacts[] {
  const files = directories.flatMap(({ path }) =>
    [...new Set(names.map(uucpLockName))].map((name) => `${path}/${name}`),
  );
  return files.flatMap((file): LockFileFacts[] => {
    const owner = ownerOf(file);
    if (owner === undefined) return [];
    const removable = mayWrite(file.slice(0, file.lastIndexOf("/"))) && owner === process.getuid?.();
    const pid = readPid(file);
    if (pid === undefined || pid <= 0) return [{ file, removable }];
    const holder = processes.find(pid);
    if (!holder) return [{ file, pid, removable }];
    const letGo = processes.isSeen(pid) && !holds(pid);
    return [{ file, pid, process: holder, letGo, removable }];
  });
}

function readPid(file: string): number | undefined {
  try {
    return parseLockPid(readLockFile(file));
  } catch {
    return undefined;
  }
}

/** Who holds a flock(2) on a file, by its device and inode (proc_locks(5)); several may share one. */
export function readFlocks(path: string, { proc }: Roots, processes: Processes): ProcessFacts[] {
  try {
    const { dev, ino } = statSync(path);
    const number = `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}:${ino}`;
    const pids = parseFlocks(textOf(`${proc}/locks`) ?? "", number);
    return pids.flatMap((pid) => processes.find(pid) ?? []);
  } catch {
    return [];
  }
}

/** `number` is `major:minor:inode`, in decimal; the kernel writes the first two in hexadecimal. */
export function parseFlocks(text: string, number: string): number[] {
  const pids = [...text.matchAll(/\bFLOCK\s+\S+\s+\S+\s+(\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/g)]
    .filter(([, , major, minor, inode]) => {
      return `${Number.parseInt(major!, 16)}:${Number.parseInt(minor!, 16)}:${inode}` === number;
    })
    .map(([, pid]) => Number(pid));
  return [...new Set(pids)].filter((pid) => pid !== process.pid);
}

function ownerOf(file: string): number | undefined {
  try {
    return statSync(file).uid;
  } catch {
    return undefined;
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
