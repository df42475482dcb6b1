/**
 * inotify(7): what happens to files and directories, told as it happens. Knows the three calls and the descriptor;
 * not what an event means to anyone.
 *
 * Not through node:fs's watch, which cannot choose: it asks for IN_MODIFY too, and has no IN_OPEN and IN_CLOSE.
 */
import { createRequire } from "node:module";
import { decodeEvents, type InotifyEvent } from "./inotify-event.js";
import { close, O_CLOEXEC, O_NONBLOCK, read } from "./libc.js";
import { watch } from "./poller.js";
import { SysError } from "./sys-error.js";

type Koffi = typeof import("koffi");
const require = createRequire(import.meta.url);

function load() {
  const koffi = require("koffi") as Koffi;
  const lib = koffi.load(null);
  return {
    errno: koffi.errno as () => number,
    init: lib.func("int inotify_init1(int flags)"),
    add: lib.func("int inotify_add_watch(int fd, const char *path, uint32_t mask)"),
    remove: lib.func("int inotify_rm_watch(int fd, int wd)"),
  };
}

let loaded: ReturnType<typeof load> | undefined;

/** Room for more than a hundred events with names of the usual length; one needs 16 + 256 bytes at most. */
const BUFFER_BYTES = 8192;

export interface Inotify {
  /**
   * Watches `path` for the bits of `mask`. Returns the watch's number, the same one for the same file, whose mask
   * is replaced. Throws SysError: ENOENT, EACCES, ENOSPC (fs.inotify.max_user_watches).
   */
  add(path: string, mask: number): number;
  /** Ends a watch; one that has ended by itself is no error. */
  remove(watch: number): void;
  /** For good; nothing is told afterwards. */
  close(): void;
}

/**
 * `onEvents` is called on a turn of the event loop of its own, with all that happened until then, in order. Throws
 * SysError: EMFILE (fs.inotify.max_user_instances).
 */
export function openInotify(onEvents: (events: readonly InotifyEvent[]) => void): Inotify {
  loaded ??= load();
  const c = loaded;
  const fd = c.init(O_NONBLOCK | O_CLOEXEC) as number; // IN_NONBLOCK and IN_CLOEXEC are these two
  if (fd < 0) throw new SysError("inotify_init1", c.errno());
  const buffer = new Uint8Array(BUFFER_BYTES);
  let isOpen = true;
  const readable = watch(fd, "readable", () => {
    const events: InotifyEvent[] = [];
    for (let n = read(fd, buffer); n > 0; n = read(fd, buffer)) {
      events.push(...decodeEvents(buffer.subarray(0, n)));
    }
    readable.arm();
    if (events.length > 0) onEvents(events);
  });
  readable.arm();
  return {
    add(path, mask) {
      const number = c.add(fd, path, mask) as number;
      if (number < 0) throw new SysError("inotify_add_watch", c.errno());
      return number;
    },
    remove(number) {
      if (isOpen) c.remove(fd, number);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      readable.close();
      close(fd);
    },
  };
}
