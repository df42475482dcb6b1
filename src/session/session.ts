/**
 * The bridge: one port, two ways (ways.ts), and one end. Knows when a session is over and what was left, who is asked and to
 * whom the port is lent; not how a terminal is made raw, nor which status the process exits with.
 *
 *     OPEN --quit, end of input, idle, lost, output gone, signal, error--> DRAINING (bounded) --> ended
 *                                                                  `force` --------------------------^
 */
import { RobinError } from "../errors.js";
import type { Port } from "../port/port.js";
import { Asking } from "./asking.js";
import { Covering, type OpenCover } from "./covering.js";
import { Ending } from "./ending.js";
import { type Guest, type Lending, lendPort } from "./lend.js";
import type { Question } from "./prompt.js";
import type { EndReason, SessionEnd, SessionOptions } from "./session-options.js";
import type { KeyReader, OnEscape } from "./to-port.js";
import { Ways } from "./ways.js";

/** What can be changed while a session goes on, and is looked at when its time comes. */
type Tuning = { -readonly [Key in "breakMs" | "drainMs" | "idleExitMs"]: SessionOptions[Key] };

export class Session {
  /** Settles when the session is over. Never rejects. Both ends are at rest then; the port is still open. */
  readonly ended: Promise<SessionEnd>;
  /** From the port to the screen and from the keyboard to the port, and what can be changed of them. */
  readonly ways: Ways;
  readonly #port: Port;
  readonly #options: SessionOptions;
  readonly #tuning: Tuning;
  readonly #asking: Asking;
  readonly #covering: Covering;
  readonly #draining: Ending;
  readonly #settle: (end: SessionEnd) => void;
  #lending: Lending | undefined;
  /** What a guest sent that the port has not taken. */
  #lentUnsent = 0;
  #ending: { reason: EndReason; error?: unknown } | undefined;
  #over = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(port: Port, options: SessionOptions) {
    this.#port = port;
    this.#options = options;
    const { breakMs, drainMs, idleExitMs } = options;
    this.#tuning = { breakMs, drainMs, idleExitMs };
    let settle!: (end: SessionEnd) => void;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.#settle = settle;
    this.ways = new Ways(port, options, {
      keySession: this,
      isOver: () => this.#ending !== undefined,
      end: (reason, error) => this.end(reason, error),
      onInputGone: () => this.#inputEnded(),
      breakMs: () => this.breakMs,
    });
    const keyboard = {
      readKeys: (reader: KeyReader | undefined, onEscape?: OnEscape) =>
        this.ways.toPort.readKeys(reader, onEscape),
      type: (key: Uint8Array) => this.ways.toPort.type(key, 0, key.length),
    };
    this.#asking = new Asking({
      prompt: options.prompt,
      holdScreen: (onHeld) => {
        if (options.outputIsTerminal) return this.ways.toScreen.hold(onHeld);
        onHeld();
        return () => {};
      },
      ...keyboard,
    });
    this.#covering = new Covering({
      ...keyboard,
      coverScreen: (onCovered) => this.ways.toScreen.cover(onCovered),
    });
    this.#draining = new Ending({
      toPort: this.ways.toPort,
      toScreen: this.ways.toScreen,
      portSink: port.sink,
      output: options.output,
      drainMs: () => this.#tuning.drainMs ?? 2000,
      portIsGone: () => this.#portIsGone,
      outputIsGone: () => this.ways.outputIsGone,
      isPatient: () => this.#ending?.reason === "input-ended" || this.#ending?.reason === "lost",
      onDone: () => this.#finish(),
    });
    port.presence?.onChange((device) => {
      if (device) return;
      this.#lending?.cancel(); // a command is not to go on with a device that has started anew
      if (options.terminal) this.ways.giveUpKeys();
    });
    if (!options.isLent) this.ways.start();
    this.#watchIdle();
  }

  /** Changes what is given; undefined takes it back. */
  tune(options: Partial<Tuning>): void {
    Object.assign(this.#tuning, options);
    if ("idleExitMs" in options) this.#watchIdle();
  }

  /** How long the break of its key is, ms. */
  get breakMs(): number | undefined {
    return this.#tuning.breakMs;
  }

  /** Ends the session in order: what is on its way is sent first, as long as `drainMs` allows. The first reason counts. */
  end(reason: EndReason, error?: unknown): void {
    if (this.#ending) {
      // Behind the end of a pipe its last lines still wait for their answers.
      if (reason === "expectation" && this.#ending.reason === "input-ended") this.#ending = { reason, error };
      return;
    }
    this.#ending = error === undefined ? { reason } : { reason, error };
    this.ways.toPort.pump.stopReading();
    this.#asking.cancel();
    this.#covering.cancel();
    this.#lending?.cancel();
    clearTimeout(this.#timer);
    this.#draining.start();
  }

  /** Ends it now, whatever is on its way. */
  force(): void {
    this.end("stopped");
    this.#finish();
  }

  /**
   * Asks the user for a line; the port is read meanwhile, and what it says is shown afterwards. Undefined where there is no
   * answer, or nobody to ask.
   */
  ask(question: Question): Promise<string | undefined> {
    return this.#ending ? Promise.resolve(undefined) : this.#asking.ask(question);
  }

  /**
   * Something stands on the whole screen until it is `done`, or the escape key is pressed: what the device sends meanwhile is kept,
   * and shown behind it. Resolves with the bytes that had no room; undefined where there is no screen for it.
   */
  cover(open: OpenCover): Promise<number | undefined> {
    const isFree = !this.#ending && !this.#lending && this.#options.outputIsTerminal === true;
    return isFree ? this.#covering.cover(open) : Promise.resolve(undefined);
  }

  /** Lends the port to a guest until it has gone: nothing is typed meanwhile, and what arrives is the guest's. */
  async lend(guest: Guest): Promise<void> {
    if (this.#over) return guest.hangUp(); // nothing has its turn any more
    this.ways.toPort.pump.stopReading();
    await new Promise<void>((resolve) => {
      // What was typed before goes before.
      this.ways.toPort.pump.insert(async () => {
        // Not to go on with a device that has started anew.
        if (this.#ending || this.ways.isAway) guest.hangUp();
        else await this.#lendNow(guest);
        if (!this.#ending && !this.#options.isLent) this.ways.start();
        resolve();
      });
    });
  }

  async #lendNow(guest: Guest): Promise<void> {
    this.ways.toScreen.pump.stopReading();
    this.#lending = lendPort(guest, {
      port: this.#port,
      taps: this.ways.taps,
      clock: this.ways.clock,
      onReceived: (chunk, end) => this.ways.received(chunk, end),
      show: (bytes) => this.ways.toScreen.show(bytes),
      onLost: () => this.end("lost"),
      onError: (error) => this.end("error", error),
    });
    const { received, sent, unsent } = await this.#lending.returned;
    this.#lending = undefined;
    this.ways.toScreen.pump.add(received, 0);
    this.ways.toPort.pump.add(0, sent);
    if (this.#ending) this.#lentUnsent = unsent; // else the command was told that they are lost
  }

  /** A key could not do what it does: the port was lost, or it is a fault. */
  fail(error: unknown): void {
    this.end(error instanceof RobinError ? "lost" : "error", error);
  }

  #inputEnded(): void {
    // A terminal ends only by a hang-up; its SIGHUP may still be on the way, or never come (no control of it).
    if (this.#tuning.idleExitMs === undefined || this.#options.terminal) this.end("input-ended");
  }

  /** Each byte begins the time anew; a guest has all the time it wants. */
  #watchIdle(): void {
    clearTimeout(this.#timer);
    const { idleExitMs } = this.#tuning;
    this.ways.setTimed(idleExitMs !== undefined);
    if (idleExitMs === undefined || this.#ending) return;
    const last = Math.max(this.ways.toScreen.pump.lastByteAtMs, this.ways.toPort.pump.lastByteAtMs);
    const left = this.#lending ? idleExitMs : last + idleExitMs - performance.now();
    if (left > 0) this.#timer = setTimeout(() => this.#watchIdle(), left);
    else this.end("idle");
  }

  /** What the port was given and its driver still has is not known any more then. */
  get #portIsGone(): boolean {
    const reason = this.#ending?.reason;
    // The end of input is in no hurry: the device may come back within the time to drain.
    return (
      reason === "lost" || this.ways.toPort.pump.isBroken || (this.ways.isAway && reason !== "input-ended")
    );
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#draining.stop();
    const { reason, error } = this.#ending!;
    const end: SessionEnd = {
      reason,
      unsent: this.#draining.toSend + this.#lentUnsent + this.ways.givenUp,
      undelivered: this.#draining.toShow,
      ...this.ways.counts,
      ...(error === undefined ? {} : { error }),
    };
    this.ways.stop();
    // From a poller's callback nobody runs what waits for a promise; from a turn of the loop somebody does.
    setImmediate(() => this.#settle(end));
  }
}
