/**
 * The user's terminal: raw while the session has it, as it was before at every other time.
 * Knows termios and job control of the controlling terminal; not who asks, nor what is typed.
 */
import { constants } from "node:os";
import { foregroundGroup, getWindowSize, type WindowSize } from "../tty/ioctl.js";
import { processGroup, withSignalIgnored } from "../tty/libc.js";
import { errno, isErrno } from "../tty/sys-error.js";
import {
  copyTermios,
  getTermios,
  hasFlag,
  setControl,
  setFlag,
  setTermios,
  type Termios,
} from "../tty/termios.js";
import { type FlagName, TYPING_FLAGS } from "../tty/termios-names.js";

/** What has to be off so that every key reaches the port as it is typed. OPOST stays: robin's own lines end. */
const RAW_CLEARS: readonly FlagName[] = [...TYPING_FLAGS, "BRKINT", "ICRNL", "IXON"];

/** What a terminal of its own behind this one does already: done twice, a lone LF of a full-screen program would return. */
const TWICE: readonly FlagName[] = ["OPOST", "ISTRIP", "INLCR", "IGNCR", "IUCLC", "PARMRK"];

/** `found`, made raw as the original robin does, and with IXON and IEXTEN off so that ^S, ^Q and ^V pass. */
export function rawTermios(found: Termios): Termios {
  const raw = copyTermios(found);
  for (const name of RAW_CLEARS) setFlag(raw, name, false);
  setFlag(raw, "IGNBRK");
  setControl(raw, "VMIN", 1);
  setControl(raw, "VTIME", 0);
  return raw;
}

/** The same where what is behind has a line discipline too: output goes as it is as well (cfmakeraw(3)). */
export function rawBothWays(found: Termios): Termios {
  const raw = rawTermios(found);
  for (const name of TWICE) setFlag(raw, name, false);
  return raw;
}

export interface UserTerminal {
  /** Makes the terminal raw, also when something else changed it meanwhile; not while another job has it. */
  take(): void;
  /** Gives it back as it was found. At once, and safe to call twice or after a hang-up. */
  giveBack(): void;
  windowSize(): WindowSize | undefined;
  /** What ends a line on it: OPOST and ONLCR stay as the user has them. */
  newline(): string;
}

/** The terminal on descriptor `fd`, which has to be a tty. */
export function userTerminal(fd: number, raw: (found: Termios) => Termios = rawTermios): UserTerminal {
  let found: Termios | undefined;
  return {
    take() {
      if (!isForeground(fd)) return;
      try {
        const now = getTermios(fd);
        setTermios(fd, raw(now));
        found ??= now;
      } catch (error) {
        // Hung up, which a session leader is told by SIGHUP and SIGCONT: its input ends, and with it the session.
        if (!isErrno(error, errno.EIO)) throw error;
      }
    },
    giveBack() {
      if (found === undefined) return;
      // A job in the background that changes its terminal is stopped by SIGTTOU; on the way out that would
      // be a hang with the terminal raw.
      const before = found;
      found = undefined;
      try {
        withSignalIgnored(constants.signals.SIGTTOU, () => setTermios(fd, before));
      } catch {
        // hung up
      }
    },
    newline() {
      try {
        const termios = getTermios(fd);
        return hasFlag(termios, "OPOST") && hasFlag(termios, "ONLCR") ? "\n" : "\r\n";
      } catch {
        return "\n"; // hung up
      }
    },
    windowSize() {
      try {
        return getWindowSize(fd);
      } catch {
        return undefined;
      }
    },
  };
}

/** Whether this job has terminal `fd`; true as well where it is not our controlling terminal. */
export function isForeground(fd: number): boolean {
  try {
    return foregroundGroup(fd) === processGroup();
  } catch {
    return true; // not our controlling terminal: no job control here
  }
}
