/**
 * The log: what the port said, in a file, as it arrived or as the screen showed it. Knows which bytes those are, marks, secrets
 * and when one file ends; not how a file is written, nor who asked for it.
 *
 * A log that cannot be written any more ends, which is told; the session goes on.
 */
import { fstatSync } from "node:fs";
import { createMask } from "../bytes/mask.js";
import { printable } from "../bytes/printable.js";
import type { Stage } from "../bytes/stage.js";
import { parseTimeFormat, type TimeFormat } from "../bytes/time-format.js";
import { RobinError } from "../errors.js";
import type { Clock } from "../session/clock.js";
import type { SessionEvent } from "../session/session-event.js";
import type { Tap } from "../session/tap.js";
import { Cutter } from "./cutter.js";
import { FileWriter } from "./file-writer.js";
import { LogFiles } from "./log-files.js";
import { parseLogName } from "./log-name.js";
import { endsMidLine } from "./open-file.js";

export interface LogOptions {
  /** The file's name; letters of strftime(3) and `{port}` stand for others (log-name.ts). */
  readonly pattern: string;
  /** What is kept: bytes as they arrived, or as the screen showed them. */
  readonly tap: "raw" | "shown";
  /** What becomes of a file that is there already. */
  readonly mode: "append" | "new";
  /** A new file after so many bytes, at a line's end where one comes within 4 KiB. */
  readonly rotateBytes?: number;
  /** A new file where local time reaches a multiple of so many ms. */
  readonly rotateMs?: number;
  /** So many old files at the most, of those that rotation has made. Absent: all. */
  readonly keep?: number;
  /** Secrets: what it matches, or its groups do, is kept as `***`. */
  readonly mask?: RegExp;
}

interface LogContext {
  /** The port's name, for the file's. */
  readonly port: string;
  readonly clock: Clock;
  readonly say: (level: "warning", text: string) => void;
}

export interface Log extends Tap {
  /** The file that is written at present. */
  readonly path: string;
  /** Whether what comes is kept; false after a failure too. */
  readonly isOpen: boolean;
  /** Another mask from now on, or none. */
  setMask(mask: RegExp | undefined): void;
}

const LF = 0x0a;

/** Opens the file. Throws RobinError: usage, open-failed. */
export function openLog(options: LogOptions, context: LogContext): Log {
  return new FileLog(options, context);
}

class FileLog implements Log {
  readonly #context: LogContext;
  readonly #options: LogOptions;
  readonly #writer: FileWriter;
  readonly #files: LogFiles;
  readonly #cutter: Cutter | undefined;
  #mask: Stage | undefined;
  readonly #markTime: TimeFormat = parseTimeFormat("%F %T");
  #isMidLine: boolean;
  #rotationFailed = false;

  constructor(options: LogOptions, context: LogContext) {
    this.#options = options;
    this.#context = context;
    const { port, clock, say } = context;
    const name = parseLogName(options.pattern);
    this.#mask = options.mask && createMask(options.mask);
    this.#files = new LogFiles({ name, port, keep: options.keep });
    const wallUs = clock.wallUs(clock.nowUs());
    this.#writer = new FileWriter({
      what: "log",
      path: name.at(port, wallUs),
      mode: options.mode,
      onFailed: ({ message }) => say("warning", `${message}; the log ends here, the session goes on`),
    });
    this.#isMidLine = endsMidLine(this.#writer.fd);
    this.#cutter = this.#createCutter(wallUs);
  }

  rx(bytes: Uint8Array, end: number, atUs: number): void {
    if (this.#options.tap === "raw") this.#keep(bytes, end, atUs);
  }

  shown(bytes: Uint8Array, atUs: number): void {
    if (this.#options.tap === "shown") this.#keep(bytes, bytes.length, atUs);
  }

  get path(): string {
    return this.#writer.path;
  }
  get isOpen(): boolean {
    return this.#writer.isOpen;
  }
  get hasRoom(): boolean {
    return this.#writer.hasRoom;
  }
  get onRoom(): () => void {
    return this.#writer.onRoom;
  }
  set onRoom(listener: () => void) {
    this.#writer.onRoom = listener;
  }

  /** A mark is a line of its own. The port's coming and going is noted in what is shown only: raw bytes stay the port's. */
  event(event: SessionEvent, atUs: number): void {
    if (event.event === "mark") this.#note("MARK", event.text, atUs);
    else if (this.#options.tap === "shown" && (event.event === "lost" || event.event === "back")) {
      this.#note(event.event.toUpperCase(), event.port, atUs);
    }
  }

  async settle(limitMs: number): Promise<void> {
    this.#flushMask();
    await this.#writer.settle(limitMs);
    const { path, waiting } = this.#writer;
    if (waiting === 0) return;
    this.#context.say("warning", `write log ${path}: ${waiting} bytes were not taken within ${limitMs} ms`);
  }

  setMask(mask: RegExp | undefined): void {
    this.#flushMask();
    this.#mask = mask && createMask(mask);
  }

  close(): void {
    this.#flushMask();
    this.#writer.close();
  }

  #note(word: string, text: string, atUs: number): void {
    const wallUs = this.#context.clock.wallUs(atUs);
    const time = this.#markTime.text({ wallUs, sinceStartUs: atUs, sinceLineUs: 0 });
    const words = ["--", word, time, ...(text === "" ? [] : [printable(text)]), "--\n"].join(" ");
    const line = Buffer.from(this.#isMidLine ? `\n${words}` : words);
    this.#put(line, line.length, atUs);
  }

  /** Keeps `bytes[0..end)`, with secrets out of it. */
  #keep(bytes: Uint8Array, end: number, atUs: number): void {
    if (this.#mask === undefined) return this.#put(bytes, end, atUs);
    const masked = this.#mask.push(end === bytes.length ? bytes : bytes.subarray(0, end), atUs);
    this.#put(masked, masked.length, atUs);
  }

  #put(bytes: Uint8Array, end: number, atUs: number): void {
    if (end === 0) return;
    let start = 0;
    if (this.#cutter !== undefined) {
      const wallUs = this.#context.clock.wallUs(atUs);
      for (;;) {
        const place = this.#cutter.next(bytes, start, end, wallUs / 1000);
        if (place === -1) break;
        this.#writer.write(bytes, start, place);
        this.#writer.cut(() => this.#nextFile(wallUs));
        start = place;
      }
    }
    this.#writer.write(bytes, start, end);
    this.#isMidLine = bytes[end - 1] !== LF;
  }

  async #nextFile(wallUs: number) {
    try {
      const next = await this.#files.next(this.#writer, wallUs);
      this.#rotationFailed = false;
      return next;
    } catch (error) {
      // Once: it is tried again at each cut.
      if (!this.#rotationFailed) {
        this.#context.say("warning", `${(error as Error).message}; the log goes on in the same file`);
      }
      this.#rotationFailed = true;
      return undefined;
    }
  }

  #createCutter(wallUs: number): Cutter | undefined {
    const { rotateBytes, rotateMs } = this.#options;
    if (rotateBytes === undefined && rotateMs === undefined) return undefined;
    const { path, fd } = this.#writer;
    const stats = fstatSync(fd);
    if (!stats.isFile()) {
      this.#writer.close();
      // A device or a FIFO would be renamed.
      throw new RobinError("open-failed", `rotate log ${path}: it is no regular file`);
    }
    const { size } = stats;
    const wallMs = size > 0 ? stats.mtimeMs : wallUs / 1000;
    return new Cutter({ rotateBytes, rotateMs, size, isMidLine: this.#isMidLine, wallMs });
  }

  #flushMask(): void {
    const atUs = this.#context.clock.nowUs();
    const rest = this.#mask?.flush(atUs);
    if (rest !== undefined) this.#put(rest, rest.length, atUs);
  }
}
