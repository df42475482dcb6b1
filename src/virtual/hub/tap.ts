/**
 * A recording of everything that is said on a hub: one JSON object a line, in the order of the bus. Knows a file, written
 * on a thread so that a slow disk stops nobody; not what the messages mean.
 *
 * It loses nothing while it lives: where the file takes no more, it holds the speakers, as long as patience goes. Then, or
 * where the file cannot be written at all, it is given up, which is told, and the hub goes on.
 */
import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync, write } from "node:fs";
import { RobinError } from "../../errors.js";
import { describeErrno } from "../../tty/sys-error.js";
import { nowS } from "../port/virtual-event.js";
import type { Ear } from "./ear.js";

/** Lines that wait for the file; and events, which nobody can hold, behind them. */
const BACKLOG_BYTES = 16 * 1024 * 1024;
/** At the most so much in one write: a disk that is slow and not stuck shows it by the end of each. */
const WRITE_BYTES = 256 * 1024;
/** A FIFO that is full says nothing when it has room. */
const RETRY_MS = 10;

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
  readonly #fd: number;
  #lines: Buffer[] = [];
  #waiting = 0;
  /** Bytes of events that came while there was no room. */
  #crowd = 0;
  #isWriting = false;
  #isLost = false;
  #timer: NodeJS.Timeout | undefined;
  #wroteAtMs = performance.now();
  #settled: (() => void) | undefined;

  /** Opens the file, behind what is there. Throws RobinError: open-failed. */
  constructor(options: TapOptions) {
    this.#options = options;
    this.#fd = openTap(options.path);
    if (endsInLine(this.#fd)) this.#putLine(Buffer.from("\n"));
  }

  get room(): number {
    return this.#isLost || this.#waiting < this.#bound ? Number.POSITIVE_INFINITY : 0;
  }

  get #bound(): number {
    return this.#options.backlogBytes ?? BACKLOG_BYTES;
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
    if (before > this.#bound || this.#crowd <= this.#bound) return;
    setImmediate(() => this.#lose("it is too slow for the events", this.#options.path));
  }

  waitedFor(): void {
    if (this.#timer !== undefined) return;
    const { patienceMs, path } = this.#options;
    const sinceMs = performance.now();
    const look = () => {
      this.#timer = undefined;
      const leftMs = Math.max(sinceMs, this.#wroteAtMs) + patienceMs - performance.now();
      if (leftMs > 0) this.#timer = setTimeout(look, leftMs);
      else this.#lose(`it took no byte for ${patienceMs} ms`, path);
    };
    this.#timer = setTimeout(look, patienceMs);
  }

  released(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Resolves when all is written; after `limitMs` it is given up. */
  async settle(limitMs: number): Promise<void> {
    if (this.#waiting === 0 || this.#isLost) return;
    const timer = setTimeout(() => {
      this.#lose(`${this.#waiting} bytes were not taken within ${limitMs} ms of the end`, this.#options.path);
    }, limitMs);
    await new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
    clearTimeout(timer);
  }

  /** Returns the length of its line. */
  #put(event: object): number {
    if (this.#isLost || this.#crowd > this.#bound) return 0;
    const line = Buffer.from(this.#options.line(event));
    this.#putLine(line);
    return line.length;
  }

  #putLine(line: Buffer): void {
    this.#lines.push(line);
    this.#waiting += line.length;
    if (!this.#isWriting) {
      this.#isWriting = true;
      setImmediate(() => this.#write()); // with all that is said in this turn
    }
  }

  #write(): void {
    let count = 0;
    let size = 0;
    while (count < this.#lines.length && size < WRITE_BYTES) size += this.#lines[count++]!.length;
    const bytes = Buffer.concat(this.#lines.splice(0, count));
    this.#writeOut(bytes);
  }

  #writeOut(bytes: Buffer): void {
    if (this.#isLost) return;
    write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
      if (this.#isLost) return;
      if (error?.code === "EAGAIN") return void setTimeout(() => this.#writeOut(bytes), RETRY_MS);
      if (error) return this.#lose(describe(error), this.#options.path, error);
      this.#wroteAtMs = performance.now();
      this.#waiting -= written;
      if (this.room > 0) {
        this.#crowd = 0;
        this.onRoom();
      }
      if (written < bytes.length) return this.#writeOut(bytes.subarray(written));
      if (this.#lines.length > 0) return this.#write();
      this.#isWriting = false;
      this.#settled?.();
    });
  }

  #lose(reason: string, path: string, cause?: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#lines = [];
    this.#waiting = 0;
    this.released();
    this.#settled?.();
    this.onRoom();
    this.#options.onLost(
      new RobinError(
        "unsent",
        `write tap ${path}: ${reason}; it ends here`,
        cause === undefined ? {} : { cause },
      ),
    );
  }
}

/** Never waits: a FIFO without a reader is an error. */
function openTap(path: string): number {
  const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY, 0o666);
  } catch (error) {
    const isFifo = (error as NodeJS.ErrnoException).code === "ENXIO";
    const reason = isFifo ? "nobody reads from it" : describe(error as NodeJS.ErrnoException);
    throw new RobinError("open-failed", `open tap ${path}: ${reason}`, { cause: error });
  }
}

/** Whether a file ends in the middle of a line: whoever wrote it was killed. */
function endsInLine(fd: number): boolean {
  const stats = fstatSync(fd);
  if (!stats.isFile() || stats.size === 0) return false;
  try {
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY);
    try {
      const last = Buffer.alloc(1);
      return readSync(own, last, 0, 1, stats.size - 1) === 1 && last[0] !== 0x0a;
    } finally {
      closeSync(own);
    }
  } catch {
    return false; // not ours to read
  }
}

function describe(error: NodeJS.ErrnoException): string {
  const [, text] = describeErrno(-(error.errno ?? 0));
  return `${text} (${error.code})`;
}
