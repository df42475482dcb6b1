/**
 * The port over `serialport`, for systems without the libc layer. Knows its stream and its control functions; what
 * it cannot do (leave settings alone, read them back, restore them) it says, by `abilities`, refusals and errors.
 */
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenOptions as BindingOpenOptions, PortStatus, SetOptions } from "@serialport/bindings-cpp";
import type { SerialPort } from "serialport";
import { RobinError } from "../errors.js";
import { whyNoLibc } from "../tty/abi.js";
import { errno, SysError } from "../tty/sys-error.js";
import { existingDevice } from "./device.js";
import type { ByteSink, ByteSource } from "./ends.js";
import type { OpenOptions } from "./open.js";
import type { ActualSettings, LineSettings, ModemLines, Port, Refusal } from "./port.js";
import { type Line, lineOf } from "./serialport-line.js";
import { errnoOf, type HeldFile, lockFirst, openError } from "./serialport-open.js";
import { mapSettings, refuseChanges, speedDiffers } from "./serialport-settings.js";
import { streamSink, streamSource } from "./stream-ends.js";

const require = createRequire(import.meta.url);

/** Bytes that may wait in the stream, each way: what a key that discards, or a loss, can take. */
const STREAM_BOUND = 16 * 1024;
/** What serial drivers keep at most (linux/serial_core.h and usb-serial: a page); a byte is 10 bits with its start and stop. */
const DRIVER_BUFFER = 4096;
const BITS_A_BYTE = 10;
/** Within the 0.25 to 0.5 s of tcsendbreak(3). */
const BREAK_MS = 300;

interface Opened {
  readonly stream: SerialPort;
  readonly line: Line;
}

/**
 * Opens `path` by serialport. Rejects with RobinError open-failed or busy, and with unsupported for `keep` and
 * `strict`, which need a driver that reads settings.
 */
export async function openSerialportPort(path: string, options: OpenOptions): Promise<Port> {
  const note = options.onNote ?? (() => {});
  refuseOptions(path, options);
  const device = process.platform === "win32" ? path : existingDevice(path);
  const settings = mapSettings(options.settings ?? {});
  const lock = options.lock ?? true;
  const held = lock ? lockFirst(path, device) : undefined;
  let opened: Opened;
  try {
    opened = await openStream(path, { ...settings.options, lock } as BindingOpenOptions);
  } catch (error) {
    held?.release();
    throw openError(path, device, error);
  }
  for (const text of held?.notes ?? []) note(text);
  note(`open ${path}: what had arrived before was discarded: the portable driver opens no other way`);
  if (settings.chosen !== "") {
    note(`set up ${path}: not all was asked for, and the portable driver leaves nothing: ${settings.chosen}`);
  }
  const port = new SerialportPort(path, opened, held, settings.stands);
  try {
    await port.setUp(settings.refusals, options);
  } catch (error) {
    await port.close();
    throw error;
  }
  return port;
}

function refuseOptions(path: string, { keep, strict }: OpenOptions): void {
  const refuse = (option: string, why: string) => {
    const chosen = whyNoLibc();
    throw new RobinError("unsupported", `open ${path}: the portable driver ${why}`, {
      hint: `leave ${option} out${chosen === undefined ? "" : `; the other driver is not used: ${chosen}`}`,
    });
  };
  if (keep) refuse("--keep", "changes every setting of a port that it opens");
  if (strict) refuse("--strict", "does not see which settings a port refuses");
}

/** Loads serialport and opens the port on a binding whose ports are `Line`s. */
async function openStream(path: string, options: BindingOpenOptions): Promise<Opened> {
  // Not by import(), which a bundle that starts from V8's code cache cannot do.
  const { SerialPort } = require("serialport") as typeof import("serialport");
  const system = SerialPort.binding;
  let line: Line | undefined;
  const binding = {
    list: system.list,
    async open(wanted: BindingOpenOptions) {
      line = lineOf(await system.open(wanted as never)); // each platform's binding has a type of its own
      return line;
    },
  };
  const all = { ...options, path, binding, autoOpen: false, highWaterMark: STREAM_BOUND };
  const stream = new SerialPort(all as unknown as ConstructorParameters<typeof SerialPort>[0]);
  stream.on("error", () => {}); // both ends listen while they are open; this one is for what comes after
  await new Promise<void>((resolve, reject) => {
    stream.open((error) => (error ? reject(error) : resolve()));
  });
  return { stream, line: line! };
}

class SerialportPort implements Port {
  readonly driver = "serialport";
  /** The speed alone is read back, where the binding can. */
  readonly abilities = { restore: false, leaveAsFound: false, readBack: false };
  asked: LineSettings = {};
  refusals: readonly Refusal[] = [];
  readonly source: ByteSource;
  readonly sink: ByteSink;
  readonly #stream: SerialPort;
  readonly #line: Line;
  readonly #held: HeldFile | undefined;
  #stands: ActualSettings;
  /** As last set, for no driver tells: Linux raises both at open, Windows RTS only where it is flow control. */
  #lines = { dtr: true, rts: process.platform !== "win32" };
  /** Bytes that the stream was given, and how many of them are known to have left the machine. */
  #given = 0;
  #left = 0;
  #leaving: Promise<void> | undefined;
  #leavingSinceMs: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    readonly path: string,
    { stream, line }: Opened,
    held: HeldFile | undefined,
    stands: ActualSettings,
  ) {
    this.#stream = stream;
    this.#line = line;
    this.#held = held;
    this.#stands = stands;
    const isGone = () => true; // a port that fails to read or write is lost, whatever the reason
    this.source = streamSource(stream, isGone);
    const sink = streamSink(stream, isGone);
    this.sink = {
      ...sink,
      write: (from, start, end) => {
        const count = sink.write(from, start, end);
        if (count > 0) this.#given += count;
        return count;
      },
      unsent: () => this.#unsent(),
    };
  }

  async setUp(refused: readonly Refusal[], options: OpenOptions): Promise<void> {
    this.asked = options.settings ?? {};
    const refusals = [...refused, ...(await this.#lookAtSpeed(this.#stands.bps))];
    for (const line of ["dtr", "rts"] as const) {
      const on = options[line];
      if (on === undefined) continue;
      try {
        await this.setModemLine(line, on);
      } catch (error) {
        const { code, cause } = error as RobinError;
        if (code === "lost") throw error;
        const took = `no such line (${(cause as Error).message})`;
        refusals.push({ setting: line, asked: on ? "on" : "off", took });
      }
    }
    this.refusals = refusals;
  }

  async settings() {
    await this.#lookAtSpeed(this.#stands.bps);
    return this.#stands;
  }

  async configure(settings: LineSettings) {
    this.asked = { ...this.asked, ...settings };
    const refusals = refuseChanges(settings, this.#stands);
    const { bps } = settings;
    if (bps === undefined) return refusals;
    try {
      await this.#control("set up", () => this.#line.update({ baudRate: bps }));
    } catch (error) {
      if ((error as RobinError).code === "lost") throw error;
      return [{ setting: "speed", asked: `${bps}`, took: `${this.#stands.bps}` }, ...refusals];
    }
    return [...(await this.#lookAtSpeed(bps)), ...refusals];
  }

  /** DTR and RTS as last set, RI always false: the binding does not tell them. */
  async modemLines(): Promise<ModemLines> {
    const { cts, dsr, dcd } = await this.#control("read modem lines of", () => this.#line.get());
    return { ...this.#lines, cts, dsr, dcd, ri: false };
  }

  async setModemLine(line: "dtr" | "rts", on: boolean) {
    const lines = { ...this.#lines, [line]: on };
    await this.#control(`set ${line.toUpperCase()} of`, () => this.#setLines(lines, false));
    this.#lines = lines;
  }

  async sendBreak() {
    const what = "send a break on";
    await this.#leaving?.catch(() => {}); // of what was given earlier, and one thread is enough to wait
    await this.#control(what, () => this.#allLeft());
    try {
      await this.#control(what, () => this.#setLines(this.#lines, true));
    } catch (error) {
      // The binding starts the break before it fails to set lines that the device does not have.
      await this.#setLines(this.#lines, false).catch(() => {});
      throw error;
    }
    await sleep(BREAK_MS);
    await this.#control(what, () => this.#setLines(this.#lines, false));
  }

  async discard() {
    await this.#control("discard the queues of", async () => {
      this.#line.drop(this.#given - this.#line.accepted);
      await this.#line.flush();
      this.#left = this.#given;
      const read = new Uint8Array(STREAM_BOUND);
      while (this.source.read(read) > 0);
    });
  }

  counters() {
    return undefined;
  }

  restore() {}

  close() {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** What has to be done in any case comes before the first wait: the process may end meanwhile. */
  async #close(): Promise<void> {
    this.source.close();
    this.sink.close();
    this.#held?.release();
    if (this.#left !== this.#given) {
      // close(2) would wait for what is unsent. Not where nothing is: a pty discards what its other end has not read.
      this.#line.drop(this.#given - this.#line.accepted);
      await this.#line.flush().catch(() => {});
    }
    await this.#line.close().catch(() => {}); // a port that is lost is closed already
    this.#stream.destroy();
  }

  /** Reads what speed stands, and says so if it is not `asked`. */
  async #lookAtSpeed(asked: number): Promise<Refusal[]> {
    let bps = asked;
    // The binding for macOS cannot read it; the number is a signed one above 2^31 - 1.
    if (process.platform !== "darwin") {
      const { baudRate } = await this.#control("read settings of", () => this.#line.getBaudRate());
      bps = baudRate >>> 0;
    }
    this.#stands = { ...this.#stands, bps };
    return speedDiffers(asked, bps) ? [{ setting: "speed", asked: `${asked}`, took: `${bps}` }] : [];
  }

  /** All at once, because the binding sets what is not given as well: to its own defaults. */
  async #setLines(lines: { dtr: boolean; rts: boolean }, brk: boolean): Promise<void> {
    const status: PortStatus & { lowLatency?: boolean } = await this.#line.get();
    const { lowLatency = false } = status;
    await this.#line.set({ ...lines, brk, lowLatency } as SetOptions);
  }

  /**
   * How many bytes the driver holds nobody tells; that there are none is learnt by waiting for it (tcdrain(3)).
   * Meanwhile they are reckoned to leave at the line's speed, so that a session sees a slow line move.
   */
  #unsent(): number {
    const waiting = this.#given - this.#line.accepted;
    if (waiting > 0 || this.#left === this.#given || !this.#line.isOpen) return waiting;
    this.#leavingSinceMs ??= performance.now();
    void this.#allLeft().catch(() => {
      this.#left = this.#given; // it cannot tell
    });
    const held = Math.min(this.#given - this.#left, DRIVER_BUFFER);
    const gone = ((performance.now() - this.#leavingSinceMs) / 1000) * (this.#stands.bps / BITS_A_BYTE);
    return Math.max(1, Math.ceil(held - gone));
  }

  /** Settles when what was given by now has left the machine. */
  #allLeft(): Promise<void> {
    const given = this.#given;
    this.#leaving ??= (async () => {
      try {
        // A write of nothing is called back after all that were before it.
        await new Promise<void>((resolve, reject) => {
          this.#stream.write(Buffer.alloc(0), (error) => (error ? reject(error) : resolve()));
        });
        await this.#line.drain();
        this.#left = Math.max(this.#left, given);
      } finally {
        this.#leaving = undefined;
        this.#leavingSinceMs = undefined;
      }
    })();
    return this.#leaving;
  }

  async #control<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const value = errnoOf(error);
      const cause = value === undefined ? (error as Error) : new SysError("ioctl", value);
      const isLost =
        !this.#line.isOpen || value === errno.EIO || value === errno.ENXIO || value === errno.ENODEV;
      const isMissing = value === errno.ENOTTY || value === errno.EINVAL;
      const why = isMissing ? "the device has no such thing" : cause.message;
      throw new RobinError(isLost ? "lost" : "unsupported", `${what} ${this.path}: ${why}`, { cause });
    }
  }
}
