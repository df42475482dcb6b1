/**
 * Who opens and closes pty slaves, told by inotify(7). Knows where to ask and how to do without; what the events mean is
 * holder-count.ts's to know.
 */
import { type Inotify, openInotify } from "../../tty/inotify.js";
import {
  IN_CLOSE_NOWRITE,
  IN_CLOSE_WRITE,
  IN_IGNORED,
  IN_OPEN,
  IN_Q_OVERFLOW,
} from "../../tty/inotify-event.js";
import type { SlaveEvent } from "./holder-count.js";

export type { SlaveEvent } from "./holder-count.js";

/** Without inotify (fs.inotify.max_user_instances, max_user_watches) a slave is looked at so often. */
const LOOK_MS = 50;

const EVENTS = IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE;

type OnEvents = (events: readonly SlaveEvent[]) => void;

export interface WatchedSlave {
  /** Does something with the slave that is not told, and would be told together with what others do at that time. */
  quietly<T>(action: () => T): T;
  close(): void;
}

export interface SlaveWatch {
  /** `onEvents` gets what happened to the slave at `path`, in order; nothing where only a look may tell. */
  add(path: string, onEvents: OnEvents): WatchedSlave;
  close(): void;
}

/** One for all slaves of a process: a user has 128 inotify instances, and other programs want some. */
export function watchSlaves(open: typeof openInotify = openInotify): SlaveWatch {
  const listeners = new Map<number, OnEvents>();
  const looks = lookNowAndThen();
  let inotify: Inotify;
  try {
    inotify = open((events) => {
      const told = new Map<number, SlaveEvent[]>();
      for (const { watch, mask } of events) {
        const list = told.get(watch) ?? [];
        if (mask & IN_OPEN) list.push("open");
        if (mask & (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE)) list.push("close");
        told.set(watch, list);
      }
      for (const [watch, list] of told) if (list.length > 0) listeners.get(watch)?.(list);
      for (const { watch, mask } of events) if (mask & IN_IGNORED) listeners.delete(watch);
      // Some of what happened was not told.
      if (events.some(({ mask }) => mask & IN_Q_OVERFLOW))
        for (const look of [...listeners.values()]) look([]);
    });
  } catch {
    return looks;
  }
  return {
    add(path, onEvents) {
      let slow: WatchedSlave | undefined;
      let watch = -1;
      const begin = () => {
        try {
          watch = inotify.add(path, EVENTS);
          listeners.set(watch, onEvents);
        } catch {
          slow = looks.add(path, onEvents);
        }
      };
      begin();
      return {
        quietly(action) {
          if (slow) return action();
          inotify.remove(watch); // what it has told is still to be read, up to IN_IGNORED
          try {
            return action();
          } finally {
            begin();
          }
        },
        close() {
          slow?.close();
          // The number may be a new watch's by the second time.
          if (listeners.get(watch) === onEvents) inotify.remove(watch);
          for (const [number, listener] of listeners) if (listener === onEvents) listeners.delete(number);
        },
      };
    },
    close() {
      listeners.clear();
      looks.close();
      inotify.close();
    },
  };
}

/** Costs nothing until something is added. */
function lookNowAndThen(): SlaveWatch {
  const looks = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  return {
    add(_, onEvents) {
      const look = () => onEvents([]);
      looks.add(look);
      timer ??= setInterval(() => {
        for (const one of [...looks]) one();
      }, LOOK_MS);
      return {
        quietly: (action) => action(),
        close() {
          looks.delete(look);
          if (looks.size > 0) return;
          clearInterval(timer);
          timer = undefined;
        },
      };
    },
    close() {
      looks.clear();
      clearInterval(timer);
      timer = undefined;
    },
  };
}
