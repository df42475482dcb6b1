/**
 * The port over `serialport`, for systems without the libc layer. Knows its stream and its control functions; what
 * it cannot do (leave settings alone, read them back, restore them) it says, by `abilities`, refusals and errors.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { PortStatus, SetOptions } from "@serialport/bindings-cpp";
import { RobinError } from "../../errors.js";
import { whyNoLibc } from "../../tty/abi.js";
import { errno, SysError } from "../../tty/sys-error.js";
import { existingDevice } from "../device.js";
import type { ByteSink, ByteSource } from "../ends.js";
import type { OpenOptions } from "../open.js";
import type { ActualSettings, LineSettings, ModemLines, Port, Refusal } from "../port.js";
import { streamSource } from "../stream-ends.js";
import { type HeldSink, heldSink } from "../tty/held-sink.js";
import type { Line } from "./serialport-line.js";
import {
  errnoOf,
  type HeldFile,
  lockFirst,
  type Opened,
  openError,
  openStream,
  STREAM_BOUND,
} from "./serialport-open.js";
import { mapSettings, refuseChanges, speedDiffers } from "./serialport-settings.js";
import { type LineSink, lineSink } from "./serialport-sink.js";

/** The usual length, within the 0.25 to 0.5 s of tcsendbreak(3). */
const BREAK_MS = 300;

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
    opened = await openStream(path, settings.options, lock);
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

class SerialportPort implements Port {
  readonly driver = "serialport";
  /** The speed alone is read back, where the binding can. */
  readonly abilities = { restore: false, leaveAsFound: false, readBack: false };
  asked: LineSettings = {};
  refusals: readonly Refusal[] = [];
  readonly source: ByteSource;
  readonly sink: ByteSink;
  readonly #sink: LineSink;
  readonly #held: HeldSink;
  readonly #stream: Opened["stream"];
  readonly #line: Line;
  readonly #file: HeldFile | undefined;
  #stands: ActualSettings;
  /** As last set, for no driver tells: Linux raises both at open, Windows RTS only where it is flow control. */
  #lines = { dtr: true, rts: process.platform !== "win32" };
  #isBreaking = false;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(
    readonly path: string,
    { stream, line }: Opened,
    file: HeldFile | undefined,
    stands: ActualSettings,
  ) {
    this.#stream = stream;
    this.#line = line;
    this.#file = file;
    this.#stands = stands;
    this.source = streamSource(stream, () => true); // a port that fails to read is lost, whatever the reason
    this.#sink = lineSink(stream, line, () => this.#stands.bps);
    this.#held = heldSink(this.#sink);
    this.sink = { ...this.#held.sink, settling: () => this.#isBreaking };
  }

  async setUp(refused: readonly Refusal[], options: OpenOptions): Promise<void> {
    this.asked = options.settings ?? {};
    const refusals = [...refused, ...(await this.#lookAtSpeed(this.#stands.bps))];
    refusals.push(...(await this.#openingLines(options)));
    this.refusals = refusals;
  }

  /** Both by one request: circuits that reset a board react to one of them alone. */
  async #openingLines({ dtr, rts }: OpenOptions): Promise<Refusal[]> {
    if (dtr === undefined && rts === undefined) return [];
    const lines = { dtr: dtr ?? this.#lines.dtr, rts: rts ?? this.#lines.rts };
    try {
      await this.#control("set DTR and RTS of", () => this.#setLines(lines, false));
      this.#lines = lines;
      return [];
    } catch (error) {
      const { code, cause } = error as RobinError;
      if (code === "lost") throw error;
      const why = `there is no such line (${cause instanceof SysError ? cause.code : (cause as Error).message})`;
      return Object.entries({ dtr, rts }).flatMap(([setting, on]) =>
        on === undefined ? [] : [{ setting, asked: on ? "on" : "off", took: "nothing", why }],
      );
    }
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

  async sendBreak(durationMs = BREAK_MS) {
    const what = "send a break on";
    this.#held.hold();
    this.#isBreaking = true;
    try {
      await this.#control(what, () => this.#sink.allLeft());
      try {
        await this.#control(what, () => this.#setLines(this.#lines, true));
      } catch (error) {
        // The binding starts the break before it fails to set lines that the device does not have.
        await this.#setLines(this.#lines, false).catch(() => {});
        throw error;
      }
      await sleep(durationMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      await this.#control(what, () => this.#setLines(this.#lines, false));
    } finally {
      this.#isBreaking = false;
      this.#held.letGo();
    }
  }

  async discard() {
    await this.#control("discard the queues of", async () => {
      await this.#sink.discard();
      await this.#line.flush(); // and what arrived
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
    this.#file?.release();
    this.#closing.abort();
    if (this.#isBreaking) await this.#setLines(this.#lines, false).catch(() => {});
    await this.#sink.discard().catch(() => {}); // close(2) would wait for it
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
