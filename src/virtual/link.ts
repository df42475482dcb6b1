/**
 * The name that a program knows a virtual port by: a symbolic link to the pty's slave. Knows what may stand in its place;
 * not what the slave is for.
 */
import { lstatSync, readlinkSync, renameSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RobinError } from "../errors.js";
import { describeErrno } from "../tty/sys-error.js";

export interface Link {
  readonly path: string;
  /** Lets it stand for another slave, in one step. */
  point(target: string): void;
  /** Takes it back, if it still is what was made here. Never throws; safe to call twice. */
  remove(): void;
}

/**
 * Makes a link at `path` to `target`. A link whose target is gone is replaced; anything else is left alone: throws
 * RobinError open-failed.
 */
export function placeLink(path: string, target: string): Link {
  attempt(path, () => {
    try {
      symlinkSync(target, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isStale(path)) throw error;
      replace(path, target);
    }
  });
  let stands: string | undefined = target;
  return {
    path,
    point(next) {
      attempt(path, () => replace(path, next));
      stands = next;
    },
    remove() {
      try {
        if (stands !== undefined && readlinkSync(path) === stands) unlinkSync(path);
      } catch {
        // somebody else has removed it
      }
      stands = undefined;
    },
  };
}

/** rename(2) puts the new one in the old one's place: there is no moment without a link. */
function replace(path: string, target: string): void {
  const next = join(dirname(path), `.${basename(path)}.${process.pid}`);
  symlinkSync(target, next);
  try {
    renameSync(next, path);
  } catch (error) {
    unlinkSync(next);
    throw error;
  }
}

/** Left behind by a process that was killed. */
function isStale(path: string): boolean {
  if (!lstatSync(path).isSymbolicLink()) return false;
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const { errno = 0, code } = error as NodeJS.ErrnoException;
    const [, text] = describeErrno(-errno);
    throw new RobinError("open-failed", `make link ${path}: ${text} (${code})`, { cause: error });
  }
}
