/**
 * A port's listening side: what it is given goes to the pty, what that does not take waits in the port's queue, and what
 * that does not take goes by the policy. Knows one port; not who speaks.
 */
import { GONE } from "../../port/ends.js";
import type { TellEvent } from "../port/virtual-event.js";
import type { Ear } from "./ear.js";
import type { HubPort } from "./hub-port.js";
import { MessageQueue, type Yielding } from "./message-queue.js";
import { type ListenerState, Patience } from "./patience.js";
import type { ReadWatch } from "./read-watch.js";

/** What gives way where a stalled port's queue is full: what comes, what has waited longest, or its holders. */
export type Overflow = Yielding | "hang-up";

export interface ListenerOptions {
  /** Bytes that may wait for one port. */
  readonly queueBytes: number;
  /** How long a port that takes no byte may hold the others; 0 is not at all. */
  readonly patienceMs: number;
  readonly overflow: Overflow;
  /** Whether messages have to stay whole. */
  readonly whole: boolean;
}

/** How often what goes on is told. */
export const TELL_MS = 1000;
/** A port that stalls and resumes faster than this is told of once in a while. */
const TELL_STALL_MS = 100;

export class Listener implements Ear {
  /** Bytes that the port's program was given; bytes that it never gets. */
  sent = 0;
  dropped = 0;
  onRoom: () => void = () => {};
  readonly #port: HubPort;
  readonly #options: ListenerOptions;
  readonly #reads: ReadWatch;
  readonly #tell: TellEvent;
  readonly #queue: MessageQueue;
  readonly #patience: Patience;
  /** Takes back the next look at whether it has stalled. */
  #cancelLook: (() => void) | undefined;
  #stopWatching: (() => void) | undefined;
  /** Something was given to the pty since it was last empty for sure. */
  #isUsed = false;
  /** Dropped and not told yet: at a loose cable, and by the policy. */
  #loose = 0;
  #overflowed = 0;
  #overflowToldAtMs = Number.NEGATIVE_INFINITY;
  #stallToldAtMs = Number.NEGATIVE_INFINITY;
  #isStallTold = false;

  constructor(port: HubPort, options: ListenerOptions, reads: ReadWatch, tell: TellEvent) {
    this.#port = port;
    this.#options = options;
    this.#reads = reads;
    this.#tell = tell;
    this.#queue = new MessageQueue({
      limit: options.queueBytes,
      yielding: options.overflow === "drop-old" ? "drop-old" : "drop-new",
      whole: options.whole,
    });
    this.#patience = new Patience(options.patienceMs);
    port.sink.onReady(() => this.#flush());
  }

  get state(): ListenerState {
    return this.#patience.state;
  }

  /** Bytes that wait for the port. */
  get queued(): number {
    return this.#queue.length;
  }

  get room(): number {
    return this.#patience.state === "open" ? this.#queue.room : Number.POSITIVE_INFINITY;
  }

  give(_: string, bytes: Uint8Array, start: number, ends: readonly number[]): void {
    const end = ends[ends.length - 1]!;
    if (this.#patience.state === "closed") {
      this.dropped += end - start;
      this.#loose += end - start;
      return;
    }
    let at = start;
    if (this.#queue.length === 0) {
      at += this.#write(bytes, start, end);
      if (at === end) return;
      this.#port.sink.arm();
    }
    const dropped = this.#queue.push(bytes, at, start, ends);
    if (dropped > 0) this.#overflow(dropped);
  }

  waitedFor(): void {
    const now = performance.now();
    this.#patience.waitedFor(now);
    if (this.#cancelLook === undefined) this.#judge(now);
  }

  released(): void {
    this.#patience.released();
  }

  /** Somebody has opened the port. */
  opened(): void {
    this.#patience.opened();
    if (this.#loose > 0) this.#tell({ event: "drop", port: this.#port.name, bytes: this.#loose });
    this.#loose = 0;
  }

  /** Nobody has it open any more: a loose cable keeps nothing. */
  closed(): void {
    this.#endOverflow();
    this.#patience.closed();
    this.#stopLooking();
    this.#port.sink.disarm();
    const queued = this.#queue.clear();
    const unread = this.#isUsed ? this.#port.discardUnread() : 0;
    this.#isUsed = false;
    this.sent -= unread;
    this.dropped += unread + queued;
    if (unread + queued > 0) {
      this.#tell({ event: "flush", port: this.#port.name, bytes: unread + queued, queued, unread });
    }
    this.onRoom();
  }

  /** Tells what has gone by the policy and was not told yet. */
  tellRest(): void {
    if (this.#overflowed > 0) this.#tellOverflow();
  }

  /** For good. */
  close(): void {
    this.#stopLooking();
    this.#port.sink.disarm();
  }

  #write(bytes: Uint8Array, start: number, end: number): number {
    const taken = this.#port.sink.write(bytes, start, end);
    if (taken === GONE || taken === 0) return 0;
    this.sent += taken;
    this.#isUsed = true;
    return taken;
  }

  #flush(): void {
    let total = 0;
    while (this.#queue.length > 0) {
      const { bytes, start, end } = this.#queue.run;
      const taken = this.#write(bytes, start, end);
      if (taken === 0) break;
      this.#queue.take(taken);
      total += taken;
    }
    if (this.#queue.length > 0) this.#port.sink.arm();
    if (total > 0) this.#took();
  }

  /** The port's program reads, or the pty has taken something, which comes to the same. */
  #took(): void {
    if (this.#patience.took(performance.now()) && this.#isStallTold) {
      this.#endOverflow();
      this.#isStallTold = false;
      this.#tell({ event: "resumed", port: this.#port.name });
    }
    if (this.#patience.isWaitedFor) this.onRoom();
  }

  #judge(atMs: number): void {
    this.#cancelLook = undefined;
    const judgement = this.#patience.judge(atMs);
    if (judgement.kind === "fine") return;
    if (judgement.kind === "spent") {
      if (this.#options.patienceMs === 0) return this.#stall();
      // Robin itself may have been late to look: what the port has taken meanwhile is told before the next turn.
      const turn = setImmediate(() => this.#giveUp());
      this.#cancelLook = () => clearImmediate(turn);
      return;
    }
    if (judgement.isSuspect) this.#watchReads();
    const timer = setTimeout(() => this.#judge(performance.now()), judgement.untilMs - atMs);
    this.#cancelLook = () => clearTimeout(timer);
  }

  #giveUp(): void {
    this.#cancelLook = undefined;
    const now = performance.now();
    if (this.#patience.judge(now).kind === "spent") this.#stall();
    else this.#judge(now);
  }

  #stall(): void {
    this.#patience.stall();
    this.#watchReads();
    const now = performance.now();
    this.#isStallTold = now >= this.#stallToldAtMs + TELL_STALL_MS;
    if (this.#isStallTold) {
      this.#stallToldAtMs = now;
      this.#tell({ event: "stalled", port: this.#port.name, queued: this.#queue.length });
    }
    this.onRoom();
  }

  #watchReads(): void {
    this.#stopWatching ??= this.#reads.next(this.#port.path, () => {
      this.#stopWatching = undefined;
      this.#took();
      this.#flush();
    });
  }

  #overflow(bytes: number): void {
    this.dropped += bytes;
    this.#overflowed += bytes;
    if (performance.now() < this.#overflowToldAtMs + TELL_MS) return;
    this.#tellOverflow();
    if (this.#options.overflow === "hang-up") this.#port.hangUp();
  }

  #tellOverflow(): void {
    this.#overflowToldAtMs = performance.now();
    const bytes = this.#overflowed;
    this.#overflowed = 0;
    this.#tell({ event: "overflow", port: this.#port.name, bytes, policy: this.#options.overflow });
  }

  #endOverflow(): void {
    this.tellRest();
    this.#overflowToldAtMs = Number.NEGATIVE_INFINITY;
  }

  #stopLooking(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }
}
