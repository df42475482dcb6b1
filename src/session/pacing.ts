/**
 * A port's sink that takes its time: rests behind bytes and lines, waits for echo and prompt. Knows the process's clock and
 * timers; when what may go is send-gate.ts's. It keeps no byte: what may not go yet, it does not take.
 */
import { type ByteSink, NOTHING } from "../port/ends.js";
import { type Hold, type PacingOptions, SendGate } from "./send-gate.js";

export type { PacingOptions } from "./send-gate.js";

/** An answer that did not come in time. */
export interface PacingMiss {
  readonly what: "echo" | "prompt";
  readonly afterMs: number;
}

export interface PacingHooks {
  /** Afterwards the next line is sent, unless what waits was discarded or the session ended meanwhile. */
  readonly onTimeout: (miss: PacingMiss) => void;
}

export interface PacedSink extends ByteSink {
  /** Paces by these from now on; a wait that they change is over. `isTerminal` stays where it is absent. */
  set(options: PacingOptions): void;
  /** Sees `bytes[0..end)` that arrived from the port. */
  received(bytes: Uint8Array, end: number): void;
  /**
   * Whether it holds back by its own will, or an answer to the last line of a pipe is still to come: nothing moves, and yet
   * it is no time to give up. False while only the driver keeps it waiting.
   */
  readonly isWaiting: boolean;
  /** What waited was given up: what comes next waits for nothing that was sent before. */
  discard(): void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Between two looks at a driver that has bytes to send: at first, and when it takes long. */
const LOOK_MS = 1;
const LONGEST_LOOK_MS = 16;

function gateFor(options: PacingOptions): SendGate | undefined {
  const { byteDelayMs = 0, lineDelayMs = 0, echo, waitFor } = options;
  const isPlain = byteDelayMs === 0 && lineDelayMs === 0 && echo === undefined && waitFor === undefined;
  return isPlain ? undefined : new SendGate(options);
}

function isSame(one: PacingOptions, other: PacingOptions): boolean {
  return (
    one.byteDelayMs === other.byteDelayMs &&
    one.lineDelayMs === other.lineDelayMs &&
    one.echo === other.echo &&
    String(one.waitFor) === String(other.waitFor) &&
    one.timeoutMs === other.timeoutMs &&
    one.isTerminal === other.isTerminal
  );
}

export function pacedSink(inner: ByteSink, options: PacingOptions, hooks: PacingHooks): PacedSink {
  let current = options;
  let gate = gateFor(options);
  let ready = () => {};
  /** What held the last write back; undefined where that was `inner`, or nothing. */
  let held: Hold | undefined;
  /** Whether somebody waits for what is held. */
  let isArmed = false;
  let lookMs = LOOK_MS;
  let restTimer: NodeJS.Timeout | undefined;
  let answerTimer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  const timeoutMs = () => current.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const isOut = () => inner.unsent() === 0 && inner.settling?.() !== true;

  const fire = () => {
    clearTimeout(restTimer);
    clearImmediate(turn);
    if (!isArmed) return;
    isArmed = false;
    held = undefined;
    ready();
  };
  const fireSoon = () => {
    clearImmediate(turn);
    if (isArmed) turn = setImmediate(fire);
  };
  /** One timer for all answers: it looks whether its time was put off meanwhile. */
  const watchAnswer = () => {
    if (answerTimer !== undefined || gate?.awaited === undefined) return;
    const leftMs = gate.waitsSinceMs + timeoutMs() - performance.now();
    answerTimer = setTimeout(missAnswer, Math.max(0, Math.ceil(leftMs)));
  };
  const missAnswer = () => {
    answerTimer = undefined;
    const before = gate;
    const what = before?.awaited;
    if (before === undefined || what === undefined) return;
    if (performance.now() < before.waitsSinceMs + timeoutMs()) return watchAnswer();
    // Behind what a person typed by hand nobody waits.
    const isMissed = !current.isTerminal || (isArmed && held === what);
    if (isMissed) hooks.onTimeout({ what, afterMs: timeoutMs() });
    before.giveUp();
    watchAnswer();
    fireSoon();
  };
  const clearTimers = () => {
    clearTimeout(restTimer);
    clearTimeout(answerTimer);
    clearImmediate(turn);
    answerTimer = undefined;
  };
  const renew = () => {
    clearTimers();
    gate = gateFor(current);
    held = undefined;
    fireSoon();
  };

  return {
    write(from, start, end) {
      if (gate === undefined) return inner.write(from, start, end);
      const nowMs = performance.now();
      held = gate.hold(from, start, end, nowMs, isOut);
      if (held !== undefined) return NOTHING;
      const taken = inner.write(from, start, gate.stop(from, start, end, nowMs));
      if (taken > 0) {
        lookMs = LOOK_MS;
        gate.took(from, start, start + taken, end, nowMs);
        watchAnswer();
      }
      return taken;
    },
    onReady(listener) {
      ready = listener;
      inner.onReady(() => ready()); // again: a guest may have had it meanwhile
    },
    arm() {
      if (held === undefined || gate === undefined) return inner.arm();
      isArmed = true;
      clearTimeout(restTimer);
      if (held === "rest") {
        const leftMs = gate.restsUntilMs - performance.now();
        restTimer = setTimeout(fire, Math.max(0, Math.ceil(leftMs)));
      } else if (held === "leaving") {
        restTimer = setTimeout(fire, lookMs);
        lookMs = Math.min(LONGEST_LOOK_MS, lookMs * 2);
      } else {
        watchAnswer();
      }
    },
    disarm() {
      isArmed = false;
      clearTimers();
      inner.disarm();
    },
    unsent: () => inner.unsent(),
    settling: () => inner.settling?.() ?? false,
    close() {
      isArmed = false;
      clearTimers();
      inner.close();
    },
    set(options) {
      const isTerminal = options.isTerminal ?? current.isTerminal;
      const next = { ...options, ...(isTerminal === undefined ? {} : { isTerminal }) };
      if (isSame(current, next)) return;
      current = next;
      renew();
    },
    received(bytes, end) {
      if (gate === undefined) return;
      gate.received(bytes, end, performance.now());
      if (isArmed && (held === "echo" || held === "prompt") && gate.awaited !== held) fireSoon();
    },
    get isWaiting() {
      if (isArmed && held !== undefined && held !== "leaving") return true;
      return !current.isTerminal && gate?.awaited !== undefined;
    },
    discard: renew,
  };
}
