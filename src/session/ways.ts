/**
 * The two ways of a session put together, and what can be changed of them while it goes on. Knows port, screen, keyboard and
 * who listens; when it is over, and why, is session.ts's.
 */
import { RobinError } from "../errors.js";
import type { Port } from "../port/port.js";
import { type Clock, createClock } from "./clock.js";
import { createKeys, type KeySession, speedKeys } from "./keys.js";
import { type LineErrorWatch, watchLineErrors } from "./line-errors.js";
import type { PacingMiss } from "./pacing.js";
import type { SessionEvent } from "./session-event.js";
import type { EndReason, SessionOptions } from "./session-options.js";
import { Taps } from "./taps.js";
import { type SendingChange, ToPort } from "./to-port.js";
import { ToScreen } from "./to-screen.js";
import { View, type ViewOptions } from "./view.js";

const BELL = Uint8Array.of(0x07);
/** To the first place, and all of it erased (ECMA-48, CUP and ED). */
const CLEAR = Buffer.from("\x1b[H\x1b[2J");

/** What the ways tell their session. */
export interface WaysHooks {
  readonly keySession: KeySession;
  readonly isOver: () => boolean;
  readonly end: (reason: EndReason, error?: unknown) => void;
  readonly onInputGone: () => void;
  /** How long a break is that a map makes of a byte, ms. */
  readonly breakMs: () => number | undefined;
}

export class Ways {
  readonly taps: Taps;
  readonly clock: Clock;
  readonly toPort: ToPort;
  readonly toScreen: ToScreen;
  /** The output's reader has left. */
  outputIsGone = false;
  /** Bytes for the port that were given up because of an answer that did not come. */
  givenUp = 0;
  readonly #port: Port;
  readonly #options: SessionOptions;
  readonly #hooks: WaysHooks;
  readonly #view: View;
  readonly #lineErrors: LineErrorWatch | undefined;
  readonly #press: (byte: number) => boolean;
  #echo: boolean;

  constructor(port: Port, options: SessionOptions, hooks: WaysHooks) {
    this.#port = port;
    this.#options = options;
    this.#hooks = hooks;
    this.#echo = options.echo ?? false;
    this.clock = options.clock ?? createClock();
    this.taps = options.taps ?? new Taps();
    this.#view = new View({ ...options.view, directions: this.#echo }, this.clock);
    this.#lineErrors = options.say && watchLineErrors(port, options.say, speedKeys(options.escapeKey));
    const common = {
      taps: this.taps,
      clock: this.clock,
      onError: (error: unknown) => hooks.end("error", error),
    };
    this.toScreen = new ToScreen({
      ...common,
      source: port.source,
      output: options.output,
      isScreen: options.outputIsTerminal ?? false,
      view: this.#view,
      onReceived: (chunk, end) => this.received(chunk, end),
      onSourceGone: () => hooks.end("lost"),
      onSinkGone: () => {
        this.outputIsGone = true;
        hooks.end("output-closed");
      },
    });
    this.#press = createKeys(hooks.keySession, { ...options, port });
    this.toPort = new ToPort({
      ...common,
      input: options.input,
      sink: port.sink,
      isTerminal: options.terminal !== undefined,
      escapeKey: options.escapeKey,
      pacing: options.pacing ?? {},
      press: this.#press,
      omap: options.omap ?? [],
      inputMode: options.inputMode ?? "char",
      screen: this.toScreen,
      outputIsTerminal: options.outputIsTerminal ?? false,
      columns: () => options.terminal?.windowSize()?.columns ?? 0,
      newlineReturns: options.terminal?.newline() === "\n",
      say: options.say,
      sendBreak: () => this.#sendMappedBreak(),
      goesOn: () => !hooks.isOver(),
      isAway: () => this.isAway,
      onRefused: () => this.#ring(),
      onSent: (chunk, start, end) => {
        if (this.#echo) this.toScreen.echo(chunk, start, end);
      },
      onPacingTimeout: (missed) => this.#missed(missed),
      onInputGone: hooks.onInputGone,
      onSinkGone: () => hooks.end("lost"),
    });
    this.taps.onRoom = () => {
      this.toScreen.pump.nudge();
      this.toPort.pump.nudge();
    };
  }

  /** Whether each way keeps the time of its last byte. */
  setTimed(isTimed: boolean): void {
    for (const { pump } of [this.toScreen, this.toPort]) {
      if (isTimed && !pump.isTimed) pump.lastByteAtMs = performance.now();
      pump.isTimed = isTimed;
    }
  }

  start(): void {
    this.toScreen.pump.start();
    this.toPort.pump.start();
  }

  stop(): void {
    this.#lineErrors?.stop();
    this.toPort.pump.stop();
    this.toScreen.stop();
  }

  /** Presses a key of the table behind the escape key: false where there is none. */
  press(key: string): boolean {
    return key.length === 1 && this.#press(key.charCodeAt(0));
  }

  /** Whether the screen's cursor stands at the start of a line; to be set by who else moves it. */
  get atLineStart(): boolean {
    return this.toScreen.pump.atLineStart;
  }
  set atLineStart(value: boolean) {
    this.toScreen.pump.atLineStart = value;
  }

  /** Takes a line that is being typed off the screen, for words; `after` them it is drawn again. */
  hideTyped(): void {
    this.toScreen.flush(); // no half row behind the words, and no colour on them
    const { typedLine } = this.toScreen;
    if (typedLine) this.toScreen.draw(typedLine.before());
  }

  showTyped(words: Uint8Array): void {
    const { typedLine } = this.toScreen;
    if (typedLine) this.toScreen.draw(typedLine.after(words));
  }

  get counts(): { received: number; sent: number } {
    return { received: this.toScreen.pump.read, sent: this.toPort.pump.written };
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
    this.toScreen.changeView(options);
  }

  /** Changes what is given of how things are sent. */
  changeSending({ omap, inputMode, pacing }: SendingChange): void {
    if (omap) this.toPort.setOmap(omap);
    if (inputMode) this.toPort.setInputMode(inputMode);
    if (pacing) this.toPort.pacing.set(pacing);
  }

  /** Another escape key; undefined: none any more. */
  setEscapeKey(byte: number | undefined): void {
    this.toPort.setEscapeKey(byte);
  }

  /** Something has happened: whoever listens hears of it. */
  tell(event: SessionEvent): void {
    if (!this.taps.isEmpty) this.taps.event(event, this.clock.nowUs());
  }

  received(chunk: Uint8Array, end: number): void {
    this.#lineErrors?.seen();
    this.toPort.pacing.received(chunk, end);
  }

  /** The device is gone, and the port waits for it. */
  get isAway(): boolean {
    return this.#port.presence?.isThere === false;
  }

  /** What was typed for a device is not for the one that comes back: it has started anew. */
  giveUpKeys(): void {
    const count = this.toPort.discard();
    if (count === 0) return;
    this.#options.say?.("warning", `send to ${this.#port.path}: ${count} typed bytes are dropped`);
    this.tell({ event: "drop", way: "tx", bytes: count });
  }

  async #sendMappedBreak(): Promise<void> {
    try {
      await this.#port.sendBreak(this.#hooks.breakMs());
      this.tell({ event: "break", way: "tx" });
    } catch (error) {
      this.#options.say?.("warning", (error as Error).message);
    }
  }

  /** Refuses a key. */
  #ring(): void {
    if (!this.#options.outputIsTerminal || this.toScreen.pump.waiting > 0) return;
    this.toScreen.draw(BELL);
  }

  /** Sends text as if it were typed. */
  type(text: string): void {
    const bytes = Buffer.from(text);
    this.toPort.type(bytes, 0, bytes.length);
  }

  /** Clears the screen, if it is one. */
  clear(): void {
    if (!this.#options.outputIsTerminal) return;
    this.hideTyped();
    this.toScreen.draw(CLEAR);
    this.atLineStart = true;
    this.showTyped(CLEAR);
  }

  /** Gives up what waits for the port; says how many bytes. */
  discardTyped(): number {
    const bytes = this.toPort.discard();
    this.tell({ event: "drop", way: "tx", bytes });
    return bytes;
  }

  /**
   * Calls `run` when the port has taken what was typed before, at once where that is so already; what is typed later waits
   * until it is done. The result takes it back, if it has not begun.
   */
  inTurn(run: () => Promise<void>): () => void {
    return this.toPort.pump.insert(run);
  }

  /** An echo or a prompt has not come. A person sees that; a script is told by the end. */
  #missed({ what, afterMs }: PacingMiss): void {
    const text = `send to ${this.#port.path}: no ${what} came within ${afterMs} ms`;
    if (this.#options.terminal) return this.#options.say?.("warning", `${text}; going on`);
    this.givenUp += this.toPort.discard(); // what follows was meant for a device that had answered
    this.#hooks.end("expectation", new RobinError("expectation", text));
  }
}
