/**
 * The port over the kernel's tty: opened without side effects, set up, verified, and given back as it was.
 * Knows the order of these steps; the settings' policy is settings.ts, the kernel's numbers are in tty/.
 */
import { RobinError } from "../errors.js";
import {
  flushQueue,
  getCounters,
  getModemLines,
  sendBreak,
  setModemLine,
  transmitterEmpty,
  unsentBytes,
} from "../tty/ioctl.js";
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open } from "../tty/libc.js";
import { errno, isErrno, SysError } from "../tty/sys-error.js";
import { getTermios, setTermios, type Termios } from "../tty/termios.js";
import { existingDevice } from "./device.js";
import { fdSink, fdSource } from "./fd-ends.js";
import { flockHolder } from "./holders.js";
import { busyError, lockPort, type PortLock } from "./lock.js";
import type { OpenOptions } from "./open.js";
import { openHint } from "./open-hints.js";
import type { LineSettings, Port, Refusal } from "./port.js";
import { compareTermios, describeTermios, withBridge, withSettings } from "./settings.js";

/** Opens `path` as a port. Throws RobinError open-failed, setup-failed or busy; nothing is left changed then. */
export function openTtyPort(path: string, options: OpenOptions): Port {
  const note = options.onNote ?? (() => {});
  const device = existingDevice(path);
  const fd = openDevice(path, device);
  let lock: PortLock | undefined;
  let port: TtyPort | undefined;
  try {
    const found = termiosOf(fd, path);
    if (options.lock ?? true) lock = lockPort(fd, device);
    for (const text of lock?.notes ?? []) note(text);
    port = new TtyPort(fd, path, found, lock, options);
    port.setUp(options);
    return port;
  } catch (error) {
    if (port) void port.close();
    else {
      lock?.release();
      close(fd);
    }
    throw error;
  }
}

function openDevice(path: string, device: string): number {
  try {
    return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  } catch (error) {
    if (isErrno(error, errno.EBUSY)) {
      throw busyError(path, flockHolder(device), "for exclusive use (TIOCEXCL)");
    }
    if (!(error instanceof SysError)) throw error;
    throw new RobinError("open-failed", `open ${path}: ${error.message}`, {
      cause: error,
      hint: openHint(path, error),
    });
  }
}

function termiosOf(fd: number, path: string): Termios {
  try {
    return getTermios(fd);
  } catch (error) {
    const why = isErrno(error, errno.ENOTTY, errno.EINVAL) ? "it is not a tty" : (error as Error).message;
    throw new RobinError("open-failed", `open ${path}: ${why}`, { cause: error });
  }
}

class TtyPort implements Port {
  readonly driver = "tty";
  readonly abilities = { restore: true, leaveAsFound: true, readBack: true };
  asked: LineSettings = {};
  refusals: readonly Refusal[] = [];
  readonly source;
  readonly sink;
  /** What to give back; undefined while nothing was changed. */
  #restoreTo: Termios | undefined;
  #open = true;

  constructor(
    readonly fd: number,
    readonly path: string,
    readonly found: Termios,
    readonly lock: PortLock | undefined,
    options: OpenOptions,
  ) {
    this.source = fdSource(fd, { kind: "non-blocking", zero: "look" });
    this.sink = fdSink(fd, { kind: "non-blocking", ...transmitter(fd) });
    if (!options.keep) this.asked = options.settings ?? {};
  }

  /** Applies what was asked and what a bridge needs; under `strict` a refusal is an error. */
  setUp(options: OpenOptions): void {
    const refusals: Refusal[] = [];
    if (!options.keep) refusals.push(...this.#apply(withSettings(withBridge(this.found), this.asked)));
    for (const line of ["dtr", "rts"] as const) {
      const on = options[line];
      if (on !== undefined) refusals.push(...this.#applyModemLine(line, on));
    }
    this.refusals = refusals;
    const first = refusals[0];
    if (options.strict && first) {
      const all = refusals
        .map((one) => `${one.setting} asked ${one.asked}, it stands at ${one.took}`)
        .join("; ");
      throw new RobinError("setup-failed", `set up ${this.path}: the driver did not take ${all}`);
    }
  }

  #apply(wanted: Termios): Refusal[] {
    try {
      this.#restoreTo = this.found;
      setTermios(this.fd, wanted);
      return compareTermios(wanted, getTermios(this.fd));
    } catch (error) {
      const lost = isErrno(error, errno.EIO, errno.ENODEV);
      throw new RobinError(
        lost ? "lost" : "setup-failed",
        `set up ${this.path}: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }

  #applyModemLine(line: "dtr" | "rts", on: boolean): Refusal[] {
    const asked = on ? "on" : "off";
    try {
      setModemLine(this.fd, line, on);
      const stands = getModemLines(this.fd)[line];
      return stands === on ? [] : [{ setting: line, asked, took: stands ? "on" : "off" }];
    } catch (error) {
      if (!isErrno(error)) throw error;
      return [{ setting: line, asked, took: `no such line (${error.message})` }];
    }
  }

  async settings() {
    return this.#control("read settings of", () => describeTermios(getTermios(this.fd)));
  }

  async configure(settings: LineSettings) {
    this.asked = { ...this.asked, ...settings };
    const now = this.#control("read settings of", () => getTermios(this.fd));
    return this.#apply(withSettings(now, settings));
  }

  async modemLines() {
    return this.#control("read modem lines of", () => getModemLines(this.fd));
  }

  async setModemLine(line: "dtr" | "rts", on: boolean) {
    this.#control(`set ${line.toUpperCase()} of`, () => setModemLine(this.fd, line, on));
  }

  async sendBreak() {
    // errno stays on the thread that waits out the break, so ask here what can be asked without waiting.
    this.#control("send a break on", () => getTermios(this.fd));
    if (!(await sendBreak(this.fd))) {
      throw new RobinError("unsupported", `send a break on ${this.path}: the driver refused it`);
    }
  }

  async discard() {
    this.#control("discard the queues of", () => flushQueue(this.fd, "both"));
  }

  counters() {
    if (!this.#open) return undefined;
    try {
      return { ...getCounters(this.fd) };
    } catch {
      return undefined;
    }
  }

  restore() {
    if (this.#restoreTo === undefined || !this.#open) return;
    try {
      setTermios(this.fd, this.#restoreTo);
      this.#restoreTo = undefined;
    } catch {
      // hung up: the settings went with it
    }
  }

  async close() {
    if (!this.#open) return;
    this.source.close();
    this.sink.close();
    this.restore();
    this.#open = false;
    this.lock?.release();
    try {
      // close(2) would wait up to 30 s for these (closing_wait of linux/serial.h).
      if (unsentBytes(this.fd) > 0) flushQueue(this.fd, "output");
    } catch {
      // hung up
    }
    close(this.fd);
  }

  #control<T>(what: string, action: () => T): T {
    // The descriptor's number may be another file's by now.
    if (!this.#open) throw new RobinError("lost", `${what} ${this.path}: the port is closed`);
    try {
      return action();
    } catch (error) {
      if (!isErrno(error)) throw error;
      const code = isErrno(error, errno.EIO, errno.ENODEV) ? "lost" : "unsupported";
      const why = isErrno(error, errno.ENOTTY, errno.EINVAL)
        ? "the device has no such thing"
        : (error as Error).message;
      throw new RobinError(code, `${what} ${this.path}: ${why}`, { cause: error });
    }
  }
}

/** A UART's or an adapter's own buffer: 256 bytes at most, but for a few; at 10 bits a byte. */
const FIFO_BITS = 256 * 10;

/** What the driver and then the transmitter of an open tty still have to send. */
function transmitter(fd: number): { unsent: () => number; settling: () => boolean } {
  let queueEmptyAtMs: number | undefined;
  const unsent = () => {
    try {
      return unsentBytes(fd);
    } catch {
      return 0; // gone
    }
  };
  return {
    unsent,
    settling() {
      if (unsent() > 0) {
        queueEmptyAtMs = undefined;
        return true;
      }
      try {
        if (transmitterEmpty(fd)) return false;
        // Some adapters never say that they are empty (QEMU's FT232, seen on Linux 6.1): wait as long as it can last.
        queueEmptyAtMs ??= performance.now();
        return performance.now() - queueEmptyAtMs < (FIFO_BITS / Math.max(50, getTermios(fd).ospeed)) * 1000;
      } catch {
        return false; // the driver cannot tell, or the port is gone
      }
    },
  };
}
