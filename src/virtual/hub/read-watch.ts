/**
 * Whether the program at a pty's slave reads, told by inotify(7) (IN_ACCESS). Knows that a full pty takes again only after
 * some KiB were read, so that a slow reader looks like none to who only writes; not what follows from a read.
 */
import { type Inotify, openInotify } from "../../tty/inotify.js";
import { IN_ACCESS, IN_ONESHOT } from "../../tty/inotify-event.js";

export interface ReadWatch {
  /** Calls `onRead` at the next read of the file at `path`; once. The result takes that back. */
  next(path: string, onRead: () => void): () => void;
  close(): void;
}

/** One for all ports. Without inotify it tells nothing: then only a pty that takes bytes shows that they are read. */
export function watchReads(open: typeof openInotify = openInotify): ReadWatch {
  const listeners = new Map<number, () => void>();
  let inotify: Inotify | undefined;
  let isRefused = false;
  const start = () => {
    inotify ??= open((events) => {
      for (const { watch, mask } of events) {
        const onRead = listeners.get(watch);
        listeners.delete(watch);
        if (mask & IN_ACCESS) onRead?.();
      }
    });
    return inotify;
  };
  return {
    next(path, onRead) {
      if (isRefused) return () => {};
      let watch: number;
      try {
        watch = start().add(path, IN_ACCESS + IN_ONESHOT);
      } catch {
        isRefused = true; // fs.inotify.max_user_instances or max_user_watches
        return () => {};
      }
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
