/**
 * The C library's calls that robin makes, typed, through koffi. Each is one system call and nothing more:
 * those of the data path return -errno (no exception, no allocation), the others throw a SysError.
 * Knows no policy, and is loaded only where abi.ts says that its declarations are right.
 */
import { createRequire } from "node:module";
import { RobinError } from "../errors.js";
import { whyNoLibc } from "./abi.js";
import { errno, SysError } from "./sys-error.js";

type Koffi = typeof import("koffi");
const require = createRequire(import.meta.url);

function load() {
  const why = whyNoLibc();
  if (why !== undefined) throw new RobinError("unsupported", `load libc: ${why}`);
  const koffi = require("koffi") as Koffi;
  const lib = koffi.load(null);
  return {
    errno: koffi.errno as () => number,
    open: lib.func("int open(const char *path, int flags, int mode)"),
    close: lib.func("int close(int fd)"),
    fcntl: lib.func("int fcntl(int fd, int cmd, int arg)"),
    pipe2: lib.func("int pipe2(void *fds, int flags)"),
    read: lib.func("long read(int fd, void *buf, size_t n)"),
    write: lib.func("long write(int fd, const void *buf, size_t n)"),
    recv: lib.func("long recv(int fd, void *buf, size_t n, int flags)"),
    send: lib.func("long send(int fd, const void *buf, size_t n, int flags)"),
    ioctl: lib.func("int ioctl(int fd, unsigned long request, void *arg)"),
    ioctlInt: lib.func("ioctl", "int", ["int", "ulong", "ulong"]),
    flock: lib.func("int flock(int fd, int operation)"),
    poll: lib.func("int poll(void *fds, ulong nfds, int timeout)"),
    posixOpenpt: lib.func("int posix_openpt(int flags)"),
    grantpt: lib.func("int grantpt(int fd)"),
    unlockpt: lib.func("int unlockpt(int fd)"),
    ptsnameR: lib.func("int ptsname_r(int fd, void *buf, size_t n)"),
    signal: lib.func("signal", "long", ["int", "long"]),
    getpgrp: lib.func("int getpgrp()"),
    isatty: lib.func("int isatty(int fd)"),
    exit: lib.func("void _exit(int status)"),
  };
}

let loaded: ReturnType<typeof load> | undefined;
function c(): ReturnType<typeof load> {
  loaded ??= load();
  return loaded;
}

function check(syscall: string, result: number): number {
  if (result < 0) throw new SysError(syscall, c().errno());
  return result;
}

/** open(2) flags of asm-generic/fcntl.h, the same on x86-64 and, but for those left out here, on arm64. */
export const O_RDONLY = 0o0;
export const O_WRONLY = 0o1;
export const O_RDWR = 0o2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
const O_ACCMODE = 0o3;

/** fcntl(2) commands, asm-generic/fcntl.h. */
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const F_SETPIPE_SZ = 1031;

/** flock(2) operations, asm-generic/fcntl.h. */
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

/** recv(2) and send(2) flags, linux/socket.h. */
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** poll(2) events, asm-generic/poll.h. */
export const POLLIN = 0x1;
export const POLLPRI = 0x2;
export const POLLOUT = 0x4;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;
export const POLLNVAL = 0x20;

/** open(2). Returns a descriptor; throws SysError. */
export function open(path: string, flags: number, mode = 0): number {
  return check("open", c().open(path, flags, mode));
}

/** close(2). Errors are of no use here (close(2), "Dealing with error returns"): the descriptor is gone. */
export function close(fd: number): void {
  c().close(fd);
}

/** A second descriptor of the same open file description, close-on-exec (fcntl(2), F_DUPFD_CLOEXEC). */
export function dup(fd: number): number {
  return check("fcntl", c().fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

/** A pipe (pipe2(2)): two descriptors, close-on-exec, that wait; the caller closes them. */
export function openPipe(): { readonly readable: number; readonly writable: number } {
  const fds = new Int32Array(2);
  check("pipe2", c().pipe2(fds, O_CLOEXEC));
  return { readable: fds[0]!, writable: fds[1]! };
}

/** Asks for room for so many bytes in a pipe (fcntl(2), F_SETPIPE_SZ), 1 or more. The kernel gives whole pages. */
export function setPipeSize(fd: number, bytes: number): void {
  check("fcntl", c().fcntl(fd, F_SETPIPE_SZ, bytes));
}

/** Whether the open file description takes reads and writes (fcntl(2), F_GETFL). */
export function accessMode(fd: number): { readable: boolean; writable: boolean; nonBlocking: boolean } {
  const flags = check("fcntl", c().fcntl(fd, F_GETFL, 0));
  const mode = flags & O_ACCMODE;
  return {
    readable: mode !== O_WRONLY,
    writable: mode !== O_RDONLY,
    nonBlocking: (flags & O_NONBLOCK) !== 0,
  };
}

/** Sets or clears O_NONBLOCK on the whole open file description: never on an inherited one. */
export function setNonBlocking(fd: number, on: boolean): void {
  const flags = check("fcntl", c().fcntl(fd, F_GETFL, 0));
  check("fcntl", c().fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

/** read(2) into the start of `into`. Bytes read, 0 at the end, or -errno. */
export function read(fd: number, into: Uint8Array): number {
  const n = c().read(fd, into, into.length) as number;
  return n < 0 ? -c().errno() : n;
}

/** write(2) of `from[start..end)`. Bytes taken, or -errno. */
export function write(fd: number, from: Uint8Array, start: number, end: number): number {
  const n = c().write(fd, start === 0 ? from : from.subarray(start), end - start) as number;
  return n < 0 ? -c().errno() : n;
}

/** recv(2) that does not wait, for a socket whose description is shared and must stay blocking. */
export function receive(fd: number, into: Uint8Array): number {
  const n = c().recv(fd, into, into.length, MSG_DONTWAIT) as number;
  return n < 0 ? -c().errno() : n;
}

/** send(2) that neither waits nor raises SIGPIPE. */
export function send(fd: number, from: Uint8Array, start: number, end: number): number {
  const bytes = start === 0 ? from : from.subarray(start);
  const n = c().send(fd, bytes, end - start, MSG_DONTWAIT | MSG_NOSIGNAL) as number;
  return n < 0 ? -c().errno() : n;
}

/**
 * write(2) on a thread of its own, for a description that may block and must not be changed. `done` gets
 * the bytes taken, or -EIO: errno does not leave the thread.
 */
export function writeOnThread(fd: number, bytes: Uint8Array, done: (taken: number) => void): void {
  c().write.async(fd, bytes, bytes.length, (error: unknown, n: number) => {
    done(error || n < 0 ? -errno.EIO : n);
  });
}

/** ioctl(2) with a pointer: `arg` is read and written in place. Throws SysError. */
export function ioctl(fd: number, request: number, arg: Uint8Array): number {
  return check("ioctl", c().ioctl(fd, request, arg));
}

/** ioctl(2) whose argument is a number, such as TCFLSH. Throws SysError. */
export function ioctlInt(fd: number, request: number, arg = 0): number {
  return check("ioctl", c().ioctlInt(fd, request, arg));
}

/** The same on a thread of its own, for requests that wait: false when it failed. */
export function ioctlIntOnThread(fd: number, request: number, arg: number): Promise<boolean> {
  return new Promise((resolve) => {
    c().ioctlInt.async(fd, request, arg, (error: unknown, result: number) => {
      resolve(!error && result >= 0);
    });
  });
}

/** flock(2). Throws SysError, EWOULDBLOCK (= EAGAIN) where another description holds the lock. */
export function flock(fd: number, operation: number): void {
  check("flock", c().flock(fd, operation));
}

/** poll(2) of one descriptor without waiting: the events that hold now, POLLERR, POLLHUP and POLLNVAL included. */
export function pollNow(fd: number, events: number): number {
  const pollfd = new Uint8Array(8); // struct pollfd { int fd; short events; short revents; }, asm-generic/poll.h
  const view = new DataView(pollfd.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  check("poll", c().poll(pollfd, 1, 0));
  return view.getInt16(6, true);
}

/** posix_openpt(3): a new pty master. */
export function posixOpenpt(flags: number): number {
  return check("posix_openpt", c().posixOpenpt(flags));
}

/** grantpt(3) and unlockpt(3): lets the slave of `master` be opened. */
export function unlockSlave(master: number): void {
  check("grantpt", c().grantpt(master));
  check("unlockpt", c().unlockpt(master));
}

/** ptsname_r(3): the slave's path, such as `/dev/pts/3`. */
export function ptsname(master: number): string {
  const name = Buffer.alloc(128);
  const failed = c().ptsnameR(master, name, name.length) as number;
  if (failed !== 0) throw new SysError("ptsname_r", failed);
  return name.toString("latin1", 0, name.indexOf(0));
}

const SIG_IGN = 1; // asm-generic/signal-defs.h

/** Ignores a signal from now on (signal(2), SIG_IGN): Node can only catch or default. */
export function ignoreSignal(signal: number): void {
  c().signal(signal, SIG_IGN);
}

/** Runs `action` with a signal ignored. */
export function withSignalIgnored<T>(signal: number, action: () => T): T {
  const before = c().signal(signal, SIG_IGN) as number;
  try {
    return action();
  } finally {
    c().signal(signal, before);
  }
}

/** isatty(3). */
export function isatty(fd: number): boolean {
  return c().isatty(fd) === 1;
}

/** getpgrp(2): the process group of this process. */
export function processGroup(): number {
  return c().getpgrp() as number;
}

/** _exit(2): ends the process without waiting for threads that a stopped terminal or port still holds. */
export function exitNow(status: number): never {
  c().exit(status);
  throw new Error("_exit returned");
}
