/**
 * A device that is switched on: bytes in, bytes out. It has no timer of its own and reads the time from the clock that it is
 * given, so that a test can play it on a clock of its own; run-device.ts plays it on a line.
 *
 * One thing happens after the other, as in a program on one processor: a timer, or a received byte, or a handler that was
 * waiting and goes on. What is asked late is said as if it had been asked in time.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { RobinError } from "../../errors.js";
import { whyNoDefinition } from "./check-device.js";
import type { DeviceContext, DeviceDefinition, Handled, LineHandler } from "./device.js";
import { LineEditor } from "./line-editor.js";
import { Printed } from "./printed.js";
import { Timers } from "./timers.js";
import { matchOf, Waiter } from "./waiter.js";

export interface PlayOptions {
  /** Milliseconds of any epoch; never goes back. */
  readonly clock: () => number;
  /** There is something to take, or another deadline, without a call from outside. */
  readonly onWake?: () => void;
  /** A handler has thrown or rejected. The device goes on. */
  readonly onError?: (error: unknown) => void;
  /** The device wants every program that has its port open to get a hang-up. */
  readonly onHangUp?: () => void;
}

/** A device that is on. Whoever has it on a line pushes, takes, and comes back at the deadline. */
export interface PlayedDevice {
  /** Received bytes `[0..end)`, all of them if `end` is left out. */
  push(chunk: Uint8Array, end?: number): void;
  /** What it has printed by now: at most about `room` bytes, or about 1 MiB of text that was printed already. */
  take(room: number): Uint8Array;
  /** Bytes that it holds: received and not looked at yet, printed and not taken yet. */
  holds(): number;
  /**
   * When it will have something to do or to say without being asked; undefined where never, or where it goes on by itself.
   * Only to do, where nobody takes what it says.
   */
  deadlineMs(isTaken?: boolean): number | undefined;
  /** Resolves when it waits for nothing but bytes and time. */
  settled(): Promise<void>;
  /** Forgets what was printed, because nobody hears it. */
  lose(): void;
  opened(): void;
  closed(): void;
  /** Bytes of printed text that found no room, so far. */
  readonly dropped: number;
}

interface Wait {
  readonly waiter: Waiter;
  readonly matched: (match: RegExpExecArray) => void;
}

/** Switches a device on. Throws RobinError usage where `definition` is none, which no compiler has seen. */
export function playDevice<State>(
  definition: DeviceDefinition<State>,
  { clock, onWake = () => {}, onError = () => {}, onHangUp = () => {} }: PlayOptions,
): PlayedDevice {
  const why = whyNoDefinition(definition);
  if (why !== undefined) throw new RobinError("usage", `play device: ${why}`);
  const { newline = "\r\n", on, byte: takeByte } = definition;
  const hasListener = on !== undefined || takeByte !== undefined;
  const received = new ByteQueue();
  const printed = new Printed(definition.bps, onError);
  const timers = new Timers();
  let lines: LineEditor;
  let waits: Wait[] = [];
  /** The start that counts: what handlers of an earlier one were waiting for never comes. */
  let run = 0;
  /** Whether a handler has the device to itself. */
  let isBusy = false;
  /** Whether one goes on in this turn of the event loop. */
  let isSettling = false;
  let isRunning = true;
  /** How often a handler has gone on. */
  let turns = 0;
  let nowMs = clock();
  let startedMs = nowMs;

  const d: DeviceContext<State> = {
    state: undefined as State,
    echo: false,
    get uptimeMs() {
      return time() - startedMs;
    },
    print(what) {
      printed.put(what, time());
      wake();
    },
    println(text = "") {
      d.print(text + newline);
    },
    waitFor(what, { timeoutMs } = {}) {
      const late = new Error(
        `waited ${timeoutMs} ms in vain for ${what instanceof RegExp ? what : JSON.stringify(what)}`,
      );
      return new Promise((resolve, reject) => {
        const giveUp =
          timeoutMs === undefined
            ? () => {}
            : timers.add(time(), timeoutMs, () => {
                waits = waits.filter((one) => one !== wait);
                settleThen(() => reject(late));
              });
        const wait: Wait = {
          waiter: new Waiter(what),
          matched(match) {
            giveUp();
            waits = waits.filter((one) => one !== wait);
            settleThen(() => resolve(match));
          },
        };
        waits.push(wait);
        wake();
      });
    },
    sleep(ms) {
      return new Promise((resolve) => {
        timers.add(time(), ms, () => settleThen(resolve));
        wake();
      });
    },
    after: (ms, action) => addTimer(ms, action, false),
    every: (ms, action) => addTimer(ms, action, true),
    restart: start,
    hangUp: onHangUp,
  };

  function start(): void {
    run++;
    startedMs = time();
    isBusy = false;
    timers.clear();
    waits = [];
    printed.forgetPieces();
    lines = new LineEditor(newline);
    d.echo = definition.echo ?? false;
    attempt(() => {
      d.state = definition.state?.() as State;
    });
    exclusively(() => definition.start?.(d));
    wake();
  }

  /** The time of what is happening, which may be dealt with late; a handler that waited for others has the clock's. */
  function time(): number {
    return isRunning || isSettling ? nowMs : clock();
  }

  function addTimer(ms: number, action: () => Handled, again: boolean): () => void {
    const cancel = timers.add(time(), ms, () => void attempt(action), again);
    wake();
    return cancel;
  }

  /** Calls a handler. A throw, and later a rejection, are told. */
  function attempt<Result>(action: () => Result): Result | undefined {
    try {
      const result = action();
      if (result instanceof Promise) result.catch(onError);
      return result;
    } catch (error) {
      onError(error);
      return undefined;
    }
  }

  /** Calls a handler that nothing received passes by while it is at work. */
  function exclusively<Result>(action: () => Result): Result | undefined {
    const ours = run;
    const result = attempt(action);
    if (!(result instanceof Promise) || ours !== run) return result;
    isBusy = true;
    const done = () => {
      turns++;
      if (ours !== run) return;
      isBusy = false;
      wake();
    };
    result.then(done, done);
    return result;
  }

  /** Lets a handler go on, and nothing else happen before it has. */
  function settleThen(goOn: () => void): void {
    isSettling = true;
    turns++;
    goOn();
    setImmediate(() => {
      isSettling = false;
      wake();
    });
  }

  function wake(): void {
    if (isRunning || isSettling) return;
    onWake();
  }

  /** All that is due by now. */
  function advance(): void {
    if (isRunning || isSettling) return;
    isRunning = true;
    const untilMs = clock();
    while (!isSettling) {
      const timer = timers.due(untilMs);
      nowMs = Math.max(nowMs, timer?.atMs ?? untilMs);
      if (timer) timer.action();
      else if (!hear()) break;
    }
    isRunning = false;
  }

  /** Deals with one received byte. Says whether there was one, and somebody for it. */
  function hear(): boolean {
    if (received.length === 0 || (isBusy && waits.length === 0)) return false;
    const byte = received.bytes[received.start]!;
    received.take(1);
    if (lines.isRestOfEnd(byte)) return true;
    if (waits.length > 0) {
      echo(lines.pass(byte));
      for (const { waiter, matched } of [...waits]) {
        const match = attempt(() => waiter.push(byte));
        if (match) matched(match);
      }
    } else if (hasListener) {
      handle(byte);
    }
    return true;
  }

  function handle(byte: number): void {
    const taken = takeByte && exclusively(() => takeByte.call(definition, d, byte));
    if (taken === true || taken instanceof Promise) return;
    const { line, echo: back } = lines.push(byte);
    echo(back);
    if (line === undefined) return;
    for (const [pattern, answer] of on ?? []) {
      const match = matchLine(pattern, line);
      if (match === undefined) continue;
      if (typeof answer === "string") d.println(answer);
      else exclusively(() => answer(d, match));
      return;
    }
  }

  function echo(back: string | Uint8Array): void {
    if (d.echo && back.length > 0) printed.put(back, time());
  }

  start();
  isRunning = false;
  return {
    push(chunk, end = chunk.length) {
      received.push(chunk, 0, end);
      advance();
    },
    take(room) {
      advance();
      isRunning = true; // what it is asked for may print
      const bytes = printed.take(room, clock());
      isRunning = false;
      return bytes;
    },
    holds: () => received.length + printed.length,
    deadlineMs(isTaken = true) {
      if (isSettling) return undefined;
      const [timer, line] = [timers.nextMs, isTaken ? printed.nextMs : undefined];
      return timer === undefined || line === undefined ? (timer ?? line) : Math.min(timer, line);
    },
    async settled() {
      for (let before = -1; before !== turns || isSettling; ) {
        before = isSettling ? -1 : turns;
        advance();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    lose: () => printed.lose(clock()),
    opened: () => void attempt(() => definition.opened?.(d)),
    closed: () => void attempt(() => definition.closed?.(d)),
    get dropped() {
      return printed.dropped;
    },
  };
}

function matchLine(pattern: LineHandler<unknown>[0], line: string): RegExpExecArray | undefined {
  if (typeof pattern !== "string") return matchOf(pattern, line);
  return pattern === line ? (Object.assign([line], { index: 0, input: line }) as RegExpExecArray) : undefined;
}
