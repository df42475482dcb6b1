/**
 * One end of a virtual cable: a pty whose slave is there for any program to open, and whose bytes never end while robin
 * holds it, whoever opens and closes it meanwhile. Knows the kernel's ways with a slave that nobody has open; not what
 * becomes of the bytes.
 *
 * Facts (seen on Linux 6.18, docs/notes/ptys.md): a master hangs up when the last holder of its slave leaves, and not before
 * the first came; it goes on taking bytes until the slave is full, keeps them and the settings for the next holder, and is
 * good again as soon as there is one.
 */
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { fdSink, fdSource } from "../port/fd-ends.js";
import { flushQueue } from "../tty/ioctl.js";
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open, POLLHUP, pollNow } from "../tty/libc.js";
import { openPty, type Pty } from "../tty/pty.js";
import { getTermios, setControl, setFlag, setTermios, type Termios } from "../tty/termios.js";
import { TYPING_FLAGS } from "../tty/termios-names.js";
import type { SlaveEvent, SlaveWatch } from "./slave-watch.js";

export interface PtyEndListener {
  /** Somebody has the slave open now, or nobody any more. */
  onHolder?(isOpen: boolean): void;
}

export class PtyEnd {
  /** Bytes that programs write to the slave. `read` is never GONE; it gives nothing while nobody has the slave open. */
  readonly source: ByteSource;
  /** Bytes for programs to read. `write` is never GONE; a slave that nobody has open takes what it has room for. */
  readonly sink: ByteSink;
  readonly #slaves: SlaveWatch;
  readonly #listener: PtyEndListener;
  #pty!: Pty;
  #in!: ByteSource;
  #out!: ByteSink;
  #watch!: { close(): void };
  #isOpen = false;
  /** Nobody has it open, and all that was written to it is read. */
  #isDrained = true;
  /** Holders as far as they can be counted, and events of robin's own that are still to come. */
  #holders = 0;
  #own = { open: 0, close: 0 };
  #wantsRead = false;
  #wantsWrite = false;
  #isClosed = false;
  #readable = () => {};
  #writable = () => {};

  /** Throws SysError where there is no pty to be had. */
  constructor(slaves: SlaveWatch, listener: PtyEndListener = {}) {
    this.#slaves = slaves;
    this.#listener = listener;
    this.#start();
    this.source = {
      read: (into) => this.#read(into),
      onReady: (ready) => {
        this.#readable = ready;
      },
      arm: () => this.#armRead(),
      disarm: () => {
        this.#wantsRead = false;
        this.#in.disarm();
      },
      close: () => {},
    };
    this.sink = {
      write: (from, start, end) => Math.max(NOTHING, this.#out.write(from, start, end)),
      onReady: (ready) => {
        this.#writable = ready;
      },
      arm: () => this.#armWrite(),
      disarm: () => {
        this.#wantsWrite = false;
        this.#out.disarm();
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
    return this.#isOpen;
  }

  /** What the program at the slave has set last, or robin's raw mode. */
  get termios(): Termios {
    return getTermios(this.master);
  }

  /** Discards what the slave was given and nobody has read. What programs wrote to it stays. */
  discardUnread(): void {
    try {
      const slave = open(this.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
      this.#own.open++;
      this.#own.close++;
      try {
        flushQueue(slave, "input");
      } finally {
        close(slave);
      }
    } catch {
      // Held by TIOCEXCL, or out of descriptors: what is left there is read by the next holder.
    }
  }

  /** As if it were unplugged: every holder gets a hang-up. Behind the same object then stands a new pty. */
  hangUp(): void {
    this.#stop();
    this.#start();
    if (this.#isOpen) this.#tell(false);
    if (this.#wantsWrite) setImmediate(() => this.#writable());
  }

  /** For good. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
  }

  #start(): void {
    this.#pty = openPty();
    const { master, path } = this.#pty;
    try {
      setTermios(master, raw(getTermios(master)));
      // A master hangs up only after a first holder: with one behind it, a hang-up always says that there is none.
      close(open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
      this.#in = fdSource(master, { kind: "non-blocking", zero: "end" });
      this.#out = fdSink(master, { kind: "non-blocking" });
      this.#watch = this.#slaves.add(path, (events) => this.#see(events));
    } catch (error) {
      close(master);
      throw error;
    }
    this.#in.onReady(() => {
      if (this.#wantsRead) {
        this.#wantsRead = false;
        this.#readable();
      }
    });
    this.#out.onReady(() => {
      if (this.#wantsWrite) {
        this.#wantsWrite = false;
        this.#writable();
      }
    });
    this.#own = { open: 0, close: 0 };
    this.#holders = 0;
    this.#isDrained = true;
  }

  #stop(): void {
    this.#watch.close();
    this.#in.close();
    this.#out.close();
    close(this.master);
  }

  #read(into: Uint8Array): number {
    const n = this.#in.read(into);
    if (n !== GONE) return n;
    this.#isDrained = true;
    this.#compare();
    return NOTHING;
  }

  /** A hung-up master is ready all the time: then there is something to wait for only in front of its last bytes. */
  #armRead(): void {
    this.#wantsRead = !this.#isClosed;
    if (this.#wantsRead && !this.#isDrained) this.#in.arm();
  }

  #armWrite(): void {
    this.#wantsWrite = !this.#isClosed;
    if (this.#wantsWrite && !this.#isHungUp()) this.#out.arm();
  }

  #isHungUp(): boolean {
    return (pollNow(this.master, 0) & POLLHUP) !== 0;
  }

  #see(events: readonly SlaveEvent[]): void {
    for (const event of events) {
      if (this.#own[event] > 0) {
        this.#own[event]--;
      } else if (event === "open") {
        this.#holders++;
        if (!this.#isOpen) this.#tell(true);
      } else if (this.#holders > 0) {
        this.#holders--;
        if (this.#holders === 0 && this.#isOpen) this.#tell(false);
      }
      if (this.#isClosed) return;
    }
    this.#compare();
  }

  /** What the kernel says now is the truth, whatever was counted. */
  #compare(): void {
    if (this.#isClosed) return;
    const isOpen = !this.#isHungUp();
    if (!isOpen) this.#holders = 0;
    else if (this.#holders === 0) this.#holders = 1;
    if (isOpen !== this.#isOpen) this.#tell(isOpen);
    if (this.#isClosed || !isOpen) return;
    this.#isDrained = false;
    if (this.#wantsRead) this.#in.arm();
    if (this.#wantsWrite) this.#out.arm();
  }

  #tell(isOpen: boolean): void {
    this.#isOpen = isOpen;
    // What a holder wrote before it left is still to be read, also where it came and left between two looks.
    this.#isDrained = false;
    if (this.#wantsRead) this.#in.arm();
    this.#listener.onHolder?.(isOpen);
  }
}

/** `found` as a serial port that nobody has set: every byte as it is. */
function raw(found: Termios): Termios {
  for (const name of [...TYPING_FLAGS, "ONLCR", "ICRNL", "IXON"] as const) setFlag(found, name, false);
  for (const name of ["CLOCAL", "CREAD"] as const) setFlag(found, name);
  setControl(found, "VMIN", 1);
  setControl(found, "VTIME", 0);
  return found;
}
