/**
 * Whether the program at a pty's slave reads, told by inotify(7) (IN_ACCESS). Knows that a full pty takes again only after
 * some KiB were read, so that a slow reader looks like none to who only writes; not what follows from a read.
 */
import { openInotify } from "../../tty/inotify.js";
import { IN_ACCESS, IN_ONESHOT } from "../../tty/inotify-event.js";

export interface ReadWatch {
  /** Calls `onRead` at the next read of the file at `path`; once. The result takes that back. */
  next(path: string, onRead: () => void): () => void;
  close(): void;
}

/** One for all ports. Without inotify it tells nothing: then only a pty that takes bytes shows that they are read. */
export function watchReads(open: typeof openInotify = openInotify): ReadWatch {
  const listeners = new Map<number, () => void>();
  const inotify = attempt(() =>
    open((events) => {
      for (const { watch, mask } of events) {
        const onRead = listeners.get(watch);
        listeners.delete(watch);
        if (mask & IN_ACCESS) onRead?.();
      }
    }),
  );
  return {
    next(path, onRead) {
      const watch = attempt(() => inotify?.add(path, IN_ACCESS + IN_ONESHOT));
      if (watch === undefined) return () => {};
      listeners.set(watch, onRead);
      return () => {
        if (listeners.delete(watch)) inotify?.remove(watch);
      };
    },
    close() {
      listeners.clear();
      inotify?.close();
    },
  };
}

/** Undefined where the limits of inotify are reached (fs.inotify.max_user_instances, max_user_watches). */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
