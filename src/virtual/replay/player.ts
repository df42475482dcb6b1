/**
 * The device's part of a recording, played: what it said, when it is due. Pure: its clock is given to it, it has no timer and
 * says when it wants to be asked again. Knows moments and times; not where bytes go.
 *
 * Without `passed` time alone counts. With it, what follows bytes that the device was sent is due only when they have been
 * sent again, and so long after that as it was recorded.
 */
import type { EventMoment, Moment } from "./moments.js";
import type { Passage } from "./passages.js";

/** Bytes that wait for their time. What is recorded behind them is not asked for meanwhile. */
const HOLDS_BYTES = 256 * 1024;
/** The same for what has few bytes or none. */
const HOLDS_MOMENTS = 1024;

export interface PlayerOptions {
  /** Milliseconds of any epoch; never goes back. */
  readonly clock: () => number;
  /** 2 is twice as fast as it was recorded; Infinity: at once. */
  readonly speed: number;
  /** Whether so many bytes have been sent to the device. */
  readonly passed?: (count: number) => Passage | undefined;
}

/** What is to be done now. */
export type Action =
  | { readonly do: "say"; readonly bytes: Uint8Array }
  /** The device was lost: nothing more is said until `resume`. */
  | { readonly do: "hangUp"; readonly moment: EventMoment }
  | { readonly do: "tell"; readonly moment: EventMoment };

export class Player {
  readonly #options: PlayerOptions;
  #moments: Moment[] = [];
  #bytes = 0;
  #isRead = false;
  /** A recorded time, and the same on the clock. */
  #base = { recordedUs: 0, playedMs: 0 };
  /** Bytes that the device had been sent. */
  #sent = 0;
  #isSkipping = false;
  #isAway = false;
  /** It has come back since, as it was recorded. */
  #isBack = false;
  #waitingSinceMs: number | undefined;

  /** Time begins at `startMs` of the clock. */
  constructor(options: PlayerOptions, startMs: number) {
    this.#options = options;
    this.#base.playedMs = startMs;
  }

  /** Whether more of the recording is needed. */
  get wants(): boolean {
    return !this.#isRead && this.#bytes < HOLDS_BYTES && this.#moments.length < HOLDS_MOMENTS;
  }

  /** Whether everything has been played. */
  get isOver(): boolean {
    return this.#isRead && this.#moments.length === 0;
  }

  /** Whether the device was lost, and nobody has opened its port since. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Since when it waits for bytes from the program, in ms; undefined where it does not. */
  get waitingSinceMs(): number | undefined {
    return this.#waitingSinceMs;
  }

  read(moment: Moment): void {
    this.#moments.push(moment);
    if (moment.kind === "rx") this.#bytes += moment.bytes.length;
  }

  readEnd(): void {
    this.#isRead = true;
  }

  /** A program has the port open again, after it was lost. */
  resume(nowMs: number): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    // What was said after it had come back is not said all at once to a program that is late.
    if (this.#isBack) this.#base = { ...this.#base, playedMs: Math.max(this.#base.playedMs, nowMs) };
  }

  /** What is due now, once; undefined where nothing is. */
  next(): Action | undefined {
    const nowMs = this.#options.clock();
    for (;;) {
      const moment = this.#moments[0];
      if (moment === undefined || (this.#isAway && moment.kind !== "event")) return undefined;
      if (moment.kind === "tx") {
        if (!this.#wasSent(moment.bytes.length, moment.atUs, nowMs)) return undefined;
        this.#moments.shift();
        continue;
      }
      const dueMs = this.#dueMs(moment.atUs);
      if (nowMs < dueMs) return undefined;
      this.#moments.shift();
      const action = this.#actionOf(moment, dueMs);
      if (action) return action;
    }
  }

  /** When the next one is due, in ms; undefined where time alone does not make it so. */
  deadlineMs(): number | undefined {
    const moment = this.#moments[0];
    if (moment === undefined || moment.kind === "tx" || (this.#isAway && moment.kind === "rx"))
      return undefined;
    return this.#dueMs(moment.atUs);
  }

  #dueMs(atUs: number): number {
    const { recordedUs, playedMs } = this.#base;
    return playedMs + Math.max(0, atUs - recordedUs) / 1000 / this.#options.speed;
  }

  #actionOf(moment: Moment, dueMs: number): Action | undefined {
    if (moment.kind !== "event") {
      this.#bytes -= moment.bytes.length;
      return this.#isSkipping || moment.bytes.length === 0 ? undefined : { do: "say", bytes: moment.bytes };
    }
    const { event } = moment.event;
    if (this.#isAway && event === "back") {
      this.#isBack = true;
      this.#base = { recordedUs: moment.atUs, playedMs: dueMs };
    }
    if (event !== "lost" || this.#isAway) return { do: "tell", moment };
    this.#isAway = true;
    this.#isBack = false;
    return { do: "hangUp", moment };
  }

  /** Whether the device has been sent the next `count` bytes; from then on their time is what counts. */
  #wasSent(count: number, atUs: number, nowMs: number): boolean {
    const { passed } = this.#options;
    if (passed === undefined || count === 0) return true;
    const passage = passed(this.#sent + count);
    if (passage === undefined) {
      this.#waitingSinceMs ??= nowMs;
      return false;
    }
    this.#waitingSinceMs = undefined;
    this.#sent += count;
    this.#isSkipping = passage.isSkipped;
    this.#base = { recordedUs: atUs, playedMs: passage.atMs };
    return true;
  }
}
