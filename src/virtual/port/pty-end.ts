/**
 * One end of a virtual cable: a pty whose slave is there for any program to open, and whose bytes never end while robin
 * holds it, whoever opens and closes it meanwhile. Knows the kernel's ways with a slave that nobody has open; not what
 * becomes of the bytes.
 *
 * Facts (docs/notes/ptys.md): a master hangs up when the last holder of its slave leaves, and not before the first came;
 * it goes on taking bytes until the slave is full, keeps them and the settings for the next holder, and is good again as
 * soon as there is one.
 */
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../port/ends.js";
import { fdSink, fdSource } from "../../port/fd-ends.js";
import { close, POLLHUP, POLLIN, pollNow } from "../../tty/libc.js";
import { type PacketCondition, setPacketMode } from "../../tty/packet.js";
import type { Pty } from "../../tty/pty.js";
import { getTermios, type Termios } from "../../tty/termios.js";
import { createHolderCount, type SlaveEvent } from "./holder-count.js";
import { createLeftTimer } from "./left-timer.js";
import { packetSource } from "./packet-source.js";
import { discardInput, endExclusive, rawPty, setExtproc, visitSlave } from "./raw-pty.js";
import type { SlaveWatch, WatchedSlave } from "./slave-watch.js";

/** Whoever opens a slave again does so while the kernel still tells of the close: its event is there by now. */
const DOUBT_MS = 20;
/** Programs set a port in several steps; robin writes nothing in between. */
const SETTLED_MS = 50;

export interface PtyEndListener {
  /** Somebody has the slave open now, or nobody any more. */
  onHolder?(isOpen: boolean): void;
  /**
   * With this the master is in packet mode, and EXTPROC stands at the slave: what is done there is told, new settings
   * too. A slave with EXTPROC edits no lines (tty/packet.ts).
   */
  onConditions?(conditions: readonly PacketCondition[]): void;
  /** Nobody may open the slave again: its last holder has left it in exclusive use. Only `hangUp` helps. */
  onBarred?(): void;
}

/** A pty and what is asked of it; another one after `hangUp`. */
interface Opened extends Pty {
  readonly in: ByteSource;
  readonly out: ByteSink;
  readonly watch: WatchedSlave;
}

export class PtyEnd {
  /** Bytes that programs write to the slave. `read` is never GONE; it gives nothing while nobody has the slave open. */
  readonly source: ByteSource;
  /** Bytes for programs to read. `write` is never GONE; a slave that nobody has open takes what it has room for. */
  readonly sink: ByteSink;
  readonly #slaves: SlaveWatch;
  readonly #listener: PtyEndListener;
  readonly #count = createHolderCount((isOpen, isPast) => this.#tell(isOpen, isPast));
  #pty: Opened;
  /** Nobody has it open, and all that was written to it is read. */
  #isDrained = true;
  #wantsRead = false;
  #wantsWrite = false;
  /** While something is told that another close has followed. */
  #isPast = false;
  /** A holder may have left it in exclusive use. */
  readonly #left = createLeftTimer(() => this.#endExclusive());
  #isClosed = false;
  #doubt: NodeJS.Timeout | undefined;
  #extproc: NodeJS.Timeout | undefined;
  #readable = () => {};
  #writable = () => {};

  /** Throws SysError where there is no pty to be had. */
  constructor(slaves: SlaveWatch, listener: PtyEndListener = {}) {
    this.#slaves = slaves;
    this.#listener = listener;
    this.#pty = this.#open();
    const source: ByteSource = {
      read: (into) => this.#read(into),
      onReady: (ready) => {
        this.#readable = ready;
      },
      arm: () => this.#armRead(),
      disarm: () => {
        this.#wantsRead = false;
        this.#pty.in.disarm();
      },
      close: () => {},
    };
    this.source = listener.onConditions
      ? packetSource(source, (conditions) => this.#seeConditions(conditions))
      : source;
    this.sink = {
      write: (from, start, end) => this.#write(from, start, end),
      onReady: (ready) => {
        this.#writable = ready;
      },
      arm: () => this.#armWrite(),
      disarm: () => {
        this.#wantsWrite = false;
        this.#pty.out.disarm();
      },
      unsent: () => 0,
      close: () => {},
    };
  }

  /** The slave's path; another one after `hangUp`. */
  get path(): string {
    return this.#pty.path;
  }

  /** The master's descriptor; another one after `hangUp`. */
  get master(): number {
    return this.#pty.master;
  }

  /** Whether anybody has the slave open. */
  get isOpen(): boolean {
    return this.#count.isOpen;
  }

  /** What the program at the slave has set last, or robin's raw mode. */
  get termios(): Termios {
    return getTermios(this.master);
  }

  /**
   * Discards what the slave was given and nobody has read. What programs wrote to it stays. Returns how many bytes that was,
   * as far as the kernel tells: it counts 4 KiB at most, of some 15 that there may be.
   */
  discardUnread(): number {
    if (this.#isClosed || this.#isPast) return 0; // that close will be told next, and is the one that counts
    const count = this.#pty.watch.quietly(() => discardInput(this.path));
    this.#doubtSoon(); // of who came meanwhile
    return count;
  }

  /**
   * As if it were unplugged: every holder gets a hang-up. Behind the same object then stands a new pty. Throws SysError
   * where there is none to be had: then nothing has changed. Does nothing behind `close`.
   */
  hangUp(): void {
    if (this.#isClosed) return;
    const next = this.#open();
    this.#stop();
    this.#pty = next;
    this.#count.reset();
    this.#isDrained = true;
    if (this.#wantsWrite) setImmediate(() => this.#ready("write"));
  }

  /** For good. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
  }

  #open(): Opened {
    const { master, path } = rawPty();
    const opened: { close(): void }[] = [{ close: () => close(master) }];
    const keep = <T extends { close(): void }>(one: T): T => {
      opened.push(one);
      return one;
    };
    try {
      if (this.#listener.onConditions) {
        setExtproc(master);
        setPacketMode(master, true);
      }
      visitSlave(path);
      const pty = {
        master,
        path,
        in: keep(fdSource(master, { kind: "non-blocking", zero: "end" })),
        out: keep(fdSink(master, { kind: "non-blocking" })),
        watch: keep(this.#slaves.add(path, (events) => this.#see(events))),
      };
      pty.in.onReady(() => this.#ready("read"));
      pty.out.onReady(() => this.#ready("write"));
      return pty;
    } catch (error) {
      for (const one of opened.reverse()) one.close();
      throw error;
    }
  }

  #stop(): void {
    clearTimeout(this.#doubt);
    clearTimeout(this.#extproc);
    this.#left.cancel();
    this.#doubt = undefined;
    const { watch, in: input, out, master } = this.#pty;
    watch.close();
    input.close();
    out.close();
    close(master);
  }

  #ready(direction: "read" | "write"): void {
    if (this.#isClosed) return;
    if (direction === "read" && this.#wantsRead) {
      this.#wantsRead = false;
      this.#readable();
    } else if (direction === "write" && this.#wantsWrite) {
      this.#wantsWrite = false;
      this.#writable();
    }
  }

  #read(into: Uint8Array): number {
    if (this.#isClosed) return NOTHING; // the descriptor's number may be another file's
    const n = this.#pty.in.read(into);
    if (n !== GONE) return n;
    this.#isDrained = true;
    this.#left.drained(); // not before: a new pty would have none of the last words
    return NOTHING;
  }

  #write(from: Uint8Array, start: number, end: number): number {
    return this.#isClosed ? NOTHING : Math.max(NOTHING, this.#pty.out.write(from, start, end));
  }

  /** A hung-up master is ready all the time: then there is something to wait for only in front of its last bytes. */
  #armRead(): void {
    this.#wantsRead = !this.#isClosed;
    if (this.#wantsRead && !this.#isDrained) this.#pty.in.arm();
  }

  #armWrite(): void {
    this.#wantsWrite = !this.#isClosed;
    if (this.#wantsWrite && !this.#isHungUp()) this.#pty.out.arm();
  }

  #isHungUp(): boolean {
    return (pollNow(this.master, 0) & POLLHUP) !== 0;
  }

  #see(events: readonly SlaveEvent[]): void {
    if (this.#isClosed) return;
    clearTimeout(this.#doubt);
    if (this.#count.see(events, this.#isHungUp())) this.#doubtSoon();
    this.#wake();
  }

  #doubtSoon(): void {
    clearTimeout(this.#doubt);
    // Behind the timers of a late turn come its events: only then has there been none.
    this.#doubt = setTimeout(() => setImmediate(() => this.#settle()), DOUBT_MS);
    this.#doubt.unref();
  }

  #settle(): void {
    if (this.#isClosed) return;
    this.#count.settle(this.#isHungUp());
    this.#wake();
  }

  /** There may be bytes, of a holder or of one who came and left between two looks; a holder makes room. */
  #wake(): void {
    if (this.#isClosed) return;
    if (this.#count.isOpen || (pollNow(this.master, POLLIN) & POLLIN) !== 0) this.#isDrained = false;
    if (this.#wantsRead && !this.#isDrained) this.#pty.in.arm();
    if (this.#wantsWrite) this.#armWrite();
  }

  #tell(isOpen: boolean, isPast: boolean): void {
    if (this.#isClosed) return;
    if (isOpen) this.#left.cancel();
    else this.#left.left();
    // What a holder wrote before it left is still to be read.
    this.#isDrained = false;
    if (this.#wantsRead) this.#pty.in.arm();
    this.#isPast = isPast;
    this.#listener.onHolder?.(isOpen);
    this.#isPast = false;
  }

  #endExclusive(): void {
    if (this.#isClosed || !this.#isHungUp()) return;
    const isFree = this.#pty.watch.quietly(() => endExclusive(this.path));
    this.#doubtSoon(); // of who came meanwhile
    if (!isFree && this.#isHungUp()) this.#listener.onBarred?.();
  }

  #seeConditions(conditions: readonly PacketCondition[]): void {
    if (conditions.includes("ioctl")) {
      clearTimeout(this.#extproc);
      // Programs that know nothing of EXTPROC may clear it, and nothing more would be told.
      this.#extproc = setTimeout(() => {
        if (!this.#isClosed) setExtproc(this.master);
      }, SETTLED_MS);
    }
    this.#listener.onConditions?.(conditions);
  }
}
