/**
 * An emulated USB adapter behind the kernel's real driver: what the port under test asked of it is seen, and, on an FT232R,
 * what the line does to the port is played. Only in the rig's guest, as root.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { until } from "../../support/until.js";
import { bytesOf } from "./channel.js";

/** What the kernel asked of the adapter. `atMs`: milliseconds since the epoch, with fractions. */
export type UsbEvent = { readonly atMs: number } & (
  | { readonly name: "tx"; readonly value: Uint8Array }
  /** Only the lines that the request sets. */
  | { readonly name: "lines"; readonly value: { readonly dtr?: boolean; readonly rts?: boolean } }
  | { readonly name: "flow"; readonly value: { readonly rtsCts: boolean } }
  | { readonly name: "bps"; readonly value: number }
  /** Such as "8N1"; parity may be M or S. */
  | { readonly name: "frame"; readonly value: string }
  | { readonly name: "break"; readonly value: boolean }
  | { readonly name: "reset"; readonly value: number }
);

export type LineError = "frame" | "parity" | "overrun" | "break";

/** The FT232R, or by the driver's name another adapter, of which only the modem lines and what is sent are seen. */
export type Chip = "ft232r" | "cdc_acm" | "cp210x" | "ch341" | "pl2303";

interface UsbSimOptions {
  readonly chip?: Chip;
  /** Of vhci_hcd, 0..7; each plugged adapter has its own. */
  readonly port?: number;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  /** Of an FT232R; the others have ids that their drivers know. */
  readonly vendorId?: number;
  readonly productId?: number;
  /** Whether bytes leave at the speed that is set. */
  readonly pace?: boolean;
}

const DEFAULTS = {
  chip: "ft232r",
  port: 0,
  serial: "RIG00001",
  manufacturer: "FTDI",
  product: "FT232R USB UART",
  vendorId: 0x0403,
  productId: 0x6001,
  pace: true,
};

const plugged = new Set<UsbSim>();

/** Pulls what failed tests have left plugged. */
export async function pullLeftAdapters(): Promise<void> {
  for (const sim of plugged) await sim.close();
}

export class UsbSim {
  /** Such as `/dev/ttyUSB1`; another one after a replug with the port still open. */
  path = "";
  /** Everything asked of the adapter so far, in order. */
  readonly events: UsbEvent[] = [];
  readonly #worker: Worker;
  readonly #serial: string;
  readonly #waiting = new Map<number, (error: string | undefined) => void>();
  #lastId = 0;

  private constructor(options: UsbSimOptions) {
    const all = { ...DEFAULTS, ...options };
    this.#serial = all.serial;
    this.#worker = new Worker(new URL("./usb-sim/worker.mjs", import.meta.url), { workerData: all });
    this.#worker.on("message", (message: { event?: UsbEvent; id?: number; error?: string }) => {
      if (message.event) this.events.push(message.event);
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message.error);
    });
    this.#worker.unref();
  }

  /** A plugged adapter whose tty is there. */
  static async plug(options: UsbSimOptions = {}): Promise<UsbSim> {
    const sim = new UsbSim(options);
    plugged.add(sim);
    await sim.plugIn();
    return sim;
  }

  /** Plugs it in again. */
  async plugIn(): Promise<void> {
    await this.#do("plug");
    this.path = await until(
      `a tty of the adapter ${this.#serial}`,
      () => ttys().find((path) => serialOf(path) === this.#serial && existsSync(path)),
      30_000,
    );
  }

  /** Pulls the plug. */
  async unplug(): Promise<void> {
    await this.#do("unplug");
  }

  async close(): Promise<void> {
    plugged.delete(this);
    await this.unplug();
    await until(`${this.path} to go`, () => !existsSync(this.path), 30_000);
    await this.#worker.terminate();
  }

  /** Bytes come in on the line, every one of them (62 at most) with `error` where given. */
  async send(bytes: Uint8Array | string, error?: LineError): Promise<void> {
    await this.#do("receive", { bytes: bytesOf(bytes), error });
  }

  async sendBreak(): Promise<void> {
    await this.send(Uint8Array.of(0), "break");
  }

  /** The other end raises and lowers its lines. */
  async setLines(lines: Partial<Record<"cts" | "dsr" | "dcd" | "ri", boolean>>): Promise<void> {
    await this.#do("setLines", lines);
  }

  /** Resolves when `events` holds everything that was asked until now. */
  async heard(): Promise<void> {
    await this.#do("answer");
  }

  /** The bytes that the port has sent. */
  get received(): Buffer {
    return Buffer.concat(this.events.flatMap((event) => (event.name === "tx" ? [event.value] : [])));
  }

  /** The lines as the last requests left them; undefined while nothing was asked. */
  get lines(): { dtr?: boolean; rts?: boolean } {
    return Object.assign({}, ...this.events.map((event) => (event.name === "lines" ? event.value : {})));
  }

  /** The last value of a kind of event. */
  last<N extends UsbEvent["name"]>(name: N): Extract<UsbEvent, { name: N }>["value"] | undefined {
    return this.events.findLast((event) => event.name === name)?.value as never;
  }

  #do(action: string, argument?: unknown): Promise<void> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (error) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve();
        else reject(new Error(`usb-sim: ${error}`));
      });
      this.#worker.postMessage({ id, action, argument });
    });
  }
}

function ttys(): string[] {
  return readdirSync("/sys/class/tty")
    .filter((name) => /^tty(USB|ACM)/.test(name))
    .map((name) => `/dev/${name}`);
}

/** The serial number of an emulated adapter by its tty; undefined for others. */
function serialOf(path: string): string | undefined {
  try {
    const device = realpathSync(`/sys/class/tty/${path.slice("/dev/".length)}/device`);
    if (!device.includes("vhci_hcd")) return undefined;
    // A USB interface (ttyACM), or a port of usb-serial below it (ttyUSB).
    const interface_ = device.includes("/ttyUSB") ? dirname(device) : device;
    return readFileSync(join(dirname(interface_), "serial"), "utf8").trim();
  } catch {
    return undefined; // going
  }
}
