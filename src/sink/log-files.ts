/**
 * The next file of a log that is rotated: by a new name where the pattern has the time in it, else as logrotate(8) does it,
 * log to log.1, log.1 to log.2. Knows the file system, on threads; not why a file ends.
 */
import { fstat } from "node:fs";
import { rename, stat, unlink } from "node:fs/promises";
import { promisify } from "node:util";
import { RobinError } from "../errors.js";
import type { NextFile } from "./file-writer.js";
import { type LogName, numbered } from "./log-name.js";
import { describeError, openFile } from "./open-file.js";

interface LogFilesOptions {
  readonly name: LogName;
  readonly port: string;
  /** So many old files at the most; undefined: all of them. */
  readonly keep?: number | undefined;
}

export class LogFiles {
  readonly #options: LogFilesOptions;
  /** Those that were written since the start and are older than the present one. */
  readonly #old: string[] = [];
  /** The name that was made last of the pattern, and its number. */
  #last = { name: "", number: 0 };

  constructor(options: LogFilesOptions) {
    this.#options = options;
  }

  /** The file behind `present`, begun at `wallUs` since the epoch. Rejects with RobinError, and `present` is still the log then. */
  async next(present: NextFile, wallUs: number): Promise<NextFile> {
    const { name, port } = this.#options;
    try {
      return await (name.hasTime ? this.#byName(present, name.at(port, wallUs)) : this.#byNumber(present));
    } catch (error) {
      if (error instanceof RobinError) throw error;
      const why = describeError(error as NodeJS.ErrnoException);
      throw new RobinError("open-failed", `rotate log ${present.path}: ${why}`, { cause: error });
    }
  }

  /** The pattern's name, with a number where a file has it already. */
  async #byName(present: NextFile, name: string): Promise<NextFile> {
    let number = this.#last.name === name ? this.#last.number + 1 : 1;
    for (;;) {
      const path = numbered(name, number);
      try {
        const fd = await openFile("log", path, "fresh");
        this.#last = { name, number };
        await this.#forget(present.path);
        return { fd, path };
      } catch (error) {
        if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code !== "EEXIST") throw error;
        number++;
      }
    }
  }

  async #forget(path: string): Promise<void> {
    this.#old.push(path);
    while (this.#old.length > (this.#options.keep ?? Number.POSITIVE_INFINITY)) {
      await unlink(this.#old.shift()!).catch(() => {}); // somebody else has tidied up
    }
  }

  async #byNumber(present: NextFile): Promise<NextFile> {
    const { path } = present;
    if (await isStillAt(path, present.fd)) await this.#shift(path);
    return { fd: await openFile("log", path, "append"), path };
  }

  /** The ones at the end of the row first, so that none is overwritten but the one too many. */
  async #shift(path: string): Promise<void> {
    const keep = this.#options.keep ?? Number.POSITIVE_INFINITY;
    let last = 1;
    while (last < keep && (await exists(`${path}.${last}`))) last++;
    for (; last > 1; last--) await rename(`${path}.${last - 1}`, `${path}.${last}`);
    await rename(path, `${path}.1`);
  }
}

/** Whether the file at `path` is the one that is open: somebody else may have moved it away. */
async function isStillAt(path: string, fd: number): Promise<boolean> {
  const own = await promisify(fstat)(fd);
  const there = await stat(path).catch(() => undefined);
  return there?.ino === own.ino && there.dev === own.dev;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
