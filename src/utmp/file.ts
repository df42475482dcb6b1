/**
 * The login databases: who is logged in, and since when. Reads them in pieces, as a year's wtmp may be large; knows which
 * file is which and how reading fails, not what a record is good for.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { RobinError } from "../errors.js";
import { describeErrno } from "../tty/sys-error.js";
import { decodeUtmp, recordSize, UTMP_PIECE, type UtmpRecord } from "./records.js";

/** _PATH_UTMP and _PATH_WTMP of paths.h: who is logged in now, and every login since the file was begun. */
export const UTMP_PATH = "/var/run/utmp";
export const WTMP_PATH = "/var/log/wtmp";

const PIECE = 8 * UTMP_PIECE;

/**
 * The records of the file at `path`, one by one, in the file's order. Throws RobinError "open-failed": where it cannot be
 * opened or read; behind the last whole record of a file that is cut off; at the first record that can be none.
 */
export function* readUtmp(path: string): Generator<UtmpRecord, void, undefined> {
  const fd = attempt("open", path, () => openSync(path, "r"));
  try {
    const piece = Buffer.alloc(PIECE);
    let size: ReturnType<typeof recordSize> | undefined;
    for (let at = 0; ; at += PIECE) {
      const length = attempt("read", path, () => readFully(fd, piece));
      const bytes = piece.subarray(0, length);
      size ??= recordSize(bytes);
      const { records, rest, impossibleType } = decodeUtmp(bytes, size);
      yield* records;
      if (impossibleType !== undefined) throw foreign(path, impossibleType, at + length - rest);
      if (rest > 0) throw cutOff(path, rest, size, at + length - rest);
      if (length < PIECE) return;
    }
  } finally {
    closeSync(fd);
  }
}

/** Fills `into`, but for the end of the file: a pipe gives what it has. */
function readFully(fd: number, into: Uint8Array): number {
  let length = 0;
  while (length < into.length) {
    const n = readSync(fd, into, length, into.length - length, null);
    if (n === 0) break;
    length += n;
  }
  return length;
}

function attempt<T>(what: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { errno, code } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    const [, text] = describeErrno(-errno);
    throw new RobinError("open-failed", `${what} ${path}: ${text} (${code})`, {
      cause: error,
      hint: code === "ENOENT" ? missingHint(path) : undefined,
    });
  }
}

/** Systems that keep no such file have something else. */
function missingHint(path: string): string | undefined {
  if (path === UTMP_PATH)
    return "this system keeps no utmp: loginctl shows who is logged in, where systemd does";
  if (path === WTMP_PATH)
    return "this system keeps no wtmp: wtmpdb last shows the logins, where that is installed";
  return undefined;
}

function foreign(path: string, type: number, at: number): RobinError {
  const swapped = ((type & 0xff) << 8) | ((type >> 8) & 0xff);
  return new RobinError(
    "open-failed",
    `read ${path}: no utmp record at byte ${at}: its type is ${type}, and types are 0 to 9`,
    { hint: swapped >= 1 && swapped <= 9 ? "a big-endian machine may have written it" : undefined },
  );
}

function cutOff(path: string, rest: number, size: number, at: number): RobinError {
  return new RobinError(
    "open-failed",
    `read ${path}: it is cut off: ${rest} bytes at byte ${at} are less than a record of ${size}`,
  );
}
