/**
 * The terminal that a command is given: a pty with the user's settings and window size, of which robin holds the slave too.
 * Knows how it is made, asked and hung up; not what is written to it.
 *
 * A master whose slave nobody has open says EIO, and commands may close their terminal and live on. With the slave held, only
 * the command's own end is its end: also after vhangup(2) and another open, as login(1) does, for a descriptor that was hung
 * up counts as open (seen on Linux 6.18).
 */
import { RobinError } from "../../errors.js";
import { copyWindowSize, flushQueue, setWindowSize, type WindowSize } from "../../tty/ioctl.js";
import {
  close,
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDWR,
  open,
  POLLHUP,
  POLLIN,
  pollNow,
} from "../../tty/libc.js";
import { openPty } from "../../tty/pty.js";
import { SysError } from "../../tty/sys-error.js";
import { getTermios, setFlag, setTermios, type Termios } from "../../tty/termios.js";

/** What a terminal is taken for where robin has none: that of a VT100. */
const DEFAULT_SIZE: WindowSize = { rows: 24, columns: 80 };

export interface CommandTerminalOptions {
  /** The user's settings, as they were found; undefined: the kernel's for a new tty, without echo, for nobody types. */
  readonly termios: Termios | undefined;
  /** A terminal whose window size it has. */
  readonly sizeOf: number | undefined;
}

export class CommandTerminal {
  readonly master: number;
  readonly path: string;
  #slave: number;
  #isOpen = true;

  /** Throws RobinError open-failed where there is no pty to be had. */
  constructor({ termios, sizeOf }: CommandTerminalOptions) {
    const { master, path } = newPty();
    this.master = master;
    this.path = path;
    try {
      setTermios(master, termios ?? withoutEcho(getTermios(master)));
      this.#slave = openSlave(path);
    } catch (error) {
      close(master);
      throw error;
    }
    if (sizeOf === undefined || !this.resize(sizeOf)) setWindowSize(master, DEFAULT_SIZE);
  }

  /** The settings now: the command's. */
  get termios(): Termios {
    return getTermios(this.master);
  }

  /** Whether something typed can be read and was not: in canonical mode whole lines and ends of input only. */
  get hasUnread(): boolean {
    return (pollNow(this.#heldSlave(), POLLIN) & POLLIN) !== 0;
  }

  /** Gives it the window size of terminal `fd`, and its foreground group SIGWINCH. False where `fd` has none. */
  resize(fd: number): boolean {
    if (!this.#isOpen) return false;
    try {
      copyWindowSize(fd, this.master);
      return true;
    } catch {
      return false; // hung up
    }
  }

  /** Discards what was typed and not read, and what was printed and not shown. */
  discard(): void {
    flushQueue(this.#heldSlave(), "both");
    flushQueue(this.master, "input");
  }

  /**
   * For good: the kernel sends SIGHUP and SIGCONT to the session's leader, when every duplicate of the master is closed.
   * Safe to call twice.
   */
  hangUp(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    close(this.master);
    close(this.#slave);
  }

  /** The slave, opened again if vhangup(2) has made this descriptor of it useless. */
  #heldSlave(): number {
    if ((pollNow(this.#slave, 0) & POLLHUP) !== 0) {
      const before = this.#slave;
      this.#slave = openSlave(this.path);
      close(before);
    }
    return this.#slave;
  }
}

function newPty() {
  try {
    return openPty();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new RobinError("open-failed", `open a pty: ${error.syscall}: ${error.message}`, { cause: error });
  }
}

function openSlave(path: string): number {
  return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

function withoutEcho(termios: Termios): Termios {
  setFlag(termios, "ECHO", false);
  return termios;
}
