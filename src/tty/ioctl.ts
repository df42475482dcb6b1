/**
 * The tty's other requests: break, queues, flow, window size, exclusive use; modem lines are modem-lines.ts.
 * Numbers from asm-generic/ioctls.h, described in ioctl_tty(2).
 * Every function throws SysError: ENOTTY where the driver has no such thing, EIO after a hang-up.
 */
import { fstatSync } from "node:fs";
import { ioctl, ioctlInt, ioctlIntOnThread } from "./libc.js";
import { errno, isErrno } from "./sys-error.js";

const TCSBRK = 0x5409;
const TCXONC = 0x540a;
const TCFLSH = 0x540b;
const TIOCEXCL = 0x540c;
const TIOCNXCL = 0x540d;
const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;
const TIOCOUTQ = 0x5411;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const FIONREAD = 0x541b;
const TIOCSBRK = 0x5427;
const TIOCCBRK = 0x5428;
const TIOCSERGETLSR = 0x5459;
const TIOCGPTN = 0x80045430; // _IOR('T', 0x30, unsigned int)
const TIOCGEXCL = 0x80045440; // _IOR('T', 0x40, int)

function getInt(fd: number, request: number): number {
  const arg = new Int32Array(1);
  ioctl(fd, request, new Uint8Array(arg.buffer));
  return arg[0]!;
}

/**
 * A break of 0.25 s (tcsendbreak(3) with 0). First it waits, on a thread of its own, until pending output is sent: without
 * bound where flow control holds it. False when it failed.
 */
export function sendBreak(fd: number): Promise<boolean> {
  return ioctlIntOnThread(fd, TCSBRK, 0);
}

/** Begins a break that lasts until `endBreak`. It waits as `sendBreak` does. False when it failed. */
export function beginBreak(fd: number): Promise<boolean> {
  return ioctlIntOnThread(fd, TIOCSBRK, 0);
}

/** Ends a break at once. There need not be one. */
export function endBreak(fd: number): void {
  ioctlInt(fd, TIOCCBRK);
}

/** Which queue: TCIFLUSH, TCOFLUSH, TCIOFLUSH of asm-generic/termbits-common.h. */
const QUEUES = { input: 0, output: 1, both: 2 } as const;

/** tcflush(3): discards what arrived and was not read, what was written and not sent, or both. */
export function flushQueue(fd: number, queue: keyof typeof QUEUES): void {
  ioctlInt(fd, TCFLSH, QUEUES[queue]);
}

/** TCOOFF, TCOON, TCIOFF, TCION of asm-generic/termbits-common.h. */
const FLOW_ACTIONS = { stopOutput: 0, startOutput: 1, sendStop: 2, sendStart: 3 } as const;

/** tcflow(3): stops and starts the output here, or sends STOP and START to the other end. */
export function flow(fd: number, action: keyof typeof FLOW_ACTIONS): void {
  ioctlInt(fd, TCXONC, FLOW_ACTIONS[action]);
}

/**
 * Returns when this job may change terminal `fd`: in the background the kernel stops it by SIGTTOU until then. An action that
 * TCXONC does not know is refused behind that check, and does nothing; TCFLSH discards before it what was just typed (both
 * seen on Linux 6.18). Throws SysError: EIO where no shell can bring it to the foreground.
 */
export function waitForForeground(fd: number): void {
  const NO_ACTION = 4;
  try {
    ioctlInt(fd, TCXONC, NO_ACTION);
  } catch (error) {
    if (!isErrno(error, errno.EINVAL)) throw error;
  }
}

/** A terminal's size in characters. */
export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** struct winsize of asm-generic/termios.h: rows, columns, and two pixel sizes that are not used. */
export function getWindowSize(fd: number): WindowSize {
  const winsize = new Uint16Array(4);
  ioctl(fd, TIOCGWINSZ, new Uint8Array(winsize.buffer));
  return { rows: winsize[0]!, columns: winsize[1]! };
}

/**
 * Sets rows or columns, 0..65535 each, or both, and tells the foreground group by SIGWINCH where that is a change. The two
 * pixel sizes, which programs that draw pictures go by, stay.
 */
export function setWindowSize(fd: number, { rows, columns }: Partial<WindowSize>): void {
  const winsize = new Uint16Array(4);
  const bytes = new Uint8Array(winsize.buffer);
  ioctl(fd, TIOCGWINSZ, bytes);
  if (rows !== undefined) winsize[0] = rows;
  if (columns !== undefined) winsize[1] = columns;
  ioctl(fd, TIOCSWINSZ, bytes);
}

/** Gives `to` the window size of `from`, the two pixel sizes included, and tells its foreground group where that is a change. */
export function copyWindowSize(from: number, to: number): void {
  const winsize = new Uint8Array(8);
  ioctl(from, TIOCGWINSZ, winsize);
  ioctl(to, TIOCSWINSZ, winsize);
}

/** Bytes written that the driver has not sent yet. Always 0 on a pty. */
export function unsentBytes(fd: number): number {
  return getInt(fd, TIOCOUTQ);
}

/** Bytes that can be read now. */
export function unreadBytes(fd: number): number {
  return getInt(fd, FIONREAD);
}

/**
 * Whether the transmitter itself is empty (TIOCSERGETLSR, TIOCSER_TEMT of linux/serial.h): the last bytes
 * sit there when `unsentBytes` says 0 already. ENOTTY where the driver cannot tell.
 */
export function transmitterEmpty(fd: number): boolean {
  const TIOCSER_TEMT = 1;
  return (getInt(fd, TIOCSERGETLSR) & TIOCSER_TEMT) !== 0;
}

/** Exclusive use: further opens fail with EBUSY, but for those of CAP_SYS_ADMIN. */
export function setExclusive(fd: number, on: boolean): void {
  ioctlInt(fd, on ? TIOCEXCL : TIOCNXCL);
}

/** Whether someone has the tty for exclusive use, which only root finds out without EBUSY. */
export function isExclusive(fd: number): boolean {
  return getInt(fd, TIOCGEXCL) !== 0;
}

/** The foreground process group of the terminal: ENOTTY where it is not our controlling terminal. */
export function foregroundGroup(fd: number): number {
  return getInt(fd, TIOCGPGRP);
}

/**
 * Brings process group `group` of this session to the foreground of our controlling terminal (tcsetpgrp(3)). From the
 * background this raises SIGTTOU, unless that is ignored. Throws SysError: ENOTTY where it is not our controlling terminal.
 */
export function setForegroundGroup(fd: number, group: number): void {
  ioctl(fd, TIOCSPGRP, new Uint8Array(Int32Array.of(group).buffer));
}

/**
 * Whether `fd` is the slave side of a pty, which takes every request about a break and has no line to hold (seen on Linux
 * 6.1 and 6.18): UNIX98_PTY_SLAVE_MAJOR and the seven after it, PTY_SLAVE_MAJOR of the BSD ptys (linux/major.h).
 */
export function isPtySlave(fd: number): boolean {
  const major = (fstatSync(fd).rdev >> 8) & 0xfff;
  return (major >= 136 && major <= 143) || major === 3;
}

/** Whether `fd` is the master side of a pty (TIOCGPTN answers only there). */
export function isPtyMaster(fd: number): boolean {
  try {
    getInt(fd, TIOCGPTN);
    return true;
  } catch {
    return false;
  }
}
