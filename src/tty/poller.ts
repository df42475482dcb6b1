/**
 * Readiness of one descriptor for one direction: bindings-cpp's Poller, which is libuv's uv_poll.
 * Knows nothing of what is read or written.
 *
 * One Poller serves one direction only: it remembers every event it was ever asked for, and asking for
 * the second replaces the wait for the first. Its constructor sets O_NONBLOCK on the open file description
 * (uv_poll_init); on an inherited one, which a shell may share, that is taken back at once.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { accessMode, close, dup, setNonBlocking } from "./libc.js";

interface NativePoller {
  poll(events: number): void;
  stop(): void;
  destroy(): void;
}
type NativePollerClass = new (
  fd: number,
  callback: (error: Error | null, events: number) => void,
) => NativePoller;

/** uv_poll_event of uv.h. */
const UV_READABLE = 1;
const UV_WRITABLE = 2;

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

/** Waits for one direction of one descriptor; each `arm()` gives one call of `ready`. */
export interface Readiness {
  /** Asks for one call of `ready` when the descriptor is ready, has failed or was hung up. */
  arm(): void;
  /** Takes `arm()` back. */
  disarm(): void;
  /** Ends the wait for good and closes the poller's own descriptor. */
  close(): void;
}

/**
 * Waits on a duplicate of `fd`, so that several waits on one file do not disturb each other. Throws where
 * epoll refuses the file (regular files, some devices): such a file is always ready.
 */
export function watch(fd: number, direction: "readable" | "writable", ready: () => void): Readiness {
  const own = dup(fd);
  const wasBlocking = !accessMode(own).nonBlocking;
  const events = direction === "readable" ? UV_READABLE : UV_WRITABLE;
  let poller: NativePoller;
  try {
    poller = new (nativePoller())(own, () => {
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
  } catch (error) {
    close(own);
    throw error;
  }
  if (wasBlocking) setNonBlocking(own, false);
  let open = true;
  return {
    arm: () => {
      if (open) poller.poll(events);
    },
    disarm: () => {
      if (open) poller.stop();
    },
    close: () => {
      if (!open) return;
      open = false;
      poller.stop();
      poller.destroy();
      close(own);
    },
  };
}
