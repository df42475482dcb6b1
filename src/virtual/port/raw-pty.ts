/**
 * A pty as a serial port that nobody has set, and what is done to its slave from the side of its master. Knows settings and
 * queues; not who has the slave open.
 */
import { flushQueue, setExclusive, unreadBytes } from "../../tty/ioctl.js";
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open } from "../../tty/libc.js";
import { openPty, type Pty } from "../../tty/pty.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { getTermios, hasFlag, setControl, setFlag, setTermios } from "../../tty/termios.js";
import { TYPING_FLAGS } from "../../tty/termios-names.js";

/** A new pty whose slave is a serial port that nobody has set: every byte as it is. Throws SysError. */
export function rawPty(): Pty {
  const pty = openPty();
  try {
    const termios = getTermios(pty.master);
    for (const name of [...TYPING_FLAGS, "ONLCR", "ICRNL", "IXON"] as const) setFlag(termios, name, false);
    for (const name of ["CLOCAL", "CREAD"] as const) setFlag(termios, name);
    setControl(termios, "VMIN", 1);
    setControl(termios, "VTIME", 0);
    setTermios(pty.master, termios);
    return pty;
  } catch (error) {
    close(pty.master);
    throw error;
  }
}

/** A master hangs up only after a first holder: with one behind it, a hang-up always says that there is none. Throws SysError. */
export function visitSlave(path: string): void {
  close(openSlave(path));
}

function openSlave(path: string): number {
  return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

/**
 * Discards what the slave at `path` was given and nobody has read. Bytes, as far as the kernel counts them: 4,095 at most.
 */
export function discardInput(path: string): number {
  try {
    const slave = openSlave(path);
    try {
      const count = unreadBytes(slave);
      flushQueue(slave, "input");
      return count;
    } finally {
      close(slave);
    }
  } catch {
    // Held by TIOCEXCL, or out of descriptors: what is left there is read by the next holder.
    return 0;
  }
}

/**
 * Ends the exclusive use (TIOCEXCL) in which the last holder has left the slave at `path`: a pty keeps it as long as its master
 * is open, a serial port up to its last close. False where only a process with CAP_SYS_ADMIN could do it: nobody else can open
 * this slave again.
 */
export function endExclusive(path: string): boolean {
  try {
    const slave = openSlave(path);
    try {
      setExclusive(slave, false);
    } finally {
      close(slave);
    }
  } catch (error) {
    return !isErrno(error, errno.EBUSY);
  }
  return true;
}

/** Sets EXTPROC at the slave of `master`, so that packet mode tells new settings. Throws SysError. */
export function setExtproc(master: number): void {
  const termios = getTermios(master);
  if (hasFlag(termios, "EXTPROC")) return;
  setFlag(termios, "EXTPROC");
  setTermios(master, termios);
}
