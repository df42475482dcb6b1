/**
 * The end of a session: how long it waits for bytes on their way. Knows both ways and the port; not why it ends.
 */
import type { ByteSink } from "../port/ends.js";
import type { ToPort } from "./to-port.js";
import { KEYBOARD_AHEAD } from "./to-port.js";
import type { ToScreen } from "./to-screen.js";

const DRAIN_LOOK_MS = 5;

interface EndingOptions {
  readonly toPort: ToPort;
  readonly toScreen: ToScreen;
  readonly portSink: ByteSink;
  readonly output: ByteSink;
  readonly drainMs: () => number;
  /** Whether what the port was given and its driver still has is not known any more. */
  readonly portIsGone: () => boolean;
  readonly outputIsGone: () => boolean;
  /** Whether nobody is in a hurry: then the time starts again whenever bytes have moved. */
  readonly isPatient: () => boolean;
  readonly onDone: () => void;
}

/**
 * Waits until both ways are empty, or `drainMs` are up. A patient one starts the time again whenever bytes have moved: 4 KiB in
 * a driver take 4 s at 9600 bps. A timer looks, because a driver's queue tells nobody.
 */
export class Ending {
  readonly #options: EndingOptions;
  #timer: NodeJS.Timeout | undefined;
  #isSwept = false;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#look(performance.now() + this.#options.drainMs(), Number.POSITIVE_INFINITY);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Bytes that the port has not taken, or not sent as far as its driver tells. */
  get toSend(): number {
    const { toPort, portSink, portIsGone } = this.#options;
    return toPort.pump.waiting + (portIsGone() ? 0 : portSink.unsent());
  }

  /** Bytes that the output has not taken. */
  get toShow(): number {
    const { toScreen, output, outputIsGone } = this.#options;
    return outputIsGone() ? 0 : toScreen.pump.waiting + output.unsent();
  }

  #look(deadlineMs: number, leftBefore: number): void {
    const { toPort, toScreen, portSink, portIsGone, isPatient, drainMs, onDone } = this.#options;
    const isGone = portIsGone();
    const toSend = isGone ? 0 : this.toSend;
    const isSettling = toSend === 0 && !isGone && (portSink.settling?.() ?? false);
    // An answer to the last line is still to come: it would be missing on the screen.
    const isAwaiting = !isGone && isPatient() && toPort.pacing.isWaiting;
    if (toSend === 0 && !isSettling && !isAwaiting && !this.#isSwept) {
      this.#isSwept = true; // what has arrived by now is shown, and what arrives later is not
      toScreen.pump.sweep();
      toScreen.flush();
    }
    const toShow = toScreen.pump.isBroken ? 0 : this.toShow;
    if (toSend === 0 && !isSettling && !isAwaiting && toShow === 0) return onDone();
    const now = performance.now();
    // One after the other: while the port is sent to, it may go on talking.
    const left = toSend > 0 ? toSend + KEYBOARD_AHEAD : toShow;
    const isMoving = left < leftBefore || isAwaiting;
    const deadline = isPatient() && isMoving ? now + drainMs() : deadlineMs;
    if (now >= deadline) return onDone();
    this.#timer = setTimeout(() => this.#look(deadline, left), DRAIN_LOOK_MS);
  }
}
