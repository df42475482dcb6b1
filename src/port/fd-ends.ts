/**
 * Source and sink over a descriptor. Knows the ways in which a descriptor can be without waiting;
 * which of them fits a given file is told by whoever opened it (a port) or looks at it (session/stdio.ts).
 */
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  pollNow,
  read,
  receive,
  send,
  write,
  writeOnThread,
} from "../tty/libc.js";
import { type Readiness, watch } from "../tty/poller.js";
import { errno, SysError } from "../tty/sys-error.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "./ends.js";

/** How a descriptor is kept from waiting. */
export type DescriptorKind =
  /** A description of robin's own with O_NONBLOCK. */
  | "non-blocking"
  /** A socket: MSG_DONTWAIT with each call. */
  | "socket"
  /** An inherited description that must stay as it is: looked at before a read, written to on a thread. */
  | "blocking";

const HUNG_UP = POLLERR | POLLHUP | POLLNVAL;

/** Errors that say the other end is no more: EIO and ENXIO of a hung-up tty, ENODEV of an unplugged one. */
const GONE_ERRORS = [errno.EIO, errno.ENXIO, errno.ENODEV, errno.EPIPE, errno.ECONNRESET];

/** NOTHING or GONE for a call's -errno, or the exception that it deserves. */
function outcome(syscall: string, result: number): number {
  const error = -result;
  if (error === errno.EAGAIN || error === errno.EINTR) return NOTHING;
  if (GONE_ERRORS.includes(error)) return GONE;
  throw new SysError(syscall, error);
}

/** Waits by epoll, or, for the files that epoll refuses because they are always ready, by the next turn. */
function readiness(fd: number, direction: "readable" | "writable", ready: () => void): Readiness {
  try {
    return watch(fd, direction, ready);
  } catch {
    let turn: NodeJS.Immediate | undefined;
    const disarm = () => {
      clearImmediate(turn);
    };
    return {
      arm: () => {
        disarm();
        turn = setImmediate(ready);
      },
      disarm,
      close: disarm,
    };
  }
}

interface FdSourceOptions {
  readonly kind: DescriptorKind;
  /**
   * What a read of 0 bytes means. "end": the end. "look": the end only after a hang-up, because a tty with
   * VMIN 0 also returns 0 when nothing is there (termios(3), noncanonical mode).
   */
  readonly zero: "end" | "look";
}

export function fdSource(fd: number, options: FdSourceOptions): ByteSource {
  const readSome = options.kind === "socket" ? receive : read;
  const lookFirst = options.kind === "blocking";
  let ready = () => {};
  const wait = readiness(fd, "readable", () => ready());
  return {
    read(into) {
      if (lookFirst && pollNow(fd, POLLIN) === 0) return NOTHING;
      const n = readSome(fd, into);
      if (n > 0) return n;
      if (n < 0) return outcome("read", n);
      return options.zero === "look" && (pollNow(fd, POLLIN) & HUNG_UP) === 0 ? NOTHING : GONE;
    },
    onReady(listener) {
      ready = listener;
    },
    arm: wait.arm,
    disarm: wait.disarm,
    ...(options.zero === "look" ? { isHungUp: () => (pollNow(fd, 0) & HUNG_UP) !== 0 } : {}),
    close: wait.close,
  };
}

interface FdSinkOptions {
  readonly kind: DescriptorKind;
  /** Bytes that the driver has and has not sent; 0 where nobody can tell. */
  readonly unsent?: () => number;
  readonly settling?: () => boolean;
}

export function fdSink(fd: number, options: FdSinkOptions): ByteSink {
  if (options.kind === "blocking") return threadSink(fd);
  const writeSome = options.kind === "socket" ? send : write;
  let ready = () => {};
  const wait = readiness(fd, "writable", () => ready());
  return {
    write(from, start, end) {
      const n = writeSome(fd, from, start, end);
      return n >= 0 ? n : outcome("write", n);
    },
    onReady(listener) {
      ready = listener;
    },
    arm: wait.arm,
    disarm: wait.disarm,
    unsent: options.unsent ?? (() => 0),
    settling: options.settling ?? (() => false),
    close: wait.close,
  };
}

/** One write at a time on a thread, so that a stopped terminal stops the thread and nothing else. */
function threadSink(fd: number): ByteSink {
  let ready = () => {};
  let wanted = false;
  let inFlight = 0;
  let gone = false;
  const start = (bytes: Uint8Array) => {
    inFlight = bytes.length;
    writeOnThread(fd, bytes, (taken) => {
      if (taken >= 0 && taken < bytes.length) return start(bytes.subarray(taken));
      gone ||= taken < 0;
      inFlight = 0;
      if (wanted) {
        wanted = false;
        ready();
      }
    });
  };
  return {
    write(from, begin, end) {
      if (gone) return GONE;
      if (inFlight > 0) return NOTHING;
      start(new Uint8Array(from.subarray(begin, end))); // Buffer.slice would copy nothing
      return end - begin;
    },
    onReady(listener) {
      ready = listener;
    },
    arm() {
      if (inFlight > 0) wanted = true;
      else setImmediate(ready);
    },
    disarm() {
      wanted = false;
    },
    unsent: () => inFlight,
    close() {
      wanted = false;
    },
  };
}
