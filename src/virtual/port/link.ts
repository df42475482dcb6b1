/**
 * The name that a program knows a virtual port by: a symbolic link to the pty's slave. Knows what may stand in its place;
 * not what the slave is for.
 *
 * What is promised: the link is there or not, never half; nothing is overwritten but a link that a killed process has left
 * behind; of several robins that want the same path at once, exactly one gets it. Programs that take no lock on the
 * directory can still remove what they find.
 */
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { printable } from "../../bytes/printable.js";
import { RobinError } from "../../errors.js";
import { flock, LOCK_EX, LOCK_NB } from "../../tty/libc.js";
import { describeErrno, errno, isErrno } from "../../tty/sys-error.js";
import { judgeStanding } from "./link-standing.js";

export interface Link {
  readonly path: string;
  /** Lets it stand for another slave, in one step. Throws RobinError where it no longer is what was made here. */
  point(target: string): void;
  /** Takes it back, if it still is what was made here. Never throws; safe to call twice. */
  remove(): void;
}

/** How long others may hold the lock on the directory: a robin takes it for less than a millisecond. */
const LOCK_LIMIT_MS = 500;

/** Links of this process, by their real path. */
const own = new Set<string>();

/**
 * Makes a link at `path` to `target`. Replaced is a link whose target is gone, or is now a pty of somebody who has come
 * later; anything else is left alone. Throws RobinError open-failed.
 */
export function placeLink(path: string, target: string): Link {
  if (path === "") throw refusal(path, "the name is empty");
  if (path.includes("\0")) throw refusal(path, "there is a NUL in the name");
  if (path.endsWith("/")) throw refusal(path, "a name that ends in a slash is a directory's");
  const place = attempt(path, () => join(realpathSync(dirname(path)), basename(path)));
  if (own.has(place)) throw refusal(path, "it is given twice");
  let made: Stats | undefined = attempt(path, () => create(path, target));
  own.add(place);
  const isOurs = () => {
    try {
      const { dev, ino, mtimeMs } = lstatSync(path);
      // A file system may give the number of a removed inode again.
      return made !== undefined && dev === made.dev && ino === made.ino && mtimeMs === made.mtimeMs;
    } catch {
      return false;
    }
  };
  return {
    path,
    point(next) {
      if (!isOurs()) throw refusal(path, "it is no longer the link that robin made");
      made = attempt(path, () => replace(path, next));
    },
    remove() {
      try {
        if (isOurs()) unlinkSync(path);
      } catch {
        // the directory has become read-only, say
      }
      made = undefined;
      own.delete(place);
    },
  };
}

/** symlink(2) makes it where there is nothing, and fails otherwise. */
function create(path: string, target: string): Stats {
  for (let tries = 3; ; tries--) {
    try {
      symlinkSync(target, path);
      return lstatSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    try {
      return takeOver(path, target);
    } catch (error) {
      // What stood there has gone while it was looked at.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries <= 1) throw error;
    }
  }
}

function takeOver(path: string, target: string): Stats {
  const unlock = lockDirectory(path);
  try {
    const standing = judgeStanding(path);
    if (!standing.isStale) throw refusal(path, standing.reason, standing.hint);
    return replace(path, target);
  } finally {
    unlock();
  }
}

/** rename(2) puts the new one in the old one's place: there is no moment without a link. */
function replace(path: string, target: string): Stats {
  const next = join(dirname(path), `.robin-${process.pid}-${Math.random().toString(36).slice(2, 10)}`);
  symlinkSync(target, next);
  try {
    const made = lstatSync(next);
    renameSync(next, path);
    return made;
  } catch (error) {
    unlinkSync(next);
    throw error;
  }
}

/**
 * Between a look at a link and its replacement another robin could have replaced it: who replaces holds a lock on the
 * directory. It is waited for in place, for a moment: nothing is open yet.
 */
function lockDirectory(path: string): () => void {
  let fd: number;
  try {
    fd = openSync(dirname(path), "r");
  } catch {
    return () => {}; // a directory that may be written to and not be read
  }
  const deadline = performance.now() + LOCK_LIMIT_MS;
  for (;;) {
    try {
      flock(fd, LOCK_EX | LOCK_NB);
      return () => closeSync(fd);
    } catch (error) {
      const isTaken = isErrno(error, errno.EAGAIN);
      if (!isTaken || performance.now() > deadline) {
        closeSync(fd);
        if (isTaken) throw refusal(path, "another process holds a lock on its directory");
        return () => {}; // a file system without such locks
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function refusal(path: string, reason: string, hint?: string, cause?: unknown): RobinError {
  const shown = path === "" ? '""' : printable(path);
  return new RobinError("open-failed", `make link ${shown}: ${reason}`, { hint, cause });
}

/** What the kernel's refusals mean for a link. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RobinError) throw error;
    const { errno: value = 0, code } = error as NodeJS.ErrnoException;
    const directory = printable(dirname(path));
    const [, text] = describeErrno(-value);
    const reasons: Record<string, string> = {
      ENOENT: existsSync(dirname(path))
        ? `${directory} takes no links`
        : `there is no directory ${directory}`,
      ENOTDIR: `${directory} is not a directory`,
      EACCES: `no permission to write in ${directory}`,
      EPERM: `no permission to make links in ${directory}`,
      ENAMETOOLONG: "the name is too long",
    };
    throw refusal(path, `${reasons[code ?? ""] ?? text} (${code})`, undefined, error);
  }
}
