/**
 * uv_poll of the event loop that Node itself runs on, called directly (uv.h, libuv 1.x; docs.libuv.org, "uv_poll_t").
 * Knows handles and their lifetime; `poller.ts` knows what a wait is.
 *
 * It stays with one registration in epoll while somebody re-arms from inside the callback. A one-shot poller costs three
 * epoll_ctl(2) for each byte that is typed: see docs/notes/data-path.md.
 */
import { createRequire } from "node:module";

type Koffi = typeof import("koffi");
const require = createRequire(import.meta.url);

/** uv_handle_type of uv.h: UV_POLL is the eighth of UV_HANDLE_TYPE_MAP, counted from 1. */
const UV_POLL = 8;

type Callback = (status: number) => void;

function load() {
  const koffi = require("koffi") as Koffi;
  const lib = koffi.load(null);
  // Handles are addresses, below 2^47 on both architectures: numbers hold them, and both pass them as pointers.
  const proto = koffi.proto("void uv_poll_cb(long handle, int status, int events)");
  const listeners = new Map<number, Callback>();
  const dispatch = koffi.register((handle: number, status: number) => {
    try {
      listeners.get(handle)?.(status);
    } catch (error) {
      // C is above this frame: on the event loop it is an uncaught exception like any other.
      setImmediate(() => {
        throw error;
      });
    }
  }, koffi.pointer(proto));
  return {
    listeners,
    dispatch,
    loop: lib.func("long uv_default_loop()")() as number,
    size: lib.func("size_t uv_handle_size(int type)")(UV_POLL) as number,
    calloc: lib.func("long calloc(size_t count, size_t size)"),
    free: lib.func("void free(long address)"),
    init: lib.func("int uv_poll_init(long loop, long handle, int fd)"),
    start: lib.func("int uv_poll_start(long handle, int events, uv_poll_cb *callback)"),
    stop: lib.func("int uv_poll_stop(long handle)"),
    close: lib.func("void uv_close(long handle, void *callback)"),
  };
}

let loaded: ReturnType<typeof load> | "missing" | undefined;

function uv(): ReturnType<typeof load> | undefined {
  if (loaded === undefined) {
    try {
      loaded = load();
    } catch {
      loaded = "missing"; // a Node that keeps libuv's symbols to itself
    }
  }
  return loaded === "missing" ? undefined : loaded;
}

export interface UvPoll {
  /** Calls the listener, with a status below 0 on an error, as long as an event of `events` holds. */
  start(events: number): void;
  stop(): void;
  /** For good. The descriptor may be closed afterwards. */
  close(): void;
}

/** Whether this Node lets its libuv be called. */
export function hasUvPoll(): boolean {
  return uv() !== undefined;
}

/** A handle for `fd`. Throws where epoll refuses the file. */
export function createUvPoll(fd: number, listener: Callback): UvPoll {
  const c = uv()!;
  const handle = c.calloc(1, c.size) as number;
  const status = c.init(c.loop, handle, fd) as number;
  if (status < 0) {
    c.free(handle);
    throw new Error(`uv_poll_init: ${status}`);
  }
  c.listeners.set(handle, listener);
  return {
    start: (events) => void c.start(handle, events, c.dispatch),
    stop: () => void c.stop(handle),
    close: () => {
      c.listeners.delete(handle);
      c.close(handle, null);
      // libuv lets go of it at the end of this turn of the loop; two immediates later that is over for sure.
      setImmediate(() => setImmediate(() => c.free(handle)));
    },
  };
}
