/**
 * The directory by which a hub is known: found, made, held against a second hub, and given back. Knows the rules for a
 * directory of a user's own; not what else is put into it.
 *
 * It is held by flock(2) on a file in it: the kernel gives that back however the hub ends, so that what a killed hub has
 * left there is known to be nobody's. (A lock on the directory itself is what link.ts takes.)
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { RobinError } from "../../errors.js";
import { commandOf } from "../../port/holders.js";
import { flock, LOCK_EX, LOCK_NB } from "../../tty/libc.js";
import { describeErrno, errno, isErrno } from "../../tty/sys-error.js";
import { type NotedLink, readNote, writeNote } from "./lock-note.js";

/** Beside the links, and no port's name. What it says is lock-note.ts. */
export const LOCK_NAME = ".hub.lock";

export interface HubDirectory {
  readonly path: string;
  /** A descriptor of it, held as long as the hub lives. */
  readonly fd: number;
  /** Notes the links that have to be taken away if this process cannot do it itself. Never throws. */
  note(links: readonly NotedLink[]): void;
  /** Lets go of it, and removes it where robin has made it and nothing is in it. Never throws; safe to call twice. */
  close(): void;
}

/** `$XDG_RUNTIME_DIR/robin` where that is the user's, else `/tmp/robin-UID`. */
export function defaultDirectory(env: NodeJS.ProcessEnv, uid: number): string {
  const runtime = env.XDG_RUNTIME_DIR;
  if (runtime?.startsWith("/")) {
    try {
      if (statSync(runtime).uid === uid) return join(runtime, "robin");
    } catch {
      // set by a login that is over
    }
  }
  return `/tmp/robin-${uid}`;
}

/**
 * Makes and holds `path`. `isOwn` is for the default directory: nobody but the user may be able to put anything there.
 * Throws RobinError: open-failed, busy.
 */
export function holdDirectory(path: string, isOwn: boolean): HubDirectory {
  const lockPath = join(path, LOCK_NAME);
  for (;;) {
    let isMade = make(path, isOwn ? 0o700 : 0o777);
    if (isOwn) checkOwn(path);
    const fd = openDirectory(path);
    const lock = openLock(lockPath, fd);
    // A hub that has just ended has taken its file away, and maybe the directory.
    if (lock === undefined || !isStillThere(lockPath, lock)) {
      closeSync(fd);
      if (lock !== undefined) closeSync(lock);
      continue;
    }
    const left = readNote(lock);
    if (left !== undefined) {
      isMade ||= left.isMade;
      removeLinks(left.links);
    }
    const note = (links: readonly NotedLink[]) => writeNote(lock, { pid: process.pid, isMade, links });
    note([]);
    let isHeld = true;
    return {
      path,
      fd,
      note(links) {
        try {
          note(links);
        } catch {
          // a full disk: without a note a restart has to go by what the kernel says of the links
        }
      },
      close() {
        if (!isHeld) return;
        isHeld = false;
        try {
          unlinkSync(lockPath);
          if (isMade) rmdirSync(path);
        } catch {
          // somebody has put something there
        }
        closeSync(lock);
        closeSync(fd);
      },
    };
  }
}

/** What a killed hub has left, which holds its lock no more. The number of its pty may be somebody else's by now. */
function removeLinks(links: readonly NotedLink[]): void {
  for (const { path, target } of links) {
    try {
      if (readlinkSync(path) === target) unlinkSync(path);
    } catch {
      // somebody has taken it away, or put something else there
    }
  }
}

/** The lock, held; undefined where its place has gone meanwhile. */
function openLock(path: string, directory: number): number | undefined {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  let fd: number;
  try {
    fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && fstatSync(directory).nlink === 0)
      return undefined;
    throw failed("make", path, error);
  }
  try {
    flock(fd, LOCK_EX | LOCK_NB);
    return fd;
  } catch (error) {
    const refusal = isErrno(error, errno.EAGAIN) ? busy(path, fd) : failed("lock", path, error);
    closeSync(fd);
    throw refusal;
  }
}

function make(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw failed("make directory", path, error);
  }
}

function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw failed("open directory", path, error);
  }
}

/** In /tmp anyone may have been there first. */
function checkOwn(path: string): void {
  const stats = lstatSync(path);
  const why = whyNotOwn(stats);
  if (why === undefined) return;
  throw new RobinError("open-failed", `use directory ${path}: ${why}`, {
    hint: "--dir DIR uses another one",
  });
}

function whyNotOwn(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return "it is a symbolic link";
  if (!stats.isDirectory()) return "it is no directory";
  if (stats.uid !== process.getuid!()) return `it belongs to another user (UID ${stats.uid})`;
  if ((stats.mode & 0o022) !== 0) return "others may write to it";
  return undefined;
}

function isStillThere(path: string, fd: number): boolean {
  try {
    const [there, here] = [statSync(path), fstatSync(fd)];
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return false;
  }
}

function busy(lockPath: string, lock: number): RobinError {
  const pid = readNote(lock)?.pid;
  const command = pid === undefined ? undefined : commandOf(pid);
  const who = command === undefined ? "another hub" : `${command} (PID ${pid})`;
  return new RobinError("busy", `hold directory ${dirname(lockPath)}: held by ${who}`, {
    hint: "one directory is one hub: --dir DIR makes another one",
  });
}

function failed(what: string, path: string, error: unknown): RobinError {
  if (isErrno(error))
    return new RobinError("open-failed", `${what} ${path}: ${error.message}`, { cause: error });
  const { errno: value = 0, code } = error as NodeJS.ErrnoException;
  const [, text] = describeErrno(-value);
  return new RobinError("open-failed", `${what} ${path}: ${text} (${code})`, { cause: error });
}
