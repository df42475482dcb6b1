/**
 * The line discipline at work on a tty, which c_line of its termios need not name: TCSETS stores that and does nothing
 * about it. Number from asm-generic/ioctls.h, described in ioctl_tty(2).
 */
import { ioctl } from "./libc.js";

const TIOCGETD = 0x5424;

/** Its number (linux/tty.h), 0 for N_TTY. Throws SysError. */
export function lineDiscipline(fd: number): number {
  const number = new Int32Array(1);
  ioctl(fd, TIOCGETD, new Uint8Array(number.buffer));
  return number[0]!;
}
