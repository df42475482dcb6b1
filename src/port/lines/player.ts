/**
 * Plays steps on the lines of a port, on time, and looks whether the driver took them. Knows the order of requests
 * and the clock it is given; not what the lines mean to anyone.
 */
import type { AllLines, OutputLine } from "../../tty/modem-lines.js";
import type { Step } from "./steps.js";

/** The lines to play on. Each function is one request to the driver. */
export interface LineDriver {
  get(): AllLines;
  set(lines: readonly OutputLine[], on: boolean): void;
}

export interface Clock {
  /** Milliseconds, from any origin. */
  now(): number;
  /** Resolves at `ms` of that clock, or as soon after it as can be. */
  until(ms: number): Promise<void>;
}

/** One request that was made: what it set, and when it was done, in milliseconds from the first. */
export interface PlayedSet {
  readonly atMs: number;
  readonly lines: readonly OutputLine[];
  readonly on: boolean;
}

/** A line that was not as it had been set when it was read back. */
export interface IgnoredLine {
  readonly line: OutputLine;
  readonly asked: boolean;
}

export interface Played {
  readonly sets: readonly PlayedSet[];
  readonly ignored: readonly IgnoredLine[];
}

/**
 * A wait is counted from the end of the wait before it, so that lateness does not add up; but it is never cut by
 * more than this part of its length: a reset that a busy machine made shorter would be none.
 */
const CUT = 0.1;

/**
 * Throws what the driver throws. `onPulse` is told how to end each pulse early, and gives what to call when it has
 * ended.
 */
export async function playSteps(
  steps: readonly Step[],
  driver: LineDriver,
  clock: Clock = SYSTEM_CLOCK,
  onPulse: (giveBack: () => void) => () => void = () => () => {},
): Promise<Played> {
  const sets: PlayedSet[] = [];
  const ignored = new Map<OutputLine, IgnoredLine>();
  /** What was set and not read back yet. */
  const unproved = new Map<OutputLine, boolean>();
  const startMs = clock.now();
  let dueMs = startMs;

  const set = (lines: readonly OutputLine[], on: boolean) => {
    if (lines.length === 0) return;
    driver.set(lines, on);
    sets.push({ atMs: clock.now() - startMs, lines, on });
    for (const line of lines) unproved.set(line, on);
  };
  const invert = (lines: readonly OutputLine[]) => {
    const before = driver.get();
    const [off, on] = [lines.filter((line) => before[line]), lines.filter((line) => !before[line])];
    set(off, false);
    set(on, true);
    return () => {
      set(on, false);
      set(off, true);
    };
  };
  // Not after each set: an adapter takes a millisecond to answer, in which the lines would stand half-way.
  const prove = () => {
    if (unproved.size === 0) return;
    const stands = driver.get();
    for (const [line, asked] of unproved) if (stands[line] !== asked) ignored.set(line, { line, asked });
    unproved.clear();
  };
  const wait = async (ms: number) => {
    dueMs = Math.max(dueMs, clock.now() - ms * CUT) + ms;
    prove();
    await clock.until(dueMs);
  };

  for (const step of steps) {
    if (step.kind === "wait") await wait(step.ms);
    else if (step.kind === "pulse") {
      const restore = invert(step.lines);
      const ended = onPulse(restore);
      try {
        await wait(step.ms);
      } finally {
        ended();
        restore();
      }
    } else if (step.to === "toggle") invert(step.lines);
    else set(step.lines, step.to === "on");
  }
  prove();
  return { sets, ignored: [...ignored.values()] };
}

/** How far before its time a timer is set: from there on the thread sleeps by itself, which is exact to 0.1 ms. */
const TIMER_MARGIN_MS = 3;

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  async until(ms) {
    const timerMs = ms - performance.now() - TIMER_MARGIN_MS;
    if (timerMs > 0) await new Promise((resolve) => setTimeout(resolve, timerMs));
    for (let leftMs = ms - performance.now(); leftMs > 0; leftMs = ms - performance.now()) {
      Atomics.wait(SLEEP, 0, 0, leftMs);
    }
  },
};
const SLEEP = new Int32Array(new SharedArrayBuffer(4));
