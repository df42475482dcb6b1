/**
 * Who opens and closes pty slaves, told by inotify(7). Knows that equal events in a row come as one, so that the number of
 * holders is not to be had by counting; what an end does about its events is pty-end.ts's.
 */

import { type Inotify, openInotify } from "../tty/inotify.js";
import { IN_CLOSE_NOWRITE, IN_CLOSE_WRITE, IN_OPEN, IN_Q_OVERFLOW } from "../tty/inotify-event.js";

export type SlaveEvent = "open" | "close";

/** Without inotify (fs.inotify.max_user_instances) each slave is looked at so often. */
const LOOK_MS = 50;

export interface SlaveWatch {
  /** `onEvents` gets what happened to the slave at `path`, in order; nothing where only a look may tell. */
  add(path: string, onEvents: (events: readonly SlaveEvent[]) => void): { close(): void };
  close(): void;
}

/** One for all slaves of a process: a user has 128 inotify instances, and other programs want some. */
export function watchSlaves(open: typeof openInotify = openInotify): SlaveWatch {
  const listeners = new Map<number, (events: readonly SlaveEvent[]) => void>();
  let inotify: Inotify;
  try {
    inotify = open((events) => {
      if (events.some(({ mask }) => mask & IN_Q_OVERFLOW)) for (const look of listeners.values()) look([]);
      const told = new Map<number, SlaveEvent[]>();
      for (const { watch, mask } of events) {
        const list = told.get(watch) ?? [];
        if (mask & IN_OPEN) list.push("open");
        if (mask & (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE)) list.push("close");
        told.set(watch, list);
      }
      for (const [watch, list] of told) if (list.length > 0) listeners.get(watch)?.(list);
    });
  } catch {
    return lookNowAndThen();
  }
  return {
    add(path, onEvents) {
      const watch = inotify.add(path, IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE);
      listeners.set(watch, onEvents);
      return {
        close() {
          listeners.delete(watch);
          inotify.remove(watch);
        },
      };
    },
    close() {
      listeners.clear();
      inotify.close();
    },
  };
}

function lookNowAndThen(): SlaveWatch {
  const looks = new Set<() => void>();
  const timer = setInterval(() => {
    for (const look of looks) look();
  }, LOOK_MS);
  return {
    add(_, onEvents) {
      const look = () => onEvents([]);
      looks.add(look);
      return { close: () => void looks.delete(look) };
    },
    close: () => clearInterval(timer),
  };
}
