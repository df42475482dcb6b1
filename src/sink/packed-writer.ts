/**
 * Bytes to the end of a file, compressed on a thread. Knows gzip and zstd as Node's zlib has them, and that what is packed has
 * to be seen in the file soon; the file itself is file-writer.ts's, and not what the bytes mean.
 *
 * What comes is gathered for FLUSH_MS or until it makes a piece, then packed, and flushed to a block of its own: who reads the
 * file while it is written sees it, and a SIGKILL loses less than 100 ms of it.
 */
import { createRequire } from "node:module";
import type zlib from "node:zlib";
import { RobinError } from "../errors.js";
import { FileWriter, type FileWriterOptions } from "./file-writer.js";
import { PIECE_BYTES, PieceQueue } from "./piece-queue.js";

/** With the file's own 10 ms and the packing it is some 50 ms in all, and less than 100 on a busy machine. */
const FLUSH_MS = 30;
/** Behind so much there is no room: some 30 ms of packing. Behind the second the thread, or the disk, counts as dead. */
const ROOM_BYTES = 2 * 1024 * 1024;
const LIMIT_BYTES = 64 * 1024 * 1024;
/** Lines of JSON are packed to a tenth by it, at twice the speed of level 6. */
const GZIP_LEVEL = 3;

export type Packing = "gzip" | "zstd";

/** What the two streams have in common. */
type PackStream = zlib.Gzip;

/** What the types of older Nodes do not have. */
interface Zstd {
  readonly createZstdCompress?: () => PackStream;
  readonly constants: { readonly ZSTD_e_flush: number };
}

// Loaded when something is to be packed: most sessions do not want it.
const require = createRequire(import.meta.url);
const loadZlib = () => require("node:zlib") as typeof zlib & Zstd;

/** Whether this Node can pack so: zstd came with 22.15. */
export function canPack(packing: Packing): boolean {
  return packing === "gzip" || loadZlib().createZstdCompress !== undefined;
}

/** How a file of this name is packed, if it is. Throws RobinError "usage" where this Node cannot. */
export function requirePacking(path: string): Packing | undefined {
  const packing = path.endsWith(".gz") ? "gzip" : path.endsWith(".zst") ? "zstd" : undefined;
  if (packing === undefined || canPack(packing)) return packing;
  throw new RobinError("usage", `pack ${path}: Node ${process.version} has no zstd`, {
    hint: "Node 22.15 and later have it; a name that ends in .gz is packed by gzip",
  });
}

export class PackedWriter {
  onRoom: () => void = () => {};
  readonly #options: FileWriterOptions;
  readonly #packing: Packing;
  readonly #file: FileWriter;
  readonly #waiting = new PieceQueue();
  /** Begun with the first byte, and again after each `settle`: the file is then a whole one. */
  #stream: PackStream | undefined;
  /** The stream is at work. */
  #isBusy = false;
  #isOpen = true;
  /** Until what came has to be seen in the file; it has to be now. */
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isEnding = false;
  #ended: (() => void)[] = [];

  /** Opens the file. `packing` has to be one that `canPack`. Throws RobinError: open-failed. */
  constructor(options: FileWriterOptions, packing: Packing) {
    this.#options = options;
    this.#packing = packing;
    this.#file = new FileWriter({
      ...options,
      onFailed: (error) => {
        this.#end();
        options.onFailed(error);
      },
    });
    this.#file.onRoom = () => {
      this.#go();
      this.#tellRoom(false);
    };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes that are not packed yet, and those of the packed ones that the file has not taken. */
  get waiting(): number {
    return this.#waiting.length + this.#file.waiting;
  }

  get hasRoom(): boolean {
    return this.#waiting.length < ROOM_BYTES && this.#file.hasRoom;
  }

  /** Appends `from[start..end)`, which may be changed afterwards. */
  write(from: Uint8Array, start: number, end: number): void {
    if (!this.#isOpen || end <= start) return;
    if (this.#waiting.length + end - start > LIMIT_BYTES) {
      this.#isOpen = false;
      setImmediate(() => this.#fail(`it takes nothing, and ${this.#waiting.length} bytes wait for it`));
      return;
    }
    this.#waiting.push(from, start, end);
    this.#arm();
    if (this.#waiting.length >= PIECE_BYTES) this.#go();
  }

  /** Resolves when all is in the file, which is then a whole one, or after `limitMs`, or when nothing is kept any more. */
  async settle(limitMs: number): Promise<void> {
    const deadlineMs = performance.now() + limitMs;
    if (this.#isOpen && (this.#stream !== undefined || this.#waiting.length > 0)) {
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, limitMs);
        this.#ended.push(() => {
          clearTimeout(limit);
          resolve();
        });
        this.#isEnding = true;
        this.#go();
      });
    }
    await this.#file.settle(Math.max(0, deadlineMs - performance.now()));
  }

  /** Ends it at once. What is not packed by now is lost, as by a SIGKILL: to wait for a thread may be for ever. */
  close(): void {
    this.#file.close();
    this.#end();
  }

  /** Packs and flushes what came by then, soon. */
  #arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isDue = true;
      this.#go();
    }, FLUSH_MS);
  }

  /** What is next, unless that has to wait: for the thread, or for room in the file. */
  #go(): void {
    if (this.#isBusy || !this.#isOpen || !this.#file.hasRoom) return;
    const isWanted = this.#isDue || this.#isEnding || this.#waiting.length >= PIECE_BYTES;
    if (this.#waiting.length > 0 && isWanted) this.#pack();
    else if (this.#isEnding) this.#endStream();
    else if (this.#isDue) this.#flush();
  }

  #pack(): void {
    this.#stream ??= this.#begin();
    const head = this.#waiting.head();
    this.#isBusy = true;
    this.#stream.write(head, () => {
      this.#isBusy = false;
      if (!this.#isOpen) return;
      const hadRoom = this.hasRoom;
      this.#waiting.take(head.length);
      if (this.#isDue) this.#flush();
      else this.#go();
      this.#tellRoom(hadRoom);
    });
  }

  #flush(): void {
    this.#isDue = false;
    this.#isBusy = true;
    const { constants } = loadZlib();
    const kind = this.#packing === "gzip" ? constants.Z_SYNC_FLUSH : constants.ZSTD_e_flush;
    const done = () => {
      this.#isBusy = false;
      if (!this.#isOpen) return;
      if (this.#waiting.length > 0) this.#arm();
      this.#go();
    };
    if (this.#stream) this.#stream.flush(kind, done);
    else done();
  }

  #endStream(): void {
    const settled = () => {
      this.#isEnding = false;
      this.#isBusy = false;
      this.#stream = undefined;
      for (const tell of this.#ended.splice(0)) tell();
      this.#go();
    };
    if (this.#stream === undefined) return settled();
    this.#isBusy = true;
    this.#stream.once("end", settled);
    this.#stream.end();
  }

  #begin(): PackStream {
    const { createGzip, createZstdCompress } = loadZlib();
    const stream = this.#packing === "gzip" ? createGzip({ level: GZIP_LEVEL }) : createZstdCompress!();
    stream.on("data", (bytes: Uint8Array) => this.#file.write(bytes, 0, bytes.length));
    stream.on("error", (error) => this.#fail(error.message, error));
    return stream;
  }

  #tellRoom(hadRoom: boolean): void {
    if (!hadRoom && this.hasRoom) this.onRoom();
  }

  #fail(why: string, cause?: unknown): void {
    const { what, path, onFailed } = this.#options;
    this.#file.close();
    this.#end();
    onFailed(new RobinError("unsent", `write ${what} ${path}: ${why}`, cause === undefined ? {} : { cause }));
  }

  #end(): void {
    const hadRoom = this.hasRoom;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#stream?.destroy();
    this.#waiting.clear();
    for (const tell of this.#ended.splice(0)) tell();
    this.#tellRoom(hadRoom);
  }
}
