/**
 * A file that people write by hand, replaced as a whole in one step: whoever reads it has the old text or the new one, also after
 * a crash. Knows files; not what is in them.
 */
import { constants, readFileSync, renameSync } from "node:fs";
import { access, type FileHandle, lstat, mkdir, open, readlink, realpath, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { RobinError } from "../errors.js";

/** A new one is for its owner alone, as its directory (XDG Base Directory Specification). */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

export interface Original {
  /** Through all links: the file that is replaced, so that a link stays one. */
  readonly path: string;
  /** Undefined where there is none yet. */
  readonly bytes: Uint8Array | undefined;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** Rejects with what the system says. */
export async function readOriginal(path: string): Promise<Original> {
  const real = await targetOf(path);
  let file: FileHandle;
  try {
    file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { path: real, bytes: undefined, mode: FILE_MODE, owner: undefined };
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new RobinError("open-failed", `write ${real}: it is no regular file`);
    }
    await access(real, constants.W_OK); // a new file in its place would not ask
    const { mode, uid, gid } = stats;
    return { path: real, bytes: await file.readFile(), mode: mode & 0o7777, owner: { uid, gid } };
  } finally {
    await file.close();
  }
}

/**
 * Puts `bytes` in the place of what was read. False where the file has changed since, and nothing is done. Rejects with what
 * the system says; then the file is as it was.
 */
export async function replaceFile(original: Original, bytes: Uint8Array): Promise<boolean> {
  const { path, mode, owner } = original;
  await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  const beside = `${path}.${Math.random().toString(36).slice(2)}.new`;
  const file = await open(beside, "wx", FILE_MODE);
  try {
    try {
      await file.writeFile(bytes);
      if (owner) await keepOwner(file, owner);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    // Both at once, so that hardly anybody comes between.
    if (!isAsRead(original)) {
      await unlink(beside);
      return false;
    }
    renameSync(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(path));
  return true;
}

/** Only root may give a file to someone else; another user's file that may be written to becomes the writer's. */
async function keepOwner(file: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const now = await file.stat();
  if (now.uid !== uid || now.gid !== gid) await file.chown(uid, gid).catch(() => {});
}

function isAsRead({ path, bytes }: Original): boolean {
  try {
    const now = readFileSync(path);
    return bytes !== undefined && Buffer.compare(now, bytes) === 0;
  } catch {
    return bytes === undefined; // not there, as before
  }
}

/** Where a link leads, also one to a file that is not there yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const isLink = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    return isLink ? targetOf(resolve(dirname(path), await readlink(path))) : path;
  }
}

/** The new name is on the disk too. Some file systems know no such thing. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}
