/**
 * Opening a file that is going to be written to, without waiting for anybody. Knows open(2) and what its errors mean to a
 * user; not what is written.
 */
import { closeSync, constants, fstatSync, open, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { RobinError } from "../errors.js";
import { describeErrno } from "../tty/sys-error.js";

/** What may be there already: it is written behind, it is emptied, or it is an error (EEXIST). */
export type OpenMode = "append" | "new" | "fresh";

// O_NONBLOCK: not to wait for the reader of a FIFO. O_NOCTTY: never to get a terminal that controls this process.
const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC, O_EXCL, O_NONBLOCK, O_NOCTTY } = constants;
const FLAGS: Readonly<Record<OpenMode, number>> = {
  append: O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY,
  new: O_WRONLY | O_CREAT | O_APPEND | O_TRUNC | O_NONBLOCK | O_NOCTTY,
  fresh: O_WRONLY | O_CREAT | O_APPEND | O_EXCL | O_NONBLOCK | O_NOCTTY,
};
/** The umask takes its bits off. */
const MODE = 0o666;
const LF = 0x0a;

/** The descriptor of the file at `path`; `what` names it in messages. Throws RobinError: open-failed. */
export function openFileSync(what: string, path: string, mode: OpenMode): number {
  try {
    return openSync(path, FLAGS[mode], MODE);
  } catch (error) {
    throw openError(what, path, error as NodeJS.ErrnoException);
  }
}

/** The same on a thread. Rejects with RobinError: open-failed. */
export function openFile(what: string, path: string, mode: OpenMode): Promise<number> {
  return new Promise((resolve, reject) => {
    open(path, FLAGS[mode], MODE, (error, fd) => {
      if (error) reject(openError(what, path, error));
      else resolve(fd);
    });
  });
}

/** Whether a file that is open for writing ends in the middle of a line: whoever wrote it was killed. */
export function endsMidLine(fd: number): boolean {
  const stats = fstatSync(fd);
  if (!stats.isFile() || stats.size === 0) return false;
  try {
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY);
    try {
      const last = Buffer.alloc(1);
      return readSync(own, last, 0, 1, stats.size - 1) === 1 && last[0] !== LF;
    } finally {
      closeSync(own);
    }
  } catch {
    return false; // not ours to read
  }
}

function openError(what: string, path: string, cause: NodeJS.ErrnoException): RobinError {
  const isFifo = cause.code === "ENXIO";
  const reason = isFifo ? "nobody reads from it" : describeError(cause);
  const hint = isFifo
    ? "a FIFO has to be opened by its reader first"
    : cause.code === "ENOENT"
      ? `its directory has to be there first: mkdir -p ${dirname(path)}`
      : undefined;
  return new RobinError("open-failed", `open ${what} ${path}: ${reason}`, { cause, hint });
}

/** Such as `no space left on device (ENOSPC)`. */
export function describeError(error: NodeJS.ErrnoException): string {
  const [, text] = describeErrno(-(error.errno ?? 0));
  return `${text} (${error.code})`;
}
