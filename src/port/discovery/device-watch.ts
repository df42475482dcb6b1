/**
 * Telling that devices may have come, gone or changed hands. Knows directories and that they may not be there yet; what
 * is in them, the listener looks at.
 *
 * By inotify with a mask of its own. node:fs's watch asks for IN_MODIFY too: to who watches /dev that was every write to a
 * tty or to /dev/null, until kernels of 2024 stopped telling of devices (6.1.192 and 6.18 do not), and is still every write
 * to a file elsewhere.
 */
import { type FSWatcher, statSync, watch as watchPath } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { RobinError } from "../../errors.js";
import { whyNoLibc } from "../../tty/abi.js";
import { openInotify } from "../../tty/inotify.js";
import {
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_IGNORED,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_ONLYDIR,
  type InotifyEvent,
} from "../../tty/inotify-event.js";
import { errno, isErrno } from "../../tty/sys-error.js";

/** Names that come, go and change their owner or mode, and the end of the directory itself. */
const MASK =
  IN_CREATE |
  IN_DELETE |
  IN_ATTRIB |
  IN_MOVED_FROM |
  IN_MOVED_TO |
  IN_DELETE_SELF |
  IN_MOVE_SELF |
  IN_ONLYDIR;
const ENDED = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED;

export interface DeviceWatch {
  close(): void;
}

/**
 * Calls `onChange` once for all that changed in a turn of the event loop; it may have been nothing that matters. A
 * directory that is not there is watched for by its nearest ancestor that is. Keeps the process alive until `close`. Throws
 * RobinError "internal" where the kernel lets this user watch no more.
 */
export function watchDevices(onChange: () => void, directories: readonly string[] = ["/dev"]): DeviceWatch {
  const paths = [...new Set(directories.map((directory) => resolve(directory)))];
  try {
    return whyNoLibc() === undefined ? byInotify(onChange, paths) : byNode(onChange, paths);
  } catch (error) {
    throw refused(error, paths);
  }
}

function byInotify(onChange: () => void, paths: readonly string[]): DeviceWatch {
  /** By a watch's number: for each path that it serves, the name in the watched directory that leads there. */
  let watches = new Map<number, (string | undefined)[]>();
  const inotify = openInotify((events) => {
    const matters = events.some(isRelevant);
    if (!matters) return;
    // A path has come or gone: what stands for it may be another directory now.
    if (missing() || events.some((event) => (event.mask & ENDED) !== 0)) armAgain();
    onChange();
  });
  const isRelevant = ({ watch, mask, name }: InotifyEvent) => {
    const names = watches.get(watch);
    if (names === undefined) return watch === -1; // events were lost, or a watch's last words
    return names.includes(undefined) || (mask & ENDED) !== 0 || names.includes(name);
  };
  const missing = () => [...watches.values()].some((names) => names.some((name) => name !== undefined));
  const arm = () => {
    const fresh = new Map<number, (string | undefined)[]>();
    let refusal: unknown;
    for (const path of paths) {
      try {
        const { number, next } = addNearest(path);
        fresh.set(number, [...(fresh.get(number) ?? []), next]);
      } catch (error) {
        // A directory may be searched and not read: what the others tell has to do.
        if (!isErrno(error, errno.EACCES)) throw error;
        refusal = error;
      }
    }
    if (fresh.size === 0) throw refusal;
    for (const number of watches.keys()) if (!fresh.has(number)) inotify.remove(number);
    watches = fresh;
  };
  /** Nobody can be told of an error here, and what is watched already still tells most of what happens. */
  const armAgain = () => {
    try {
      arm();
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  };
  /** Watches `path` or its nearest ancestor. One that comes or goes meanwhile is looked for again. */
  const addNearest = (path: string): { number: number; next: string | undefined } => {
    for (;;) {
      const at = nearestDirectory(path);
      try {
        const number = inotify.add(at.directory, MASK);
        const now = nearestDirectory(path);
        if (now.directory === at.directory) return { number, next: at.next };
      } catch (error) {
        if (!isErrno(error) || nearestDirectory(path).directory === at.directory) throw error;
      }
    }
  };
  try {
    arm();
  } catch (error) {
    inotify.close();
    throw error;
  }
  return inotify;
}

/** Instances and watches are counted per user, and desktops are full of them. */
function refused(error: unknown, paths: readonly string[]): unknown {
  if (!isErrno(error)) return error;
  const limit = { [errno.EMFILE]: "max_user_instances", [errno.ENOSPC]: "max_user_watches" }[error.errno];
  return new RobinError("internal", `watch ${paths.join(", ")}: ${error.message}`, {
    cause: error,
    hint: limit && `this user's programs watch all that they may: raise it by sysctl fs.inotify.${limit}`,
  });
}

/** The last directory on the way to `path` that is there, and the name below it that is not. */
function nearestDirectory(path: string): { directory: string; next: string | undefined } {
  let next: string | undefined;
  let directory = path;
  while (!isDirectory(directory) && directory !== dirname(directory)) {
    next = basename(directory);
    directory = dirname(directory);
  }
  return { directory, next };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Where there is no libc layer. It wakes up more often than it has to. */
function byNode(onChange: () => void, paths: readonly string[]): DeviceWatch {
  /** By the directory itself, not its name: one that was made anew is another one, and its watch too. */
  const watchers = new Map<string, FSWatcher>();
  let soon: NodeJS.Immediate | undefined;
  const changed = () => {
    soon ??= setImmediate(() => {
      soon = undefined;
      arm();
      onChange();
    });
  };
  const drop = (identity: string) => {
    watchers.get(identity)?.close();
    watchers.delete(identity);
  };
  const arm = () => {
    const wanted = new Map(paths.map(nearestIdentity));
    for (const identity of watchers.keys()) if (!wanted.has(identity)) drop(identity);
    for (const [identity, directory] of wanted) {
      if (watchers.has(identity)) continue;
      const watcher = watchPath(directory).on("change", changed);
      watcher.on("error", () => {
        drop(identity);
        changed();
      });
      watchers.set(identity, watcher);
    }
  };
  arm();
  return {
    close() {
      if (soon) clearImmediate(soon);
      soon = undefined;
      for (const identity of watchers.keys()) drop(identity);
    },
  };
}

function nearestIdentity(path: string): [identity: string, directory: string] {
  for (;;) {
    const { directory } = nearestDirectory(path);
    const stats = statSync(directory, { throwIfNoEntry: false });
    if (stats) return [`${stats.dev} ${stats.ino} ${stats.birthtimeMs}`, directory];
  }
}
