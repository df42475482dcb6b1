/**
 * A recording of everything that is said on a hub: one JSON object a line, in the order of the bus. Knows a file, written
 * on a thread so that a slow disk stops nobody; not what the messages mean.
 *
 * It loses nothing while it lives: where the file takes no more, it holds the speakers, as long as patience goes. Then, or
 * where the file cannot be written at all, it is given up, which is told, and the hub goes on.
 */
import { isUtf8 } from "node:buffer";
import { RobinError } from "../../errors.js";
import { FileWriter } from "../../sink/file-writer.js";
import { endsMidLine } from "../../sink/open-file.js";
import { nowS } from "../port/virtual-event.js";
import type { Ear } from "./ear.js";

/** Lines that wait for the file; and events, which nobody can hold, behind them. */
const BACKLOG_BYTES = 16 * 1024 * 1024;
const NEWLINE = Buffer.from("\n");

interface TapOptions {
  readonly path: string;
  readonly patienceMs: number;
  /** The object as one line. */
  readonly line: (value: object) => string;
  /** It is given up. Not called from inside `give` or `event`. */
  readonly onLost: (error: RobinError) => void;
  readonly backlogBytes?: number;
}

export class Tap implements Ear {
  onRoom: () => void = () => {};
  readonly #options: TapOptions;
  readonly #writer: FileWriter;
  readonly #roomBytes: number;
  /** Bytes of events that came while there was no room. */
  #crowd = 0;
  #isLost = false;
  #timer: NodeJS.Timeout | undefined;

  /** Opens the file, behind what is there. Throws RobinError: open-failed. */
  constructor(options: TapOptions) {
    this.#options = options;
    const roomBytes = options.backlogBytes ?? BACKLOG_BYTES;
    this.#roomBytes = roomBytes;
    this.#writer = new FileWriter({
      what: "tap",
      path: options.path,
      roomBytes,
      limitBytes: Number.POSITIVE_INFINITY, // the speakers are held, and the events are counted
      onFailed: (error) => this.#lose(error),
    });
    this.#writer.onRoom = () => {
      this.#crowd = 0;
      this.onRoom();
    };
    if (endsMidLine(this.#writer.fd)) this.#writer.write(NEWLINE, 0, NEWLINE.length);
  }

  get room(): number {
    return this.#isLost || this.#writer.hasRoom ? Number.POSITIVE_INFINITY : 0;
  }

  give(speaker: string, bytes: Uint8Array, start: number, ends: readonly number[]): void {
    const at = nowS();
    let from = start;
    for (const end of ends) {
      const said = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from);
      const content = isUtf8(said) ? { text: said.toString("utf8") } : { base64: said.toString("base64") };
      this.#put({ event: "rx", at, port: speaker, ...content });
      from = end;
    }
  }

  event(event: object): void {
    const size = this.#put(event);
    if (this.room > 0) return;
    const before = this.#crowd;
    this.#crowd += size;
    if (before > this.#roomBytes || this.#crowd <= this.#roomBytes) return;
    setImmediate(() => this.#giveUp("it is too slow for the events"));
  }

  waitedFor(): void {
    if (this.#timer !== undefined) return;
    const { patienceMs } = this.#options;
    const sinceMs = performance.now();
    const look = () => {
      this.#timer = undefined;
      const leftMs = Math.max(sinceMs, this.#writer.wroteAtMs) + patienceMs - performance.now();
      if (leftMs > 0) this.#timer = setTimeout(look, leftMs);
      else this.#giveUp(`it took no byte for ${patienceMs} ms`);
    };
    this.#timer = setTimeout(look, patienceMs);
  }

  released(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Resolves when all is written; after `limitMs` it is given up. */
  async settle(limitMs: number): Promise<void> {
    await this.#writer.settle(limitMs);
    const { waiting } = this.#writer;
    if (waiting > 0) this.#giveUp(`${waiting} bytes were not taken within ${limitMs} ms of the end`);
  }

  /** Returns the length of its line. */
  #put(event: object): number {
    if (this.#isLost || this.#crowd > this.#roomBytes) return 0;
    const line = Buffer.from(this.#options.line(event));
    this.#writer.write(line, 0, line.length);
    return line.length;
  }

  #giveUp(why: string): void {
    this.#lose(new RobinError("unsent", `write tap ${this.#options.path}: ${why}`));
  }

  #lose({ code, message, cause }: RobinError): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.released();
    this.#writer.close();
    this.onRoom();
    this.#options.onLost(new RobinError(code, `${message}; it ends here`, { cause }));
  }
}
