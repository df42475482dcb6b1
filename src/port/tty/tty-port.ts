/**
 * The port over the kernel's tty: opened without side effects, set up, verified, and given back as it was.
 * Knows the order of these steps; the settings' policy is settings.ts, the kernel's numbers are in tty/.
 */
import { RobinError } from "../../errors.js";
import { flushQueue, unsentBytes } from "../../tty/ioctl.js";
import { close, O_RDWR } from "../../tty/libc.js";
import { getCounters, getModemLines, setModemLine } from "../../tty/modem-lines.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { getTermios, setTermios, type Termios } from "../../tty/termios.js";
import { describeRefusal } from "../describe.js";
import { existingDevice } from "../device.js";
import { fdSink, fdSource } from "../fd-ends.js";
import { lineSource } from "../lines/source.js";
import { lockPort, type PortLock, refuseLocked } from "../lock.js";
import type { OpenOptions } from "../open.js";
import { openDevice } from "../open-device.js";
import type { LineSettings, Port, Refusal } from "../port.js";
import { heldSink } from "./held-sink.js";
import { createLineExtras, type LineExtras } from "./line-extras.js";
import { checkOpeningLines, setOpeningLines } from "./opening-lines.js";
import { compareTermios, describeTermios, withBridge, withSettings } from "./settings.js";
import { createTransmitter } from "./transmitter.js";
import { createBreak, type TtyBreak } from "./tty-break.js";

/** Opens `path` as a port. Throws RobinError open-failed, setup-failed or busy; nothing is left changed then. */
export function openTtyPort(path: string, options: OpenOptions): Port {
  const note = options.onNote ?? (() => {});
  const device = existingDevice(path);
  if (options.lock ?? true) refuseLocked(device);
  const { fd, termios: found } = openDevice(path, O_RDWR);
  let lock: PortLock | undefined;
  let port: TtyPort | undefined;
  try {
    if (options.lock ?? true) lock = lockPort(fd, device);
    // Not before it is ours: a line that falls resets the board of whoever has the port. But before all else, because a
    // termios request takes a USB adapter some ms.
    setOpeningLines(fd, options);
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

class TtyPort implements Port {
  readonly driver = "tty";
  readonly abilities = { restore: true, leaveAsFound: true, readBack: true };
  asked: LineSettings = {};
  refusals: readonly Refusal[] = [];
  readonly source;
  readonly sink;
  readonly #extras: LineExtras;
  readonly #break: TtyBreak;
  /** The settings that the session runs with, for the device that comes back. */
  #stood: Termios;
  /** Bytes that the driver took of this port. */
  #written = 0;
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
    const transmitter = createTransmitter(fd);
    const settling = transmitter.settling();
    const sink = fdSink(fd, {
      kind: "non-blocking",
      // What another program has in the queue is none of ours, to wait for or to discard.
      unsent: () => Math.min(transmitter.unsent(), this.#written),
      settling: () => this.#break.isUnderWay || settling(),
    });
    const held = heldSink({
      ...sink,
      write: (from, start, end) => {
        const taken = sink.write(from, start, end);
        if (taken > 0) this.#written += taken;
        return taken;
      },
    });
    this.sink = held.sink;
    this.#break = createBreak({ fd, path, transmitter, hold: held.hold, letGo: held.letGo });
    this.#extras = createLineExtras(fd);
    if (!options.keep) this.asked = options.settings ?? {};
    this.#stood = options.like instanceof TtyPort ? options.like.#stood : found;
  }

  /** Applies what was asked and what a bridge needs; under `strict` a refusal is an error. */
  setUp(options: OpenOptions): void {
    const refusals: Refusal[] = [];
    if (!options.keep) {
      refusals.push(...this.#apply(withSettings(withBridge(this.#stood), this.asked), this.asked));
    } else if (this.#stood !== this.found) refusals.push(...this.#apply(this.#stood, {}));
    refusals.push(...this.#setting(() => checkOpeningLines(this.fd, options)));
    this.refusals = refusals;
    if (options.strict && refusals.length > 0) {
      const all = refusals.map(describeRefusal).join("; ");
      throw new RobinError("setup-failed", `set up ${this.path}: the driver did not take ${all}`);
    }
  }

  #apply(wanted: Termios, asked: LineSettings): Refusal[] {
    return this.#setting(() => {
      this.#restoreTo = this.found;
      setTermios(this.fd, wanted);
      this.#stood = getTermios(this.fd);
      return [...compareTermios(wanted, this.#stood), ...this.#extras.apply(asked)];
    });
  }

  #setting(action: () => Refusal[]): Refusal[] {
    try {
      return action();
    } catch (error) {
      const code = isErrno(error, errno.EIO, errno.ENODEV) ? "lost" : "setup-failed";
      throw new RobinError(code, `set up ${this.path}: ${(error as Error).message}`, { cause: error });
    }
  }

  async settings() {
    return this.#control("read settings of", () => ({
      ...describeTermios(getTermios(this.fd)),
      ...this.#extras.read(),
    }));
  }

  async configure(settings: LineSettings) {
    this.asked = { ...this.asked, ...settings };
    const now = this.#control("read settings of", () => getTermios(this.fd));
    return this.#apply(withSettings(now, settings), settings);
  }

  async modemLines() {
    return this.#control("read modem lines of", () => getModemLines(this.fd));
  }

  get lineSource() {
    return lineSource(this.fd);
  }

  async setModemLine(line: "dtr" | "rts", on: boolean) {
    this.#control(`set ${line.toUpperCase()} of`, () => setModemLine(this.fd, line, on));
  }

  async sendBreak(durationMs?: number) {
    const what = "send a break on";
    this.#control(what, () => getTermios(this.fd));
    const outcome = await this.#break.send(durationMs).catch((error: unknown) => ({ error }));
    this.#control(what, () => {
      if (outcome) throw outcome.error;
    });
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
    if (!this.#open) return;
    this.#break.stop();
    this.#extras.restore();
    if (this.#restoreTo === undefined) return;
    try {
      setTermios(this.fd, this.#restoreTo);
      this.#restoreTo = undefined;
    } catch {
      // hung up: the settings went with it
    }
  }

  async close() {
    if (!this.#open) return;
    const unsent = this.sink.unsent();
    this.source.close();
    this.sink.close();
    try {
      // Before flow control and speed are given back, which would send these after all, and at another speed; before the
      // lock is, for the queue may be another one's then. close(2) would wait up to 30 s for them (closing_wait).
      if (unsent > 0 && unsent === unsentBytes(this.fd)) flushQueue(this.fd, "output");
    } catch {
      // hung up
    }
    this.restore();
    this.#open = false;
    this.lock?.release();
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
      const why = isErrno(error, errno.ENOTTY, errno.EINVAL, errno.EOPNOTSUPP)
        ? "the device has no such thing"
        : (error as Error).message;
      throw new RobinError(code, `${what} ${this.path}: ${why}`, { cause: error });
    }
  }
}
