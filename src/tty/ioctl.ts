/**
 * The tty's other requests: break, queues, flow, modem lines, window size, exclusive use.
 * Numbers from asm-generic/ioctls.h, bits from asm-generic/termios.h; described in ioctl_tty(2).
 * Every function throws SysError: ENOTTY where the driver has no such thing, EIO after a hang-up.
 */
import { ioctl, ioctlInt, ioctlIntOnThread } from "./libc.js";

const TCSBRK = 0x5409;
const TCXONC = 0x540a;
const TCFLSH = 0x540b;
const TIOCEXCL = 0x540c;
const TIOCNXCL = 0x540d;
const TIOCGPGRP = 0x540f;
const TIOCOUTQ = 0x5411;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TIOCMGET = 0x5415;
const TIOCMBIS = 0x5416;
const TIOCMBIC = 0x5417;
const FIONREAD = 0x541b;
const TCSBRKP = 0x5425;
const TIOCSERGETLSR = 0x5459;
const TIOCGICOUNT = 0x545d;
const TIOCGPTN = 0x80045430; // _IOR('T', 0x30, unsigned int)
const TIOCGEXCL = 0x80045440; // _IOR('T', 0x40, int)

function getInt(fd: number, request: number): number {
  const arg = new Int32Array(1);
  ioctl(fd, request, new Uint8Array(arg.buffer));
  return arg[0]!;
}

function putInt(fd: number, request: number, value: number): void {
  ioctl(fd, request, new Uint8Array(Int32Array.of(value).buffer));
}

/** A break of 0.25 to 0.5 s (tcsendbreak(3) with 0), after pending output. Waits on a thread of its own. */
export function sendBreak(fd: number): Promise<boolean> {
  return ioctlIntOnThread(fd, TCSBRK, 0);
}

/** A break of `tenths` tenths of a second, after pending output. Waits on a thread of its own. */
export function sendBreakFor(fd: number, tenths: number): Promise<boolean> {
  return ioctlIntOnThread(fd, TCSBRKP, tenths);
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

/** Modem lines by name: TIOCM_* of asm-generic/termios.h. */
export const MODEM_LINES = {
  dtr: 0x002,
  rts: 0x004,
  cts: 0x020,
  dcd: 0x040,
  ri: 0x080,
  dsr: 0x100,
} as const;
export type ModemLine = keyof typeof MODEM_LINES;
export type ModemLines = Readonly<Record<ModemLine, boolean>>;

/** The state of every modem line. ENOTTY on a pty, EIO after an unplug. */
export function getModemLines(fd: number): ModemLines {
  const word = getInt(fd, TIOCMGET);
  const names = Object.keys(MODEM_LINES) as ModemLine[];
  return Object.fromEntries(names.map((name) => [name, (word & MODEM_LINES[name]) !== 0])) as ModemLines;
}

/** Raises or lowers one line and touches no other (TIOCMBIS, TIOCMBIC). */
export function setModemLine(fd: number, line: "dtr" | "rts", on: boolean): void {
  putInt(fd, on ? TIOCMBIS : TIOCMBIC, MODEM_LINES[line]);
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

/** Sets the size, which sends SIGWINCH to the tty's foreground group if it changed. 0..65535 each. */
export function setWindowSize(fd: number, size: WindowSize): void {
  ioctl(fd, TIOCSWINSZ, new Uint8Array(Uint16Array.of(size.rows, size.columns, 0, 0).buffer));
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

/** Whether `fd` is the master side of a pty (TIOCGPTN answers only there). */
export function isPtyMaster(fd: number): boolean {
  try {
    getInt(fd, TIOCGPTN);
    return true;
  } catch {
    return false;
  }
}

/** What a driver counted since it was loaded: struct serial_icounter_struct of linux/serial.h. */
export interface LineCounters {
  readonly rx: number;
  readonly tx: number;
  readonly frame: number;
  readonly overrun: number;
  readonly parity: number;
  readonly brk: number;
  readonly bufOverrun: number;
}

/** TIOCGICOUNT. ENOTTY where the driver does not count. */
export function getCounters(fd: number): LineCounters {
  // cts, dsr, rng, dcd, rx, tx, frame, overrun, parity, brk, buf_overrun, reserved[9]
  const counts = new Int32Array(20);
  ioctl(fd, TIOCGICOUNT, new Uint8Array(counts.buffer));
  const [, , , , rx, tx, frame, overrun, parity, brk, bufOverrun] = counts as unknown as number[];
  return {
    rx: rx!,
    tx: tx!,
    frame: frame!,
    overrun: overrun!,
    parity: parity!,
    brk: brk!,
    bufOverrun: bufOverrun!,
  };
}
