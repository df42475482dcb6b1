/**
 * What a hub writes into its lock file, for whoever finds it held, and for the hub that comes after one that was killed. Knows
 * the file's form; not what is done about it.
 */
import { fstatSync, ftruncateSync, readFileSync, writeSync } from "node:fs";

export interface NotedLink {
  readonly path: string;
  /** The slave that it leads to. */
  readonly target: string;
}

export interface LockNote {
  readonly pid: number;
  /** Robin has made the directory. */
  readonly isMade: boolean;
  /** With absolute paths: what has to be taken away where the hub itself could not. */
  readonly links: readonly NotedLink[];
}

/** Replaces what the file says. */
export function writeNote(fd: number, note: LockNote): void {
  ftruncateSync(fd);
  writeSync(fd, `${JSON.stringify(note)}\n`, 0);
}

/** Undefined where there is none, or it is not this user's: another one's would have robin remove what he likes. */
export function readNote(fd: number): LockNote | undefined {
  if (fstatSync(fd).uid !== process.getuid!()) return undefined;
  try {
    const { pid, isMade, links } = JSON.parse(readFileSync(fd, "utf8"));
    if (!Number.isInteger(pid) || !Array.isArray(links)) return undefined;
    return { pid, isMade: isMade === true, links: links.filter(isLink) };
  } catch {
    return undefined; // new, or its writer was killed in the middle of it
  }
}

function isLink(value: unknown): value is NotedLink {
  const { path, target } = (value ?? {}) as Partial<NotedLink>;
  return (
    typeof path === "string" &&
    path.startsWith("/") &&
    typeof target === "string" &&
    target.startsWith("/dev/")
  );
}
