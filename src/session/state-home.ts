/**
 * Where robin keeps what outlives a session, and its directory. Knows the XDG Base Directory Specification and who may write there; not
 * what is kept.
 */
import { mkdir, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

/** `$XDG_STATE_HOME/robin/NAME`; undefined where there is no home. */
export function statePath(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const { XDG_STATE_HOME: state = "", HOME: home = "" } = env;
  if (isAbsolute(state)) return join(state, "robin", name);
  return isAbsolute(home) ? join(home, ".local", "state", "robin", name) : undefined;
}

/** Makes the directory that `path` is in. False where nothing is to be written there. Rejects where it cannot be made. */
export async function prepareDirectoryOf(path: string): Promise<boolean> {
  const directory = dirname(path);
  // Behind sudo, HOME may be the user's: a file of root's in it would lock the user out.
  if (process.geteuid?.() === 0 && (await ownerOf(directory)) !== 0) return false;
  await makeDirectory(directory);
  return true;
}

/** Not mkdir's own way with parents: on a file system that takes no directory, such as proc, that one tries for ever. */
async function makeDirectory(directory: string, isAgain = false): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || isAgain) throw error;
    await makeDirectory(dirname(directory));
    await makeDirectory(directory, true);
  }
}

/** Who owns a directory, or the nearest one above it that is there. */
async function ownerOf(directory: string): Promise<number> {
  try {
    return (await stat(directory)).uid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || directory === dirname(directory)) throw error;
    return ownerOf(dirname(directory));
  }
}
