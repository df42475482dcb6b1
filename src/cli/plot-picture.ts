/**
 * The file of a picture: whole, or not there. Knows that what is replaced has to be a file; not what the picture shows.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { RobinError } from "../errors.js";
import { numbered, parseLogName } from "../sink/log-name.js";
import { describeError } from "../sink/open-file.js";

/** The picture that the key writes. */
const USUAL_NAME = "{port}-%Y%m%d-%H%M%S.svg";
const MODE = 0o666;

/** Looks whether a picture can be written there at the end. Throws RobinError: open-failed. */
export function refuseNoPicture(path: string): void {
  try {
    const target = targetOf(path);
    if (existsSync(target) && !statSync(target).isFile()) {
      throw new RobinError(
        "open-failed",
        `open picture ${path}: it is no file, and would be replaced by one`,
      );
    }
    accessSync(dirname(target), constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof RobinError) throw error;
    const cause = error as NodeJS.ErrnoException;
    throw new RobinError("open-failed", `open picture ${path}: ${describeError(cause)}`, {
      cause,
      hint:
        cause.code === "ENOENT"
          ? `its directory has to be there first: mkdir -p ${dirname(path)}`
          : undefined,
    });
  }
}

/** Replaces what is there in one step. Waits for the disk. Throws RobinError: unsent. */
export function writePicture(path: string, text: string): void {
  let half: string | undefined;
  try {
    const target = targetOf(path);
    half = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    const fd = openSync(half, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, MODE);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } finally {
      closeSync(fd);
    }
    renameSync(half, target);
  } catch (error) {
    removeQuietly(half);
    const cause = error as NodeJS.ErrnoException;
    throw new RobinError("unsent", `write picture ${path}: ${describeError(cause)}`, { cause });
  }
}

/** A name that is not taken, for a picture of this port at this moment. */
export function freePictureName(port: string, wallUs: number): string {
  const name = parseLogName(USUAL_NAME, "picture").at(port, wallUs);
  for (let number = 1; ; number++) {
    const path = numbered(name, number);
    if (!existsSync(path)) return path;
  }
}

/** A link stays one. */
function targetOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function removeQuietly(path: string | undefined): void {
  try {
    if (path !== undefined) unlinkSync(path);
  } catch {
    // it was not there
  }
}
