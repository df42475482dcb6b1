/**
 * The foreground of our terminal, lent to a job of our own and taken back, with the settings that it had. Knows the kernel's
 * rules (tty_ioctl(4), termios(3)); not who is lent it, nor when.
 */
import { constants } from "node:os";
import { isForeground } from "../session/terminal.js";
import { foregroundGroup, setForegroundGroup } from "../tty/ioctl.js";
import { processGroup, withSignalIgnored } from "../tty/libc.js";
import { getTermios, hasFlag, setTermios, type Termios } from "../tty/termios.js";

export interface Foreground {
  /** Lends it to the group, if we have it; false where we do not. */
  lend(group: number): boolean;
  /** Whether words can be written there without being stopped for it (TOSTOP of termios(3)). */
  takesWords(): boolean;
  /** Takes it back from the group, if that still has it. Safe to call twice, and after a hang-up. */
  takeBack(): void;
}

/** That of terminal `fd`. */
export function foreground(fd: number): Foreground {
  let lentTo: number | undefined;
  let settings: Termios | undefined;
  return {
    lend(group) {
      if (lentTo !== undefined) return true;
      if (!isForeground(fd)) return false;
      try {
        settings = getTermios(fd);
        setForegroundGroup(fd, group);
        lentTo = group;
        return true;
      } catch {
        return false; // not our controlling terminal, or hung up, or the group has ended
      }
    },
    takesWords() {
      try {
        return isForeground(fd) || !hasFlag(getTermios(fd), "TOSTOP");
      } catch {
        return false; // hung up
      }
    },
    takeBack() {
      if (lentTo === undefined) return;
      const group = lentTo;
      lentTo = undefined;
      try {
        const now = foregroundGroup(fd);
        // Somebody else's by now: a shell that has moved this job to the background.
        if (now !== group && isGroup(now)) return;
        withSignalIgnored(constants.signals.SIGTTOU, () => {
          setForegroundGroup(fd, processGroup());
          if (settings) setTermios(fd, settings);
        });
      } catch {
        // hung up
      }
    },
  };
}

/** Whether there is such a process group. */
function isGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
