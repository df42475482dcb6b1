/**
 * The bridge: one port, two one-way pumps, the keys, and one way to end. Knows when a session is over and what
 * was left; not how a terminal is made raw, nor which status the process exits with.
 *
 *     OPEN --quit, end of input, idle, lost, output gone, signal, error--> DRAINING (bounded) --> ended
 *                                                                  `force` --------------------------^
 */
import { RobinError } from "../errors.js";
import type { Port } from "../port/port.js";
import { Asking } from "./asking.js";
import { type Clock, createClock } from "./clock.js";
import { Ending } from "./ending.js";
import { createKeys, speedKeys } from "./keys.js";
import { type Guest, type Lending, lendPort } from "./lend.js";
import { type LineErrorWatch, watchLineErrors } from "./line-errors.js";
import type { PacingMiss } from "./pacing.js";
import type { Question } from "./prompt.js";
import type { SessionEvent } from "./session-event.js";
import type { EndReason, SessionEnd, SessionOptions } from "./session-options.js";
import { Taps } from "./taps.js";
import { type SendingChange, ToPort } from "./to-port.js";
import { ToScreen } from "./to-screen.js";
import { View, type ViewOptions } from "./view.js";

const BELL = Uint8Array.of(0x07);
/** To the first place, and all of it erased (ECMA-48, CUP and ED). */
const CLEAR = Buffer.from("\x1b[H\x1b[2J");

/** What can be changed while a session goes on, and is looked at when its time comes. */
type Tuning = { -readonly [Key in "breakMs" | "drainMs" | "idleExitMs"]: SessionOptions[Key] };

export class Session {
  /** Settles when the session is over. Never rejects. Both ends are at rest then; the port is still open. */
  readonly ended: Promise<SessionEnd>;
  readonly taps: Taps;
  readonly clock: Clock;
  readonly #port: Port;
  readonly #options: SessionOptions;
  readonly #view: View;
  readonly #toPort: ToPort;
  readonly #toScreen: ToScreen;
  readonly #tuning: Tuning;
  readonly #asking: Asking;
  readonly #draining: Ending;
  readonly #settle: (end: SessionEnd) => void;
  readonly #lineErrors: LineErrorWatch | undefined;
  #echo: boolean;
  #lending: Lending | undefined;
  /** What a guest sent that the port has not taken. */
  #lentUnsent = 0;
  #ending: { reason: EndReason; error?: unknown } | undefined;
  #over = false;
  #outputGone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(port: Port, options: SessionOptions) {
    this.#port = port;
    this.#options = options;
    const { breakMs, drainMs, idleExitMs } = options;
    this.#tuning = { breakMs, drainMs, idleExitMs };
    this.#echo = options.echo ?? false;
    this.clock = options.clock ?? createClock();
    this.taps = options.taps ?? new Taps();
    let settle!: (end: SessionEnd) => void;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.#settle = settle;
    this.#view = new View({ ...options.view, directions: this.#echo }, this.clock);
    this.#lineErrors = options.say && watchLineErrors(port, options.say, speedKeys(options.escapeKey));
    const common = {
      taps: this.taps,
      clock: this.clock,
      onError: (error: unknown) => this.end("error", error),
    };
    this.#toScreen = new ToScreen({
      ...common,
      source: port.source,
      output: options.output,
      view: this.#view,
      onReceived: (chunk, end) => this.#received(chunk, end),
      onSourceGone: () => this.end("lost"),
      onSinkGone: () => {
        this.#outputGone = true;
        this.end("output-closed");
      },
    });
    this.#toPort = new ToPort({
      ...common,
      input: options.input,
      sink: port.sink,
      isTerminal: options.terminal !== undefined,
      escapeKey: options.escapeKey,
      pacing: options.pacing ?? {},
      press: createKeys(this, { ...options, port }),
      omap: options.omap ?? [],
      inputMode: options.inputMode ?? "char",
      screen: this.#toScreen,
      outputIsTerminal: options.outputIsTerminal ?? false,
      columns: () => options.terminal?.windowSize()?.columns ?? 0,
      newlineReturns: options.terminal?.newline() === "\n",
      say: options.say,
      sendBreak: () => this.#sendMappedBreak(),
      goesOn: () => this.#ending === undefined,
      isAway: () => this.#isAway,
      onRefused: () => this.#ring(),
      onSent: (chunk, start, end) => {
        if (this.#echo) this.#toScreen.echo(chunk, start, end);
      },
      onPacingTimeout: (missed) => this.#missed(missed),
      onInputGone: () => this.#inputEnded(),
      onSinkGone: () => this.end("lost"),
    });
    this.#asking = new Asking({
      prompt: options.prompt,
      holdScreen: () => (options.outputIsTerminal ? this.#toScreen.hold() : () => {}),
      readKeys: (reader) => this.#toPort.readKeys(reader),
    });
    this.#draining = new Ending({
      toPort: this.#toPort,
      toScreen: this.#toScreen,
      portSink: port.sink,
      output: options.output,
      drainMs: () => this.#tuning.drainMs ?? 2000,
      portIsGone: () => this.#portIsGone,
      outputIsGone: () => this.#outputGone,
      isPatient: () => this.#ending?.reason === "input-ended" || this.#ending?.reason === "lost",
      onDone: () => this.#finish(),
    });
    this.taps.onRoom = () => {
      this.#toScreen.pump.nudge();
      this.#toPort.pump.nudge();
    };
    port.presence?.onChange((device) => {
      if (device) return;
      this.#lending?.cancel(); // a command is not to go on with a device that has started anew
      if (options.terminal) this.#giveUpKeys();
    });
    if (!options.isLent) {
      this.#toScreen.pump.start();
      this.#toPort.pump.start();
    }
    this.#watchIdle();
  }

  /** Whether the screen's cursor stands at the start of a line; to be set by who else moves it. */
  get atLineStart(): boolean {
    return this.#toScreen.pump.atLineStart;
  }
  set atLineStart(value: boolean) {
    this.#toScreen.pump.atLineStart = value;
  }

  /** Takes a line that is being typed off the screen, for words; `after` them it is drawn again. */
  hideTyped(): void {
    this.#toScreen.flush(); // no half row behind the words, and no colour on them
    const { typedLine } = this.#toScreen;
    if (typedLine) this.#toScreen.draw(typedLine.before());
  }

  showTyped(words: Uint8Array): void {
    const { typedLine } = this.#toScreen;
    if (typedLine) this.#toScreen.draw(typedLine.after(words));
  }

  get counts(): { received: number; sent: number } {
    return { received: this.#toScreen.pump.read, sent: this.#toPort.pump.written };
  }

  get echo(): boolean {
    return this.#echo;
  }
  set echo(isOn: boolean) {
    this.#echo = isOn;
    this.changeView({ directions: isOn });
  }

  get view(): ViewOptions {
    return this.#view.options;
  }

  /** Changes what is given of the views. */
  changeView(options: ViewOptions): void {
    this.#toScreen.changeView(options);
  }

  /** Changes what is given of how things are sent. */
  changeSending({ omap, inputMode, pacing }: SendingChange): void {
    if (omap) this.#toPort.setOmap(omap);
    if (inputMode) this.#toPort.setInputMode(inputMode);
    if (pacing) this.#toPort.pacing.set(pacing);
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

  /** Another escape key; undefined: none any more. */
  setEscapeKey(byte: number | undefined): void {
    this.#toPort.setEscapeKey(byte);
  }

  /** Something has happened: whoever listens hears of it. */
  tell(event: SessionEvent): void {
    if (!this.taps.isEmpty) this.taps.event(event, this.clock.nowUs());
  }

  /** Ends the session in order: what is on its way is sent first, as long as `drainMs` allows. The first reason counts. */
  end(reason: EndReason, error?: unknown): void {
    if (this.#ending) {
      // Behind the end of a pipe its last lines still wait for their answers.
      if (reason === "expectation" && this.#ending.reason === "input-ended") this.#ending = { reason, error };
      return;
    }
    this.#ending = error === undefined ? { reason } : { reason, error };
    this.#toPort.pump.stopReading();
    this.#asking.cancel();
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

  /** Lends the port to a guest until it has gone: nothing is typed meanwhile, and what arrives is the guest's. */
  async lend(guest: Guest): Promise<void> {
    this.#toPort.pump.stopReading();
    await new Promise<void>((resolve) => {
      // What was typed before goes before.
      this.#toPort.pump.insert(async () => {
        if (!this.#ending) await this.#lendNow(guest);
        else guest.hangUp();
        resolve();
      });
    });
  }

  async #lendNow(guest: Guest): Promise<void> {
    this.#toScreen.pump.stopReading();
    this.#lending = lendPort(guest, {
      port: this.#port,
      taps: this.taps,
      clock: this.clock,
      onReceived: (chunk, end) => this.#received(chunk, end),
      show: (bytes) => this.#toScreen.show(bytes),
      onLost: () => this.end("lost"),
      onError: (error) => this.end("error", error),
    });
    const { received, sent, unsent } = await this.#lending.returned;
    this.#lending = undefined;
    this.#toScreen.pump.add(received, 0);
    this.#toPort.pump.add(0, sent);
    if (this.#ending) this.#lentUnsent = unsent; // else the command was told that they are lost
    if (this.#ending || this.#options.isLent) return;
    this.#toScreen.pump.start();
    this.#toPort.pump.start();
  }

  #received(chunk: Uint8Array, end: number): void {
    this.#lineErrors?.seen();
    this.#toPort.pacing.received(chunk, end);
  }

  /** The device is gone, and the port waits for it. */
  get #isAway(): boolean {
    return this.#port.presence?.isThere === false;
  }

  /** What was typed for a device is not for the one that comes back: it has started anew. */
  #giveUpKeys(): void {
    const count = this.#toPort.discard();
    if (count === 0) return;
    this.#options.say?.("warning", `send to ${this.#port.path}: ${count} typed bytes are dropped`);
    this.tell({ event: "drop", way: "tx", bytes: count });
  }

  async #sendMappedBreak(): Promise<void> {
    try {
      await this.#port.sendBreak(this.breakMs);
      this.tell({ event: "break", way: "tx" });
    } catch (error) {
      this.#options.say?.("warning", (error as Error).message);
    }
  }

  /** Refuses a key. */
  #ring(): void {
    if (!this.#options.outputIsTerminal || this.#toScreen.pump.waiting > 0) return;
    this.#toScreen.draw(BELL);
  }

  /** Sends text as if it were typed. */
  type(text: string): void {
    const bytes = Buffer.from(text);
    this.#toPort.type(bytes, 0, bytes.length);
  }

  /** Clears the screen, if it is one. */
  clear(): void {
    if (!this.#options.outputIsTerminal) return;
    this.#toScreen.draw(CLEAR);
    this.atLineStart = true;
  }

  /** Gives up what waits for the port; says how many bytes. */
  discardTyped(): number {
    const bytes = this.#toPort.discard();
    this.tell({ event: "drop", way: "tx", bytes });
    return bytes;
  }

  /**
   * Calls `run` when the port has taken what was typed before, at once where that is so already; what is typed later waits
   * until it is done. The result takes it back, if it has not begun.
   */
  inTurn(run: () => Promise<void>): () => void {
    return this.#toPort.pump.insert(run);
  }

  /** A key could not do what it does: the port was lost, or it is a fault. */
  fail(error: unknown): void {
    this.end(error instanceof RobinError ? "lost" : "error", error);
  }

  /** An echo or a prompt has not come. A person sees that; a script is told by the end. */
  #missed({ what, afterMs }: PacingMiss): void {
    const text = `send to ${this.#port.path}: no ${what} came within ${afterMs} ms`;
    if (this.#options.terminal) this.#options.say?.("warning", `${text}; going on`);
    else this.end("expectation", new RobinError("expectation", text));
  }

  #inputEnded(): void {
    // A terminal ends only by a hang-up; its SIGHUP may still be on the way, or never come (no control of it).
    if (this.#tuning.idleExitMs === undefined || this.#options.terminal) this.end("input-ended");
  }

  /** Each byte begins the time anew; a guest has all the time it wants. */
  #watchIdle(): void {
    clearTimeout(this.#timer);
    const { idleExitMs } = this.#tuning;
    if (idleExitMs === undefined || this.#ending) return;
    const last = Math.max(this.#toScreen.pump.lastByteAtMs, this.#toPort.pump.lastByteAtMs);
    const left = this.#lending ? idleExitMs : last + idleExitMs - performance.now();
    if (left > 0) this.#timer = setTimeout(() => this.#watchIdle(), left);
    else this.end("idle");
  }

  /** What the port was given and its driver still has is not known any more then. */
  get #portIsGone(): boolean {
    const reason = this.#ending?.reason;
    // The end of input is in no hurry: the device may come back within the time to drain.
    return reason === "lost" || this.#toPort.pump.isBroken || (this.#isAway && reason !== "input-ended");
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#draining.stop();
    this.#lineErrors?.stop();
    const { reason, error } = this.#ending!;
    const end: SessionEnd = {
      reason,
      unsent: this.#draining.toSend + this.#lentUnsent,
      undelivered: this.#draining.toShow,
      ...this.counts,
      ...(error === undefined ? {} : { error }),
    };
    this.#toPort.pump.stop();
    this.#toScreen.stop();
    this.tell({ event: "end", reason, ...this.counts });
    // From a poller's callback nobody runs what waits for a promise; from a turn of the loop somebody does.
    setImmediate(() => this.#settle(end));
  }
}
