/**
 * The bridge: one port, two one-way pumps, the keys, and one way to end. Knows when a session is over and what
 * was left; not how a terminal is made raw, nor which status the process exits with.
 *
 *     OPEN --quit, end of input, idle, lost, output gone, signal, error--> DRAINING (bounded) --> ended
 *                                                                  `force` --------------------------^
 */
import { createEscape } from "../bytes/escape.js";
import { createParmrk, type ParmrkOptions, type ParmrkStage } from "../bytes/parmrk.js";
import { RobinError } from "../errors.js";
import type { ByteSink, ByteSource } from "../port/ends.js";
import type { Port } from "../port/port.js";
import { createKeys, type KeyContext, speedKeys } from "./keys.js";
import { type LineErrorWatch, watchLineErrors } from "./line-errors.js";
import { Pump } from "./pump.js";
import { screenLook } from "./screen-look.js";
import type { UserTerminal } from "./terminal.js";

export type EndReason = "quit" | "input-ended" | "idle" | "output-closed" | "lost" | "stopped" | "error";

export interface SessionEnd {
  readonly reason: EndReason;
  /** Bytes for the port that it did not take or send in time. */
  readonly unsent: number;
  /** Bytes from the port that the output did not take in time. */
  readonly undelivered: number;
  readonly received: number;
  readonly sent: number;
  /** With reason "error", and where there is more to say of "lost". */
  readonly error?: unknown;
}

/** How loud a line of robin's own is: told unless --quiet, always told, told under -v. */
export type Say = (level: "notice" | "warning" | "detail", text: string) => void;

export interface SessionOptions {
  readonly input: ByteSource;
  readonly output: ByteSink;
  /** The user's terminal, where input is one: keys may wait in a queue, and there is a window size. */
  readonly terminal?: UserTerminal | undefined;
  /** Whether output is a terminal, which can be cleared and whose cursor stands somewhere. */
  readonly outputIsTerminal?: boolean;
  /** The escape key's byte; absent: every byte goes to the port. */
  readonly escapeKey?: number | undefined;
  readonly echo?: boolean;
  /** How long to wait at the end for bytes on their way, in ms; after the end of input, for one to move. Default 2000. */
  readonly drainMs?: number;
  /** End after so long without a byte either way, in ms. Absent: never. */
  readonly idleExitMs?: number | undefined;
  readonly say?: Say;
  /** How long the break of its key is, ms; absent: the usual length. */
  readonly breakMs?: number | undefined;
  /** Where the port marks breaks and errors, and the output shall show that: how. */
  readonly marks?: ParmrkOptions | undefined;
  /** What the suspend key does; absent: there is no such key. */
  readonly suspend?: (() => void) | undefined;
}

/** A person's paste waits its turn in memory, so that the escape key behind it is seen. */
const KEYBOARD_AHEAD = 16 * 1024 * 1024;
/** A pipe has no keys: one buffer is enough to see its end behind a port that takes nothing. */
const PIPE_AHEAD = 64 * 1024;
const DRAIN_LOOK_MS = 5;
const BELL = Uint8Array.of(0x07);

export class Session {
  /** Settles when the session is over. Never rejects. Both ends are at rest then; the port is still open. */
  readonly ended: Promise<SessionEnd>;
  readonly #port: Port;
  readonly #options: SessionOptions;
  readonly #toPort: Pump;
  readonly #toScreen: Pump;
  readonly #settle: (end: SessionEnd) => void;
  readonly #drainMs: number;
  readonly #marks: ParmrkStage | undefined;
  readonly #lineErrors: LineErrorWatch | undefined;
  #echo: boolean;
  #ending: { reason: EndReason; error?: unknown } | undefined;
  #over = false;
  #outputGone = false;
  #isSwept = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(port: Port, options: SessionOptions) {
    this.#port = port;
    this.#options = options;
    this.#echo = options.echo ?? false;
    this.#drainMs = options.drainMs ?? 2000;
    let settle!: (end: SessionEnd) => void;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.#settle = settle;
    const onError = (error: unknown) => this.end("error", error);
    const stamps = options.idleExitMs !== undefined;
    this.#marks = options.marks && createParmrk(options.marks);
    this.#lineErrors = options.say && watchLineErrors(port, options.say, speedKeys(options.escapeKey));
    const look = screenLook({
      errors: this.#lineErrors,
      marks: this.#marks,
      send: (chunk, start, end) => this.#toScreen.send(chunk, start, end),
    });
    this.#toScreen = new Pump({
      source: port.source,
      sink: options.output,
      holdAbove: 1,
      ...(look && { look }),
      stamps,
      onSourceGone: () => this.end("lost"),
      onSinkGone: () => {
        this.#outputGone = true;
        this.end("output-closed");
      },
      onError,
    });
    this.#toPort = new Pump({
      source: options.input,
      sink: port.sink,
      holdAbove: options.terminal ? KEYBOARD_AHEAD : PIPE_AHEAD,
      look: this.#keyboard(options.escapeKey),
      stamps,
      onSourceGone: () => this.#inputEnded(),
      onSinkGone: () => this.end("lost"),
      onError,
    });
    if (options.terminal) port.presence?.onChange((device) => device ?? this.#giveUpKeys());
    this.#toScreen.start();
    this.#toPort.start();
    if (options.idleExitMs !== undefined) this.#watchIdle(options.idleExitMs);
  }

  /** Whether the screen's cursor stands at the start of a line; to be set by who else moves it. */
  get atLineStart(): boolean {
    return this.#toScreen.atLineStart;
  }
  set atLineStart(value: boolean) {
    this.#toScreen.atLineStart = value;
  }

  /** Ends the session in order: what is on its way is sent first, as long as `drainMs` allows. The first reason counts. */
  end(reason: EndReason, error?: unknown): void {
    if (this.#ending) return;
    this.#ending = error === undefined ? { reason } : { reason, error };
    this.#toPort.stopReading();
    clearTimeout(this.#timer);
    this.#drain(performance.now() + this.#drainMs);
  }

  /** Ends it now, whatever is on its way. */
  force(): void {
    this.end("stopped");
    this.#finish();
  }

  /** What reads the keyboard: the escape key where there is one, echo where it is on. */
  #keyboard(escapeKey: number | undefined): (chunk: Uint8Array, end: number) => void {
    if (escapeKey === undefined) return (chunk, end) => this.#type(chunk, 0, end);
    const press = createKeys(this.#keyContext(escapeKey));
    const scanner = createEscape(escapeKey, {
      text: (chunk, start, end) => this.#type(chunk, start, end),
      key: (chunk, at) => {
        if (!press(chunk[at]!)) this.#type(chunk, at, at + 1);
        return this.#ending === undefined;
      },
    });
    return (chunk, end) => scanner.push(chunk, end);
  }

  #type(chunk: Uint8Array, start: number, end: number): void {
    if (this.#isAway && this.#options.terminal) return this.#ring();
    this.#toPort.send(chunk, start, end);
    // What a screen that is stopped cannot show of a paste is dropped: the port gets it all the same.
    if (this.#echo && this.#toScreen.waiting < PIPE_AHEAD) this.#toScreen.send(chunk, start, end);
  }

  /** The device is gone, and the port waits for it. */
  get #isAway(): boolean {
    return this.#port.presence?.isThere === false;
  }

  /** What was typed for a device is not for the one that comes back: it has started anew. */
  #giveUpKeys(): void {
    const count = this.#toPort.discard();
    if (count > 0)
      this.#options.say?.("warning", `send to ${this.#port.path}: ${count} typed bytes are dropped`);
  }

  /** Refuses a key. */
  #ring(): void {
    if (!this.#options.outputIsTerminal || this.#toScreen.waiting > 0) return;
    const { atLineStart } = this.#toScreen;
    this.#toScreen.send(BELL, 0, BELL.length);
    this.#toScreen.atLineStart = atLineStart;
  }

  #keyContext(escapeKey: number): KeyContext {
    const options = this.#options;
    return {
      port: this.#port,
      escapeKey,
      say: options.say ?? (() => {}),
      quit: () => this.end("quit"),
      type: (text) => this.#type(Buffer.from(text), 0, Buffer.byteLength(text)),
      show: (text) => {
        if (options.outputIsTerminal) this.#toScreen.send(Buffer.from(text), 0, Buffer.byteLength(text));
      },
      toggleEcho: () => {
        this.#echo = !this.#echo;
        return this.#echo;
      },
      discardKeys: () => this.#toPort.discard(),
      inTurn: (run) => this.#toPort.insert(run),
      breakMs: options.breakMs,
      counts: () => ({ received: this.#toScreen.read, sent: this.#toPort.written }),
      windowSize: () => options.terminal?.windowSize(),
      suspend: options.suspend,
      fail: (error) => this.end(error instanceof RobinError ? "lost" : "error", error),
    };
  }

  #inputEnded(): void {
    // A terminal ends only by a hang-up; its SIGHUP may still be on the way, or never come (no control of it).
    if (this.#options.idleExitMs === undefined || this.#options.terminal) this.end("input-ended");
  }

  #watchIdle(idleExitMs: number): void {
    const last = Math.max(this.#toScreen.lastByteAtMs, this.#toPort.lastByteAtMs);
    const left = last + idleExitMs - performance.now();
    if (left <= 0) this.end("idle");
    else this.#timer = setTimeout(() => this.#watchIdle(idleExitMs), left);
  }

  /**
   * Waits until both ways are empty, or `drainMs` are up. After the end of either way nobody is in a hurry, and the time
   * starts again whenever bytes have moved: 4 KiB in a driver take 4 s at 9600 bps. A timer looks, because a driver's
   * queue tells nobody.
   */
  #drain(deadlineMs: number, leftBefore = Number.POSITIVE_INFINITY): void {
    const toSend = this.#portIsGone ? 0 : this.#toSend();
    const settling = toSend === 0 && !this.#portIsGone && (this.#port.sink.settling?.() ?? false);
    if (toSend === 0 && !settling && !this.#isSwept) {
      this.#isSwept = true; // what has arrived by now is shown, and what arrives later is not
      this.#toScreen.sweep();
      const rest = this.#marks?.flush();
      if (rest) this.#toScreen.send(rest, 0, rest.length);
    }
    const toShow = this.#toScreen.isBroken ? 0 : this.#toShow();
    if (toSend === 0 && !settling && toShow === 0) return this.#finish();
    const now = performance.now();
    // One after the other: while the port is sent to, it may go on talking.
    const left = toSend > 0 ? toSend + KEYBOARD_AHEAD : toShow;
    const reason = this.#ending?.reason;
    const moves = (reason === "input-ended" || reason === "lost") && left < leftBefore;
    const deadline = moves ? now + this.#drainMs : deadlineMs;
    if (now >= deadline) return this.#finish();
    this.#timer = setTimeout(() => this.#drain(deadline, left), DRAIN_LOOK_MS);
  }

  /** What the port was given and its driver still has is not known any more then. */
  get #portIsGone(): boolean {
    const reason = this.#ending?.reason;
    // The end of input is in no hurry: the device may come back within the time to drain.
    return reason === "lost" || this.#toPort.isBroken || (this.#isAway && reason !== "input-ended");
  }

  #toSend(): number {
    return this.#toPort.waiting + (this.#portIsGone ? 0 : this.#port.sink.unsent());
  }

  #toShow(): number {
    return this.#outputGone ? 0 : this.#toScreen.waiting + this.#options.output.unsent();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#lineErrors?.stop();
    const { reason, error } = this.#ending!;
    const end: SessionEnd = {
      reason,
      unsent: this.#toSend(),
      undelivered: this.#toShow(),
      received: this.#toScreen.read,
      sent: this.#toPort.written,
      ...(error === undefined ? {} : { error }),
    };
    this.#toPort.stop();
    this.#toScreen.stop();
    // From a poller's callback nobody runs what waits for a promise; from a turn of the loop somebody does.
    setImmediate(() => this.#settle(end));
  }
}
