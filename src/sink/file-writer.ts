/**
 * Bytes to the end of a file, on a thread: nothing here ever waits for a disk. Knows one write at a time, a bounded
 * backlog, and what to do with a failure; not what the bytes mean.
 *
 * What comes is gathered until it makes a whole piece, or for LINGER_MS, and written then, if the write before is done: a
 * SIGKILL loses what came since then, some 10 ms on a disk that works. What the file holds is always a prefix of what was
 * given to it.
 */
import { close, write, writeSync } from "node:fs";
import { RobinError } from "../errors.js";
import { describeError, type OpenMode, openFileSync } from "./open-file.js";
import { PIECE_BYTES, PieceQueue } from "./piece-queue.js";

/** So long fewer bytes than a piece wait for more: a write of 4 KiB costs nearly what one of 256 KiB does. */
const LINGER_MS = 10;
/** A FIFO that is full says nothing when it has room. */
const RETRY_MS = 10;
/** From so much on there is no room: a disk that takes 40 MB/s or more is never behind by more than 100 ms. */
const ROOM_BYTES = 4 * 1024 * 1024;
/**
 * What comes all the same, because not everybody can be held back (a paste, events), is taken up to here. Behind it the
 * disk counts as dead.
 */
const LIMIT_BYTES = 64 * 1024 * 1024;
const CLOSED = -1;

export interface FileWriterOptions {
  /** What the file is, for messages: "log". */
  readonly what: string;
  readonly path: string;
  readonly mode?: OpenMode;
  /** `hasRoom` is false while at least so many bytes wait. Default 4 MiB. */
  readonly roomBytes?: number;
  /** More than so many waiting bytes end it. Default 64 MiB. */
  readonly limitBytes?: number;
  /** It takes nothing more: told once, never from inside `write`. */
  readonly onFailed: (error: RobinError) => void;
}

/** A place in the bytes, behind which another file begins. */
interface Cut {
  /** What `#written` is there. */
  readonly at: number;
  readonly next: () => Promise<NextFile | undefined>;
}

export interface NextFile {
  readonly fd: number;
  readonly path: string;
}

export class FileWriter {
  /** To be called when there is room again after there was none, and when nothing is held any more. */
  onRoom: () => void = () => {};
  /** When the file last took bytes, in ms of performance.now(). */
  wroteAtMs = performance.now();
  readonly #options: FileWriterOptions;
  readonly #roomBytes: number;
  readonly #limitBytes: number;
  readonly #waiting = new PieceQueue();
  readonly #cuts: Cut[] = [];
  #fd: number;
  #path: string;
  #written = 0;
  /** A thread has the file. */
  #isBusy = false;
  /** It takes what comes. */
  #isOpen = true;
  #isFailing = false;
  /** Nothing is written any more. */
  #hasEnded = false;
  /** Fewer bytes than a piece wait for more. */
  #linger: NodeJS.Timeout | undefined;
  /** The file was full, and is tried again. */
  #retry: NodeJS.Timeout | undefined;
  readonly #settling = new Set<() => void>();

  /** Opens the file. Throws RobinError: open-failed. */
  constructor(options: FileWriterOptions) {
    this.#options = options;
    this.#roomBytes = options.roomBytes ?? ROOM_BYTES;
    this.#limitBytes = options.limitBytes ?? LIMIT_BYTES;
    this.#path = options.path;
    this.#fd = openFileSync(options.what, options.path, options.mode ?? "append");
  }

  /** Whether what is written now is kept. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The file that bytes go to at present. */
  get path(): string {
    return this.#path;
  }

  /** Its descriptor, for a look at it. */
  get fd(): number {
    return this.#fd;
  }

  /** Bytes that the file has not taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether more may come now; always where it is not kept any more. It takes what comes all the same. */
  get hasRoom(): boolean {
    return !this.#isOpen || this.#waiting.length < this.#roomBytes;
  }

  /** Appends `from[start..end)`, which may be changed afterwards. */
  write(from: Uint8Array, start: number, end: number): void {
    if (!this.#isOpen || this.#isFailing || end <= start) return;
    if (this.#waiting.length + end - start > this.#limitBytes) {
      const why = `it takes nothing, and ${this.#waiting.length} bytes wait for it`;
      this.#isFailing = true; // bytes behind a gap would be worse than none
      setImmediate(() => this.#fail(why));
      return;
    }
    this.#waiting.push(from, start, end);
    this.#go();
  }

  /**
   * What comes from now on goes to another file, which `next` opens when the bytes before are written; undefined: it stays
   * with this one. It may not reject.
   */
  cut(next: () => Promise<NextFile | undefined>): void {
    if (this.#isOpen) this.#cuts.push({ at: this.#written + this.#waiting.length, next });
  }

  /** Resolves when all is written, or after `limitMs`, or when nothing is kept any more. */
  settle(limitMs: number): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        this.#settling.delete(done);
        resolve();
      };
      const limit = setTimeout(done, limitMs);
      this.#settling.add(done);
      this.#go();
    });
  }

  /**
   * Takes nothing more, at once. What waits is tried once more; where a thread has the file, it goes on with it as long as
   * the process lives: to wait for that may be for ever.
   */
  close(): void {
    if (!this.#isOpen) return;
    const hadRoom = this.hasRoom;
    this.#isOpen = false;
    if (!this.#isBusy) this.#tryOnce();
    if (!hadRoom) this.onRoom();
  }

  /** Writes the next piece, unless that has to wait: for a thread, for room in the file, or for more. */
  #go(): void {
    if (this.#isBusy || this.#retry !== undefined || this.#hasEnded) return;
    if (this.#waiting.length >= PIECE_BYTES || this.#settling.size > 0 || !this.#isOpen) this.#step();
    else if (this.#waiting.length > 0) this.#linger ??= setTimeout(() => this.#step(), LINGER_MS);
  }

  #step(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    const cut = this.#cuts[0];
    if (cut?.at === this.#written) {
      this.#cuts.shift();
      this.#isBusy = true;
      void cut.next().then((file) => this.#turnTo(file));
    } else {
      const head = this.#waiting.head();
      this.#writeOut(cut ? head.subarray(0, cut.at - this.#written) : head);
    }
  }

  #turnTo(file: NextFile | undefined): void {
    this.#isBusy = false;
    if (file) {
      this.#closeFile();
      this.#fd = file.fd;
      this.#path = file.path;
    }
    if (this.#hasEnded) this.#closeFile();
    else this.#step();
  }

  #writeOut(bytes: Uint8Array): void {
    this.#isBusy = true;
    write(this.#fd, bytes, 0, bytes.length, null, (error, taken) => {
      this.#isBusy = false;
      if (this.#hasEnded) return this.#closeFile();
      if (error?.code === "EINTR") return this.#writeOut(bytes);
      if (error && error.code !== "EAGAIN") return this.#fail(describeError(error), error);
      if (error || taken === 0) return this.#tryLater();
      this.wroteAtMs = performance.now();
      this.#took(taken);
      if (this.#waiting.length > 0) this.#go();
      else this.#emptied();
    });
  }

  #emptied(): void {
    for (const done of this.#settling) done();
    if (!this.#isOpen) this.#end();
  }

  #tryLater(): void {
    if (!this.#isOpen) return this.#end();
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#step();
    }, RETRY_MS);
  }

  #took(count: number): void {
    const hadRoom = this.hasRoom;
    this.#waiting.take(count);
    this.#written += count;
    if (!hadRoom && this.hasRoom) this.onRoom();
  }

  #tryOnce(): void {
    try {
      while (this.#waiting.length > 0) this.#took(writeSync(this.#fd, this.#waiting.head()));
    } catch {
      // full, or nobody reads: it is given up
    }
    this.#end();
  }

  #fail(why: string, cause?: unknown): void {
    const { what, onFailed } = this.#options;
    this.#end();
    const details = cause === undefined ? {} : { cause };
    onFailed(new RobinError("unsent", `write ${what} ${this.#path}: ${why}`, details));
  }

  #end(): void {
    const hadRoom = this.hasRoom;
    this.#isOpen = false;
    this.#hasEnded = true;
    clearTimeout(this.#linger);
    clearTimeout(this.#retry);
    this.#waiting.clear();
    this.#cuts.length = 0;
    if (!this.#isBusy) this.#closeFile();
    for (const done of this.#settling) done();
    if (!hadRoom) this.onRoom();
  }

  /** On a thread as well: a file of another machine is only written out now. */
  #closeFile(): void {
    if (this.#fd !== CLOSED) close(this.#fd, () => {});
    this.#fd = CLOSED;
  }
}
