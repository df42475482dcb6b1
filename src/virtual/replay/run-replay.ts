/**
 * One playing of a recording on a line: what the device said goes to a sink, what a program sends comes from a source, the
 * clock is the process's. Knows no pty and no file.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../port/ends.js";
import { Feed, type FeedReader } from "./feed.js";
import { Matcher } from "./matcher.js";
import { createNewlineFold, foldReader } from "./newline-fold.js";
import { Player } from "./player.js";
import type { ReplayListener, ReplayOptions } from "./replay-contract.js";

/** Programs set a port in several steps, and discard its queues: what is said before would be lost. */
export const SETTLED_MS = 50;
/** What is read of a program in one go. */
const ROOM = 4096;
/** Reads, and writes, in a row: others want a turn. */
const TURN = 4;
/** A program that is so many steps ahead of the device's answers is not heard any further. */
const MOST_AHEAD = 1024;
/** setTimeout takes 2^31 - 1; more would be 1. */
const LONGEST_MS = 2 ** 31 - 1;

export class Replay {
  /** Bytes that the program has sent, that it was sent, and lines that came as they were recorded. */
  received = 0;
  sent = 0;
  readonly #source: ByteSource;
  readonly #sink: ByteSink;
  readonly #options: ReplayOptions;
  readonly #listener: ReplayListener;
  readonly #player: Player;
  readonly #matcher: Matcher | undefined;
  readonly #feeds: readonly Feed[];
  readonly #heard = new Uint8Array(ROOM);
  readonly #fold = createNewlineFold();
  readonly #waiting = new ByteQueue();
  #isHeard = true;
  #notBeforeMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isOff = false;
  #isOver = false;
  #isWoken = false;
  #wasDeaf = false;
  #isHeld = false;
  #isForGood = true;
  #finished: (() => void) | undefined;

  /** Begins when a program has just opened the port. */
  constructor(source: ByteSource, sink: ByteSink, options: ReplayOptions, listener: ReplayListener) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    this.#listener = listener;
    const { match, speed } = options;
    this.#notBeforeMs = performance.now() + SETTLED_MS;
    const matcher = match && new Matcher((departure) => listener.onDeparture(departure));
    this.#matcher = matcher;
    const clock = () => performance.now();
    this.#player = new Player(
      { clock, speed, ...(matcher ? { passed: (count) => matcher.passages.passed(count) } : {}) },
      this.#notBeforeMs,
    );
    this.#feeds = [this.#feed(this.#player), ...(matcher ? [this.#feed(matcher)] : [])];
    // Never inside a callback of libuv's own: a promise that is made there waits for whatever wakes Node up next.
    source.onReady(() => this.#soon());
    sink.onReady(() => this.#soon());
    this.#soon();
  }

  get matched(): number {
    return this.#matcher?.matched ?? 0;
  }

  /** Whether the device is lost, and what follows waits for a program that opens the port again. */
  get isAway(): boolean {
    return this.#player.isAway && !this.#player.isOver;
  }

  /** Whether the program has sent all that was sent then, and there is nothing to wait for where that was nothing. */
  get isComplete(): boolean {
    if (this.#matcher === undefined) return this.#player.isOver;
    return this.#matcher.isComplete && (this.received > 0 || this.#player.isOver);
  }

  /** A program has the port open again, or nobody has: then what is due waits. */
  setHeard(isHeard: boolean): void {
    this.#isHeard = isHeard;
    if (isHeard) {
      this.#notBeforeMs = performance.now() + SETTLED_MS;
      this.#player.resume(this.#notBeforeMs);
    }
    this.#soon();
  }

  /** Whether anything is heard: not where it may be another program's. */
  hold(isHeld = true): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#source.disarm();
  }

  /**
   * The program has left: what it has sent last is heard (after `hold` it is not), and what it has not sent is told, also where
   * it has sent nothing if `isForGood`. Then it is off.
   */
  async finish(isForGood = true): Promise<void> {
    if (!this.#isOff) {
      this.#isHeard = false;
      this.#isForGood = isForGood;
      await new Promise<void>((resolve) => {
        this.#finished = resolve;
        if (this.#isHeld) this.#end();
        this.#work(); // before the next program says something
      });
    }
    this.off();
  }

  /** At once, for good. Leaves source and sink to others; safe to call twice. */
  off(): void {
    if (this.#isOff) return;
    this.#isOff = true;
    clearTimeout(this.#timer);
    this.#source.disarm();
    this.#sink.disarm();
    for (const feed of this.#feeds) feed.close();
    this.#finished?.();
  }

  #feed(reader: FeedReader): Feed {
    const { open, isLoop = false, match } = this.#options;
    return new Feed(match?.anyNewline ? foldReader(reader) : reader, {
      open,
      isLoop,
      onFed: () => this.#work(),
      onError: (error) => {
        if (!this.#isOff) this.#listener.onError(error);
        this.off();
      },
    });
  }

  #soon(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#work();
    });
  }

  #work(): void {
    this.#hear();
    this.#speak();
  }

  #hear(): void {
    for (let reads = 0; !this.#isOff && !this.#isDeaf(); reads++) {
      if (reads === TURN) {
        this.#soon(); // nothing tells that there is more once the program has left
        break;
      }
      const n = this.#source.read(this.#heard);
      if (n === GONE) return this.off();
      if (n === NOTHING) {
        this.#source.arm();
        this.#end();
        break;
      }
      this.received += n;
      this.#take(n);
    }
    this.#wasDeaf = this.#isDeaf();
    if (!this.#isOff) this.#plan();
  }

  #take(n: number): void {
    if (this.#matcher === undefined) return;
    const bytes = this.#heard.subarray(0, n);
    const folded = this.#options.match?.anyNewline ? this.#fold(bytes) : bytes;
    this.#matcher.hear(folded, folded.length, performance.now());
    this.#soon(); // there may be an answer
  }

  #isDeaf(): boolean {
    const matcher = this.#matcher;
    if (this.#isHeld || matcher === undefined) return this.#isHeld;
    return matcher.isBusy || (matcher.passages.length > MOST_AHEAD && this.#finished === undefined);
  }

  /** All that the program has sent is heard. */
  #end(): void {
    if (this.#finished === undefined) return;
    if (this.#matcher === undefined || (this.received === 0 && !this.#isForGood)) this.off();
    else this.#matcher.finish();
  }

  #speak(): void {
    if (this.#isOff) return;
    for (let writes = 0; this.#mayPlay(); writes++) {
      if (writes === TURN) {
        this.#soon();
        break;
      }
      if (this.#waiting.length === 0 && !this.#takeNext()) break;
      if (this.#waiting.length === 0) continue;
      const { bytes, start, end } = this.#waiting;
      const taken = this.#sink.write(bytes, start, end);
      if (taken === GONE) return this.off();
      if (taken === NOTHING) {
        this.#sink.arm();
        break;
      }
      this.sent += taken;
      this.#waiting.take(taken);
    }
    if (this.#wasDeaf && !this.#isDeaf()) this.#soon();
    if (!this.#isOff) this.#plan();
  }

  /** Nobody hears a lost device, but its time goes on. */
  #mayPlay(): boolean {
    return this.#player.isAway || (this.#isHeard && performance.now() >= this.#notBeforeMs);
  }

  /** Does what is due next. False where nothing is. */
  #takeNext(): boolean {
    const action = this.#player.next();
    if (action === undefined) {
      if (this.#player.isOver && !this.#isOver) {
        this.#isOver = true;
        this.#listener.onEnd();
      }
      return false;
    }
    if (action.do === "say") this.#waiting.push(action.bytes, 0, action.bytes.length);
    else this.#listener.onEvent(action.moment);
    if (action.do === "hangUp") {
      this.#isHeard = false;
      this.#waiting.clear();
      this.#listener.onHangUp();
    }
    return true;
  }

  /** Looks what is wanted next: more of the recording, or another look at some time. */
  #plan(): void {
    for (const feed of this.#feeds) feed.pump();
    clearTimeout(this.#timer);
    if (this.#matcher?.isFinished) return this.#finished?.();
    const giveUpMs = this.#giveUpMs();
    const deadlines = [this.#speakMs(), this.#matcher?.deadlineMs(), giveUpMs].filter(
      (one) => one !== undefined,
    );
    if (deadlines.length === 0) return;
    const waitMs = Math.min(Math.max(0, Math.min(...deadlines) - performance.now()), LONGEST_MS);
    this.#timer = setTimeout(() => this.#onTime(giveUpMs), waitMs);
  }

  /** When there may be something to say. */
  #speakMs(): number | undefined {
    if (this.#waiting.length > 0) return undefined; // the sink tells
    if (this.#player.isAway) return this.#player.deadlineMs();
    if (!this.#isHeard) return undefined;
    if (performance.now() < this.#notBeforeMs) return this.#notBeforeMs;
    return this.#player.deadlineMs();
  }

  #onTime(giveUpMs: number | undefined): void {
    const nowMs = performance.now();
    this.#hear(); // what came in time counts
    this.#matcher?.tick(nowMs);
    if (giveUpMs !== undefined && giveUpMs === this.#giveUpMs() && nowMs >= giveUpMs)
      this.#matcher?.giveUp(nowMs);
    this.#speak();
  }

  #giveUpMs(): number | undefined {
    const timeoutMs = this.#options.match?.timeoutMs;
    const sinceMs = this.#player.waitingSinceMs;
    if (timeoutMs === undefined || sinceMs === undefined || this.#matcher === undefined) return undefined;
    if (this.#matcher.isBusy || this.#player.isAway) return undefined;
    return Math.max(sinceMs, this.#matcher.passages.lastMs) + timeoutMs;
  }
}
