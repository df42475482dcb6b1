/**
 * The port object of serialport's binding, with what bindings-cpp does wrong on Unix put right: see
 * docs/notes/serialport.md for each defect and how it was seen. Knows one descriptor's reads, writes and waits;
 * nothing of settings, and nothing of streams.
 */
import { read as readCallback, write as writeCallback } from "node:fs";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import type { BindingPortInterface } from "@serialport/bindings-cpp";

const read = promisify(readCallback);
const write = promisify(writeCallback);

/** What the stream of serialport works on, and a count of what was sent. */
export interface Line extends BindingPortInterface {
  /** Bytes written that the operating system has taken, and those that were dropped. */
  readonly accepted: number;
  /** Drops the next `count` bytes that were given to the stream and are not accepted yet. */
  drop(count: number): void;
}

/** LinuxPortBinding and DarwinPortBinding of bindings-cpp, as far as they are used here. */
interface UnixPort extends BindingPortInterface {
  readonly fd: number | null;
  readonly poller: UnixPoller;
}

interface UnixPoller {
  /** The native uv_poll handle. */
  readonly poller: { poll(events: number): void; stop(): void };
  poll(events?: number): void;
  on(event: PollEvent, listener: (error: CallError | null) => void): unknown;
  once(event: PollEvent, listener: (error: CallError | null) => void): unknown;
  emit(event: PollEvent, error: CallError | null): unknown;
  stop(): void;
}

type PollEvent = "readable" | "writable";
interface CallError extends Error {
  /** Not the line's fault: the port was closed meanwhile. The stream of serialport looks at this. */
  canceled?: boolean;
  code?: string;
}

/** uv_poll_event of uv.h. */
const UV_EVENTS: Readonly<Record<PollEvent, number>> = { readable: 1, writable: 2 };

const AGAIN: readonly (string | undefined)[] = ["EAGAIN", "EWOULDBLOCK", "EINTR"];

/** The line of a port that serialport's binding has opened. */
export function lineOf(port: BindingPortInterface): Line {
  return "poller" in port ? unixLine(port as UnixPort) : otherLine(port);
}

function unixLine(port: UnixPort): Line {
  waitBothWays(port.poller);
  let accepted = 0;
  let toDrop = 0;
  let closed: Promise<void> | undefined;
  let reading: Promise<unknown> = Promise.resolve();
  let writing: Promise<unknown> = Promise.resolve();

  function descriptor(): number {
    if (closed || port.fd === null) throw Object.assign(new Error("Canceled"), { canceled: true });
    return port.fd;
  }

  function until(event: PollEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      port.poller.once(event, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** One call: the bytes that it moved, or 0 after the wait that it asked for. */
  async function attempt(event: PollEvent, call: (fd: number) => Promise<number>): Promise<number> {
    const fd = descriptor();
    try {
      const count = await call(fd);
      if (count > 0) return count;
    } catch (error) {
      if (!AGAIN.includes((error as CallError).code)) throw error;
    }
    descriptor();
    // A hung-up tty reads as 0 bytes, which VMIN 0 does as well where there are none; but it is a tty no more.
    if (!isatty(fd)) throw new Error("the port was hung up");
    await until(event);
    return 0;
  }

  async function readSome(buffer: Buffer, offset: number, length: number) {
    let bytesRead = 0;
    while (bytesRead === 0) {
      bytesRead = await attempt(
        "readable",
        async (fd) => (await read(fd, buffer, offset, length, null)).bytesRead,
      );
    }
    return { bytesRead, buffer };
  }

  async function writeAll(buffer: Buffer): Promise<void> {
    let at = 0;
    while (at < buffer.length) {
      const left = buffer.length - at;
      const dropped = Math.min(toDrop, left);
      const count =
        dropped > 0
          ? dropped
          : await attempt("writable", async (fd) => (await write(fd, buffer, at, left, null)).bytesWritten);
      toDrop = Math.max(0, toDrop - count); // what was on its way when it should have been dropped counts too
      accepted += count;
      at += count;
    }
  }

  return {
    ...delegated(port),
    get isOpen() {
      return closed === undefined && port.isOpen;
    },
    get accepted() {
      return accepted;
    },
    drop(count) {
      toDrop = count;
      // A write that waits for room has nothing more to wait for.
      if (closed === undefined) port.poller.emit("writable", null);
    },
    read(buffer, offset, length) {
      const result = readSome(buffer, offset, length);
      reading = result;
      return result;
    },
    write(buffer) {
      const result = writeAll(buffer);
      writing = result;
      return result;
    },
    async drain() {
      await writing;
      await port.drain();
    },
    close() {
      closed ??= (async () => {
        port.poller.stop();
        // A descriptor that is closed under a call which waits for a thread is another file's by then.
        await Promise.allSettled([reading, writing]);
        await port.close();
      })();
      return closed;
    },
  };
}

/**
 * Lets one Poller wait for both directions. As it comes, asking for one replaces the wait for the other, so that a
 * port that takes no more is not read either; and it never forgets what it was once asked for, so that it wakes up
 * without end where data waits that nobody reads.
 */
function waitBothWays(poller: UnixPoller): void {
  const native = poller.poller;
  let wanted = 0;
  poller.poll = (events = 0) => {
    wanted |= events;
    native.poll(wanted);
  };
  for (const event of ["readable", "writable"] as const) {
    poller.on(event, (error) => {
      wanted &= ~UV_EVENTS[event];
      if (error) return; // the handle was stopped, or is gone
      if (wanted === 0) native.stop();
      else native.poll(wanted);
    });
  }
}

/** Windows: the binding's own reads and writes. */
function otherLine(port: BindingPortInterface): Line {
  let accepted = 0;
  return {
    ...delegated(port),
    get isOpen() {
      return port.isOpen;
    },
    get accepted() {
      return accepted;
    },
    drop() {},
    async write(buffer) {
      await port.write(buffer);
      accepted += buffer.length;
    },
  };
}

function delegated(port: BindingPortInterface) {
  return {
    openOptions: port.openOptions,
    read: port.read.bind(port),
    update: port.update.bind(port),
    set: port.set.bind(port),
    get: port.get.bind(port),
    getBaudRate: port.getBaudRate.bind(port),
    flush: port.flush.bind(port),
    drain: port.drain.bind(port),
    close: port.close.bind(port),
  };
}
