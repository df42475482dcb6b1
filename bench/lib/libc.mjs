/**
 * The C library's calls that the bench makes, through koffi. They wait: whoever calls them does so on a thread
 * of its own, or with a time limit. Knows no pty and no measure.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const koffi = require("koffi");
const lib = koffi.load(null);

export const koffiVersion = koffi.version;

/** asm-generic/fcntl.h, the same on x86-64 and arm64. */
export const O_RDWR = 0o2;
export const O_NOCTTY = 0o400;
export const O_CLOEXEC = 0o2000000;

const EINTR = 4; // asm-generic/errno-base.h
const POLLIN = 0x1; // asm-generic/poll.h
const POLLOUT = 0x4;
const TCSANOW = 0; // bits/termios-tcflow.h of glibc
const TIOCSWINSZ = 0x5414; // asm-generic/ioctls.h
/** No less than sizeof(struct termios) of glibc (60) and of musl (60). */
const TERMIOS_ROOM = 128;
/** More than `/dev/pts/` and a number. */
const NAME_ROOM = 64;

const c = {
  open: lib.func("int open(const char *path, int flags, int mode)"),
  close: lib.func("int close(int fd)"),
  read: lib.func("long read(int fd, void *buf, size_t n)"),
  write: lib.func("long write(int fd, const void *buf, size_t n)"),
  poll: lib.func("int poll(void *fds, ulong nfds, int timeout)"),
  pipe2: lib.func("int pipe2(void *fds, int flags)"),
  ioctl: lib.func("int ioctl(int fd, unsigned long request, void *arg)"),
  posixOpenpt: lib.func("int posix_openpt(int flags)"),
  grantpt: lib.func("int grantpt(int fd)"),
  unlockpt: lib.func("int unlockpt(int fd)"),
  ptsnameR: lib.func("int ptsname_r(int fd, void *buf, size_t n)"),
  tcgetattr: lib.func("int tcgetattr(int fd, void *termios)"),
  tcsetattr: lib.func("int tcsetattr(int fd, int when, const void *termios)"),
  cfmakeraw: lib.func("void cfmakeraw(void *termios)"),
  exit: lib.func("void _exit(int status)"),
};

/** The result, or an exception that says which call failed. */
function check(call, result) {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
  return result;
}

/** open(2). */
export function open(path, flags) {
  return check(`open ${path}`, c.open(path, flags | O_CLOEXEC, 0));
}

/** close(2). */
export function close(fd) {
  c.close(fd);
}

/** read(2) into the start of `into`. Waits. Bytes read, or 0 when there will be no more: the end, or a failure. */
export function read(fd, into) {
  for (;;) {
    const n = c.read(fd, into, into.length);
    if (n >= 0) return n;
    if (koffi.errno() !== EINTR) return 0;
  }
}

/** write(2) of `from[start..end)`. Waits. Bytes taken, or 0 when nobody will take more. */
export function write(fd, from, start, end) {
  for (;;) {
    const n = c.write(fd, from.subarray(start, end), end - start);
    if (n >= 0) return n;
    if (koffi.errno() !== EINTR) return 0;
  }
}

/** poll(2) of one descriptor: whether `events` holds, it has ended or was hung up, within `timeoutMs`. */
function ready(fd, events, timeoutMs) {
  const pollfd = new Uint8Array(8); // struct pollfd { int fd; short events; short revents; }
  const view = new DataView(pollfd.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  return c.poll(pollfd, 1, timeoutMs) > 0;
}

/** Whether a read does not wait, within `timeoutMs`. */
export function readable(fd, timeoutMs) {
  return ready(fd, POLLIN, timeoutMs);
}

/** Descriptors to wait for together: an array of struct pollfd. */
export function readableSet(fds) {
  const set = new Uint8Array(8 * fds.length);
  const view = new DataView(set.buffer);
  for (const [index, fd] of fds.entries()) {
    view.setInt32(8 * index, fd, true);
    view.setInt16(8 * index + 4, POLLIN, true);
  }
  return {
    /** poll(2): waits until a read of one of them does not wait, for `timeoutMs` at most. Returns how many. */
    wait: (timeoutMs) => c.poll(set, fds.length, timeoutMs),
    /** Whether that was so for the one at `index`. */
    isReady: (index) => view.getInt16(8 * index + 6, true) !== 0,
  };
}

/** Whether a write of a byte does not wait now. */
export function writable(fd) {
  return ready(fd, POLLOUT, 0);
}

/** pipe(2): where to read and where to write. */
export function pipe() {
  const fds = new Int32Array(2);
  check("pipe2", c.pipe2(fds, O_CLOEXEC));
  return { read: fds[0], write: fds[1] };
}

/** A new pty: its master, and the path of its slave. */
export function openMaster() {
  const master = check("posix_openpt", c.posixOpenpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  check("grantpt", c.grantpt(master));
  check("unlockpt", c.unlockpt(master));
  const name = Buffer.alloc(NAME_ROOM);
  check("ptsname_r", -c.ptsnameR(master, name, name.length));
  return { master, path: name.toString("latin1", 0, name.indexOf(0)) };
}

/** cfmakeraw(3): no translation, no echo, no signals, reads of one byte and more. */
export function makeRaw(fd) {
  const termios = Buffer.alloc(TERMIOS_ROOM);
  check("tcgetattr", c.tcgetattr(fd, termios));
  c.cfmakeraw(termios);
  check("tcsetattr", c.tcsetattr(fd, TCSANOW, termios));
}

/** Rows and columns of a terminal, for programs that draw. */
export function setWindowSize(fd, rows, columns) {
  check("ioctl TIOCSWINSZ", c.ioctl(fd, TIOCSWINSZ, Uint16Array.of(rows, columns, 0, 0)));
}

/** _exit(2): ends the process although threads of it wait in system calls. */
export function exitNow(status) {
  c.exit(status);
}
