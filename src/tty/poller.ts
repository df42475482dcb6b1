/**
 * Readiness of one descriptor for one direction, by libuv's uv_poll: called directly (uv-poll.ts), or through
 * bindings-cpp's Poller where Node does not let its libuv be called. Knows nothing of what is read or written.
 *
 * uv_poll_init sets O_NONBLOCK on the open file description; on an inherited one, which a shell may share, that is
 * taken back at once.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { accessMode, close, dup, setNonBlocking } from "./libc.js";
import { createUvPoll, hasUvPoll } from "./uv-poll.js";

/** uv_poll_event of uv.h. */
const EVENTS = { readable: 1, writable: 2 } as const;
export type Direction = keyof typeof EVENTS;

/** Waits for one direction of one descriptor; each `arm()` gives one call of `ready`. */
export interface Readiness {
  /** Asks for one call of `ready` when the descriptor is ready, has failed or was hung up. */
  arm(): void;
  /** Takes `arm()` back. */
  disarm(): void;
  /** Ends the wait for good and closes the wait's own descriptor. */
  close(): void;
}

/** A wait on a descriptor that is its own. Throws where epoll refuses the file. */
type Wait = (fd: number, direction: Direction, ready: () => void) => Readiness;

/**
 * Waits on a duplicate of `fd`, so that several waits on one file do not disturb each other. Throws where
 * epoll refuses the file (regular files, some devices): such a file is always ready.
 */
export function watch(
  fd: number,
  direction: Direction,
  ready: () => void,
  wait: Wait = hasUvPoll() ? waitByUvPoll : waitByPoller,
): Readiness {
  const own = dup(fd);
  const wasBlocking = !accessMode(own).nonBlocking;
  let readiness: Readiness;
  try {
    readiness = wait(own, direction, ready);
  } catch (error) {
    close(own);
    throw error;
  }
  if (wasBlocking) setNonBlocking(own, false);
  let open = true;
  return {
    arm: () => {
      if (open) readiness.arm();
    },
    disarm: () => {
      if (open) readiness.disarm();
    },
    close: () => {
      if (!open) return;
      open = false;
      readiness.close();
      close(own);
    },
  };
}

/** One registration stays while `ready` arms again: nothing is asked of the kernel between two bytes. */
export const waitByUvPoll: Wait = (fd, direction, ready) => {
  const events = EVENTS[direction];
  let armed = false;
  let started = false;
  const stop = () => {
    if (started) poll.stop();
    started = false;
  };
  const poll = createUvPoll(fd, (status) => {
    if (status < 0) started = false; // libuv has stopped it
    const isDue = armed;
    armed = false;
    try {
      if (isDue) ready();
    } finally {
      if (!armed) stop();
    }
  });
  return {
    arm: () => {
      armed = true;
      if (started) return;
      started = true;
      poll.start(events);
    },
    disarm: () => {
      armed = false;
      stop();
    },
    close: () => {
      stop();
      poll.close();
    },
  };
};

interface NativePoller {
  poll(events: number): void;
  stop(): void;
  destroy(): void;
}
type NativePollerClass = new (
  fd: number,
  callback: (error: Error | null, events: number) => void,
) => NativePoller;

const require = createRequire(import.meta.url);
let native: NativePollerClass | undefined;

function nativePoller(): NativePollerClass {
  if (native) return native;
  // Straight to the prebuilt addon, as the package itself loads it: its index.js costs 8 ms in small files.
  const manifest = require.resolve("@serialport/bindings-cpp/package.json");
  const nodeGypBuild = createRequire(manifest)("node-gyp-build") as (dir: string) => {
    Poller: NativePollerClass;
  };
  native = nodeGypBuild(dirname(manifest)).Poller;
  return native;
}

/**
 * One Poller serves one direction only: it remembers every event it was ever asked for, and asking for the second
 * replaces the wait for the first. It is one-shot.
 */
export const waitByPoller: Wait = (fd, direction, ready) => {
  const poller = new (nativePoller())(fd, () => {
    try {
      ready();
    } catch (error) {
      // An exception that leaves this callback is a C++ exception, and those abort the process with the
      // terminal still raw. On the event loop it is an uncaught exception like any other.
      setImmediate(() => {
        throw error;
      });
    }
  });
  return {
    arm: () => poller.poll(EVENTS[direction]),
    disarm: () => poller.stop(),
    close: () => {
      poller.stop();
      poller.destroy();
    },
  };
};
