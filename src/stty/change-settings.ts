/**
 * Settings in stty(1)'s words, applied to an open tty and read back. Knows the order of the steps and how long to wait
 * for output; what the words mean is parse.ts's to know.
 */
import { RobinError } from "../errors.js";
import type { Refusal } from "../port/port.js";
import { drain } from "../tty/drain.js";
import { flushQueue, getWindowSize, setWindowSize, unsentBytes, type WindowSize } from "../tty/ioctl.js";
import { lineDiscipline } from "../tty/line-discipline.js";
import { errno, isErrno } from "../tty/sys-error.js";
import {
  copyTermios,
  getTermios,
  lineSpeeds,
  setTermios,
  type Termios,
  type TermiosAction,
} from "../tty/termios.js";
import { compareSettings, compareSizes } from "./compare.js";
import type { SettingsRequest } from "./parse.js";

/** What stands. */
export interface TtySettings {
  readonly termios: Termios;
  readonly size: WindowSize;
  /** The line discipline at work, which TCSETS does not change, whatever it stores in `termios.line`. */
  readonly discipline: number;
  /** What the driver did not take. */
  readonly refusals: readonly Refusal[];
}

interface ChangeOptions {
  /** When the change happens: at once, after pending output, after that and with pending input discarded. */
  readonly when: TermiosAction;
  /** How long to wait for one byte of pending output to move, beside what a device's own buffer takes. */
  readonly stallMs: number;
}

/** A UART's or an adapter's own buffer, which the kernel cannot look into: 256 bytes at most, but for a few. */
const BUFFER_BITS = 256 * 10;
const LOOK_MS = 20;

/**
 * Applies `request` to the tty `fd`, called `path` in errors, and reads what stands. Rejects with RobinError:
 * setup-failed where the output does not drain (nothing is changed then) or the driver refuses the whole, lost where
 * the device went.
 */
export async function changeSettings(
  fd: number,
  path: string,
  request: SettingsRequest,
  { when, stallMs }: ChangeOptions,
): Promise<TtySettings> {
  if (request.change && when !== "now") await drained(fd, path, stallMs);
  return control(path, () => {
    const wanted = copyTermios(getTermios(fd)); // now, not before the wait: others may have changed it meanwhile
    if (request.change) {
      request.change(wanted);
      if (when === "flush") flushQueue(fd, "input");
      setTermios(fd, wanted);
    }
    if (Object.keys(request.size).length > 0) setWindowSize(fd, request.size);
    const [termios, size] = [getTermios(fd), getWindowSize(fd)];
    const refusals = [
      ...(request.change ? compareSettings(wanted, termios) : []),
      ...compareSizes(request.size, size),
    ];
    return { termios, size, discipline: lineDiscipline(fd), refusals };
  });
}

/**
 * Waits until the output is sent, but not for ever: TCSETSW and TCSETSF would, on a port that flow control holds or to
 * which another process goes on writing. It is patient as long as there is less to send than ever before.
 */
async function drained(fd: number, path: string, stallMs: number): Promise<void> {
  let isSent = false;
  const sent = drain(fd).then(() => {
    isSent = true;
  });
  const bps = control(path, () => lineSpeeds(getTermios(fd)).ospeed);
  const patienceMs = stallMs + (BUFFER_BITS / Math.max(50, bps)) * 1000;
  let least = Number.POSITIVE_INFINITY;
  let deadline = 0;
  while (!isSent) {
    const unsent = control(path, () => unsentBytes(fd));
    const now = performance.now();
    if (unsent < least) {
      least = unsent;
      deadline = now + patienceMs;
    } else if (now > deadline) {
      const what = unsent > 0 ? `${unsent} bytes wait to be sent` : "the device has not sent its last bytes";
      const seconds = (patienceMs / 1000).toFixed(1);
      throw new RobinError(
        "setup-failed",
        `set up ${path}: ${what}, and nothing moved for ${seconds} s: no setting was changed`,
        { hint: "flow control may hold them, or another process goes on writing: --when now does not wait" },
      );
    }
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
  }
}

function control<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!isErrno(error)) throw error;
    const isLost = error.errno === errno.EIO || error.errno === errno.ENODEV || error.errno === errno.ENXIO;
    throw new RobinError(isLost ? "lost" : "setup-failed", `set up ${path}: ${error.message}`, {
      cause: error,
    });
  }
}
