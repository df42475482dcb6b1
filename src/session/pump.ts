/**
 * One way of the bridge: from a source to a sink, through one buffer. Knows when to read, when to write and
 * when to wait; not what the bytes mean (that is `look`'s), nor why anyone stops it.
 *
 *     READING --sink takes no more--> HOLDING (the source is not asked while `holdAbove` bytes wait, or a tap has no room)
 *     HOLDING --sink is ready-------> READING
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { Turns } from "./turns.js";

/** A tty gives at most 4 KiB a read; a pipe up to 64 KiB. */
const BUFFER_SIZE = 64 * 1024;
/** A read of at least so many bytes is worth another one before waiting; below it, EAGAIN would be sure. */
const MORE_LIKELY = 512;
/**
 * Reads in a row. Few, so that a flood one way does not keep the other way and the timers waiting: 4 are 16 KiB of a
 * tty, which is about what one takes in the other direction. (32 left a tenth for the other way; 1 costs a wait each.)
 */
const TURN = 4;

/** What a turn that waits counts as: a paste of NULs that a map makes breaks of is as bounded as any other. */
const TURN_BYTES = 64;

/** Reads of what had arrived at the end: more than a tty holds, and an end to a device that never stops talking. */
const SWEEP = 32;

/** How often a source that is held is asked whether its device is gone. */
const HELD_LOOK_MS = 500;

const LF = 0x0a;
const CR = 0x0d;

interface PumpOptions {
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** How many bytes may wait for the sink before the source is no longer read. */
  readonly holdAbove: number;
  /** Whether those who look at the bytes have room for more; where not, `nudge` says that they have again. */
  readonly hasRoom?: () => boolean;
  /** Gets each chunk `[0..end)` as it is read, and passes on by `send` what is to be sent. Default: all of it. */
  readonly look?: (chunk: Uint8Array, end: number) => void;
  /** Told of each `bytes[start..end)` that the sink took. */
  readonly onTaken?: (bytes: Uint8Array, start: number, end: number) => void;
  readonly onSourceGone: () => void;
  readonly onSinkGone: () => void;
  readonly onError: (error: unknown) => void;
}

export class Pump {
  /** Bytes read from the source; bytes that the sink took. */
  read = 0;
  written = 0;
  /** When the last chunk was read or written, in ms of performance.now(); kept while `isTimed`, for a clock costs a byte its time. */
  lastByteAtMs = performance.now();
  isTimed = false;
  /** Whether what was sent last ended a line. */
  atLineStart = true;

  readonly #source: ByteSource;
  readonly #sink: ByteSink;
  readonly #options: PumpOptions;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  readonly #queue = new ByteQueue();
  readonly #turns = new Turns(() => this.#turnEnded());
  readonly #look: (chunk: Uint8Array, end: number) => void;
  #holdAbove: number;
  #reading = false;
  #held = false;
  #lookTimer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#source = options.source;
    this.#sink = options.sink;
    this.#look = options.look ?? ((chunk, end) => this.send(chunk, 0, end));
    this.#holdAbove = options.holdAbove;
    this.#listen();
  }

  /** Listens to both ends (again, if another pump had them meanwhile), and reads. */
  start(): void {
    this.#listen();
    this.#reading = true;
    this.#source.arm();
    if (this.#queue.length > 0) this.#sink.arm();
  }

  #listen(): void {
    this.#source.onReady(() => this.#turn());
    this.#sink.onReady(() => {
      try {
        this.#flush();
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Reads no more. What waits for the sink still goes out. */
  stopReading(): void {
    this.#reading = false;
    clearTimeout(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#source.disarm();
  }

  /** From now on so many bytes may wait; absent: as many as at first. */
  setHold(holdAbove = this.#options.holdAbove): void {
    this.#holdAbove = holdAbove;
    this.nudge();
  }

  /** There may be room again: reads on, if that was what it waited for. */
  nudge(): void {
    if (!this.#held || !this.#reading || !this.#mayRead(this.#holdAbove)) return;
    this.#held = false;
    this.#turn();
  }

  #mayRead(holdAbove: number): boolean {
    if (holdAbove === Number.POSITIVE_INFINITY) return true;
    const waiting = this.#queue.length + this.#turns.count * TURN_BYTES;
    return waiting < holdAbove && (this.#options.hasRoom?.() ?? true);
  }

  /** Reads what is there already, whatever waits for the sink, and then no more. */
  sweep(): void {
    this.#reading = true;
    this.#turn(SWEEP, Number.POSITIVE_INFINITY, 1);
    this.stopReading();
  }

  /** Whether the sink is gone or failed: what waits for it will wait for ever. */
  get isBroken(): boolean {
    return this.#isStopped;
  }

  /** Stops both ends for good. What waits is given up; its number is still `waiting`. */
  stop(): void {
    this.stopReading();
    this.#isStopped = true;
    this.#sink.disarm();
  }

  /** Bytes that wait for the sink. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Gives up what waits. Returns how many bytes that was. */
  discard(): number {
    const count = this.#queue.length;
    this.#queue.clear();
    this.#turns.bring(this.written);
    this.#takeTurn();
    this.nudge();
    return count;
  }

  /** Counts bytes that went past it: another pump had one of its ends. */
  add(read: number, written: number): void {
    this.read += read;
    this.written += written;
    this.lastByteAtMs = performance.now();
    this.#turns.shift(written);
  }

  /** Takes back what waits: the sink shall not have it. */
  takeWaiting(): Uint8Array {
    const { bytes, start, end } = this.#queue;
    const rest = bytes.slice(start, end);
    this.#queue.clear();
    return rest;
  }

  /**
   * Calls `run` when the sink has taken what was sent before, at once where that is so already; what is sent later waits
   * until it is done. The result takes it back, if it has not begun.
   */
  insert(run: () => Promise<void>): () => void {
    const takeBack = this.#turns.insert(this.written + this.#queue.length, run);
    this.#takeTurn();
    return takeBack;
  }

  /** The same where the next line of what waits has ended: the rest of it waits too. */
  insertAtLine(run: () => Promise<void>): () => void {
    const { bytes, start, end } = this.#queue;
    const lf = bytes.subarray(start, end).indexOf(LF);
    const takeBack = this.#turns.insert(this.written + (lf === -1 ? end - start : lf + 1), run);
    this.#takeTurn();
    return takeBack;
  }

  #takeTurn(): void {
    if (!this.#isStopped) this.#turns.take(this.written);
  }

  #turnEnded(): void {
    this.#takeTurn();
    if (this.#isStopped) return;
    if (this.#queue.length > 0) this.#sink.arm();
    else this.nudge();
  }

  /** Sends `from[start..end)` after what waits already. The bytes may be changed afterwards. */
  send(from: Uint8Array, start: number, end: number): void {
    if (this.#isStopped || end <= start) return;
    const last = from[end - 1];
    this.atLineStart = last === LF || last === CR;
    let at = start;
    if (this.#queue.length === 0 && this.#turns.count === 0) {
      const taken = this.#sink.write(from, start, end);
      if (taken === GONE) return this.#loseSink();
      at += this.#count(taken, from, start);
      if (at === end) return;
      this.#sink.arm();
    }
    this.#queue.push(from, at, end);
  }

  #turn(turns = TURN, holdAbove = this.#holdAbove, moreLikely = MORE_LIKELY): void {
    try {
      this.#pull(turns, holdAbove, moreLikely);
    } catch (error) {
      this.#fail(error);
    }
  }

  #pull(turns: number, holdAbove: number, moreLikely: number): void {
    for (let turn = 0; turn < turns && this.#reading; turn++) {
      if (!this.#mayRead(holdAbove)) {
        this.#held = true;
        if (this.#source.isHungUp) this.#lookTimer ??= setTimeout(() => this.#lookWhileHeld(), HELD_LOOK_MS);
        return;
      }
      const n = this.#source.read(this.#buffer);
      if (n === GONE) {
        this.#reading = false;
        return this.#options.onSourceGone();
      }
      if (n === NOTHING) break;
      this.read += n;
      if (this.isTimed) this.lastByteAtMs = performance.now();
      this.#look(this.#buffer, n);
      if (n < moreLikely) break;
    }
    if (this.#reading) this.#source.arm();
  }

  #flush(): void {
    while (this.#queue.length > 0) {
      const { bytes, start, end } = this.#queue;
      const { at } = this.#turns;
      const stop = at === undefined ? end : Math.min(end, start + at - this.written);
      if (stop === start) return; // its end goes on
      const taken = this.#sink.write(bytes, start, stop);
      if (taken === GONE) return this.#loseSink();
      if (taken === NOTHING) return this.#sink.arm();
      this.#queue.take(this.#count(taken, bytes, start));
      if (at !== undefined) this.#takeTurn();
    }
    this.nudge();
  }

  /** A source that is not read tells nobody of its end: behind a stopped screen an unplug would go unseen. */
  #lookWhileHeld(): void {
    this.#lookTimer = undefined;
    if (!this.#held || !this.#reading) return;
    if (this.#source.isHungUp?.()) {
      this.#reading = false;
      return this.#options.onSourceGone();
    }
    this.#lookTimer = setTimeout(() => this.#lookWhileHeld(), HELD_LOOK_MS);
  }

  #count(taken: number, from: Uint8Array, start: number): number {
    this.written += taken;
    if (taken > 0) this.#options.onTaken?.(from, start, start + taken);
    if (this.isTimed && taken > 0) this.lastByteAtMs = performance.now();
    return taken;
  }

  #loseSink(): void {
    this.#isStopped = true;
    this.#options.onSinkGone();
  }

  #fail(error: unknown): void {
    this.#isStopped = true;
    this.#options.onError(error);
  }
}
