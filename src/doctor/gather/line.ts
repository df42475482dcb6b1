/**
 * The settings, lines and counters of a port, by the way that touches it least. An open raises DTR and RTS, also of a
 * port that is open already (tty_port_block_til_ready, seen on Linux 6.1), and the last close of a pty hangs its other
 * end up; so a port is opened only where that is asked for, or where it has no lines and someone else keeps it open.
 */
import { close as closeOnThread, constants, fstatSync, open as openOnThread, statSync } from "node:fs";
import { flushQueue, isExclusive, unsentBytes } from "../../tty/ioctl.js";
import { close } from "../../tty/libc.js";
import { lineDiscipline } from "../../tty/line-discipline.js";
import { getCounters, getModemLines } from "../../tty/modem-lines.js";
import { borrowDescriptor } from "../../tty/pidfd.js";
import { describeErrno } from "../../tty/sys-error.js";
import { getTermios } from "../../tty/termios.js";
import type { HolderFacts, LineFacts, TrialOpen } from "../facts.js";

/** How long bytes are watched to see whether they move. */
const LOOK_MS = 150;
/** How long an open may take; behind another one's close it may wait for 30 s (closing_wait of linux/serial.h). */
const OPEN_LIMIT_MS = 2000;

/** Through a descriptor that a holder has open already: nothing is opened, and nothing changes. */
export async function lookThroughHolder(
  path: string,
  holders: readonly HolderFacts[],
): Promise<LineFacts | undefined> {
  for (const { pid, fds, command } of holders) {
    for (const fd of fds) {
      let own: number;
      try {
        own = borrowDescriptor(pid, fd);
      } catch {
        continue; // not allowed, or gone
      }
      try {
        if (fstatSync(own).rdev !== statSync(path).rdev) continue; // its number was given anew meanwhile
        const facts = await look(own, `through ${command}'s own descriptor`);
        if (facts.termios) return facts;
      } finally {
        close(own);
      }
    }
  }
  return undefined;
}

/** By an open that does not wait. `shared`: others have it open, so that this is not the last close. */
export async function lookByOpening(
  path: string,
  shared: boolean,
): Promise<{ trial: TrialOpen; line?: LineFacts }> {
  const opened = await openWithin(path, OPEN_LIMIT_MS);
  if (typeof opened !== "number") return { trial: opened };
  try {
    const before = attempt(() => unsentBytes(opened));
    const line = await look(opened, "by an open");
    // What ECHO sends back to a chatty device would keep the close waiting. Bytes that were there before are not ours.
    if (!shared && before === 0 && (attempt(() => unsentBytes(opened)) ?? 0) > 0) {
      attempt(() => flushQueue(opened, "output"));
    }
    return { trial: { state: "opened" }, line };
  } finally {
    closeOnThread(opened, () => {});
  }
}

/** Everything that a descriptor tells; what the driver does not know is left out. */
async function look(fd: number, how: string): Promise<LineFacts> {
  const unsent = attempt(() => unsentBytes(fd));
  if (unsent) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const known = {
    termios: attempt(() => getTermios(fd)),
    lines: attempt(() => getModemLines(fd)),
    counters: attempt(() => getCounters(fd)),
    discipline: attempt(() => lineDiscipline(fd)),
    exclusive: attempt(() => isExclusive(fd)),
    unsent: unsent === undefined ? undefined : [unsent, attempt(() => unsentBytes(fd)) ?? 0],
  };
  return { how, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}

function openWithin(path: string, limitMs: number): Promise<number | TrialOpen> {
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      resolve({ state: "waits", afterMs: limitMs });
    }, limitMs);
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    openOnThread(path, flags, (error, fd) => {
      if (late) {
        if (!error) closeOnThread(fd, () => {});
        return;
      }
      clearTimeout(timer);
      if (!error) return resolve(fd);
      const errno = -(error.errno ?? 0);
      const [name, text] = describeErrno(errno);
      resolve({ state: "failed", errno, text: `${text} (${name})` });
    });
  });
}

/** What is no error here: a driver without such a thing. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
