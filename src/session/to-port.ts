/**
 * The way from the keyboard, or a pipe, to the port: read, the escape key found, a way to type, maps, a queue, a pace. Knows
 * this order; what the keys do is keys.ts's, and why a session ends is session.ts's.
 */
import { createEscape } from "../bytes/escape.js";
import { createMap } from "../bytes/map.js";
import type { MapRule } from "../bytes/map-rules.js";
import type { Stage } from "../bytes/stage.js";
import type { ByteSink, ByteSource } from "../port/ends.js";
import type { Clock } from "./clock.js";
import { type PacedSink, type PacingHooks, type PacingOptions, pacedSink } from "./pacing.js";
import { Pump } from "./pump.js";
import type { Say } from "./session-options.js";
import type { Taps } from "./taps.js";
import type { ToScreen } from "./to-screen.js";
import { createTyping, type InputMode, type Typing } from "./typing.js";

/** A person's paste waits its turn in memory, so that the escape key behind it is seen. */
export const KEYBOARD_AHEAD = 16 * 1024 * 1024;
/** A pipe has no keys: one buffer is enough to see its end behind a port that takes nothing. */
const PIPE_AHEAD = 64 * 1024;

interface ToPortOptions {
  readonly input: ByteSource;
  readonly sink: ByteSink;
  readonly taps: Taps;
  readonly clock: Clock;
  readonly isTerminal: boolean;
  readonly escapeKey: number | undefined;
  readonly pacing: PacingOptions;
  readonly omap: readonly MapRule[];
  readonly inputMode: InputMode;
  /** A break in its turn, where a map makes one of a byte. */
  readonly sendBreak: () => Promise<void>;
  /** Where a line that is typed stands, and how wide it is. */
  readonly screen: ToScreen;
  readonly outputIsTerminal: boolean;
  readonly columns: () => number;
  readonly newlineReturns: boolean;
  readonly say: Say | undefined;
  /** Presses the key of a byte: false where it has no meaning. */
  readonly press: (byte: number) => boolean;
  /** Whether what is typed is still of interest. */
  readonly goesOn: () => boolean;
  /** Whether the device is away: what a person types then is for nobody. */
  readonly isAway: () => boolean;
  readonly onRefused: () => void;
  /** Told of what is sent, as it was typed. */
  readonly onSent: (chunk: Uint8Array, start: number, end: number) => void;
  readonly onPacingTimeout: PacingHooks["onTimeout"];
  readonly onInputGone: () => void;
  readonly onSinkGone: () => void;
  readonly onError: (error: unknown) => void;
}

/** What is absent stays as it is. */
export interface SendingChange {
  readonly omap?: readonly MapRule[];
  readonly inputMode?: InputMode;
  readonly pacing?: PacingOptions;
}

/** Somebody who reads keys in the port's place, one at a time: true with the last one it wants. */
export type KeyReader = (key: Uint8Array) => boolean;

/** The escape key was typed: true where the reader has it as a key; else it is the session's, and the reader gives up. */
export type OnEscape = () => boolean;

export class ToPort {
  readonly pump: Pump;
  readonly pacing: PacedSink;
  readonly #options: ToPortOptions;
  #keyboard: (chunk: Uint8Array, end: number) => void;
  #omap: Stage | undefined;
  #typing: Typing | undefined;
  #reader: KeyReader | undefined;
  #onEscape: OnEscape = () => false;
  #escapeKey: number | undefined;

  constructor(options: ToPortOptions) {
    this.#options = options;
    this.#escapeKey = options.escapeKey;
    this.#keyboard = this.#createKeyboard(options.escapeKey);
    const { taps, clock, isTerminal, onError, onSinkGone } = options;
    this.pacing = pacedSink(
      options.sink,
      { ...options.pacing, isTerminal },
      { onTimeout: options.onPacingTimeout },
    );
    this.pump = new Pump({
      source: options.input,
      sink: this.pacing,
      holdAbove: isTerminal ? KEYBOARD_AHEAD : PIPE_AHEAD,
      // Behind a log that takes nothing the quit key has to be seen all the same: what is typed is little.
      hasRoom: () => isTerminal || taps.hasRoom,
      look: (chunk, end) => this.#keyboard(chunk, end),
      onTaken: (bytes, start, end) => {
        if (!taps.isEmpty) taps.tx(bytes, start, end, clock.nowUs());
      },
      onSourceGone: options.onInputGone,
      onSinkGone,
      onError,
    });
    this.setOmap(options.omap);
    this.setInputMode(options.inputMode);
  }

  setOmap(rules: readonly MapRule[]): void {
    const onBreak = (before: Uint8Array) => {
      this.pump.send(before, 0, before.length);
      this.pump.insert(this.#options.sendBreak);
    };
    this.#omap = rules.length === 0 ? undefined : createMap(rules, { onBreak });
  }

  /** The escape key's byte, if there is one. */
  get escapeKey(): number | undefined {
    return this.#escapeKey;
  }

  /** Another escape key from now on; undefined: none. */
  setEscapeKey(byte: number | undefined): void {
    this.#escapeKey = byte;
    this.#keyboard = this.#createKeyboard(byte);
  }

  setInputMode(mode: InputMode): void {
    this.#typing?.close();
    const send = (bytes: Uint8Array) => this.#send(bytes, 0, bytes.length);
    this.#typing = createTyping(mode, { ...this.#options, send });
  }

  /** What is typed, or comes by a pipe. */
  type(chunk: Uint8Array, start: number, end: number): void {
    const { isTerminal, isAway, onRefused } = this.#options;
    if (isTerminal && isAway()) return onRefused();
    if (this.#typing) this.#typing.typed(chunk.subarray(start, end));
    else this.#send(chunk, start, end);
  }

  #send(chunk: Uint8Array, start: number, end: number): void {
    const { clock, onSent } = this.#options;
    if (this.#omap) {
      const mapped = this.#omap.push(chunk.subarray(start, end), clock.nowUs(), "tx");
      this.pump.send(mapped, 0, mapped.length);
    } else this.pump.send(chunk, start, end);
    onSent(chunk, start, end);
  }

  /**
   * From now on keys go to `reader`, until it has enough; undefined: to the port again. `onEscape` is told of the escape key,
   * and has to give up reading unless the reader has it as a key.
   */
  readKeys(reader: KeyReader | undefined, onEscape: OnEscape = () => false): void {
    this.#reader = reader;
    this.#onEscape = onEscape;
  }

  /** Gives up what waits, and the wait for an echo or a prompt. Returns how many bytes that was. */
  discard(): number {
    this.pacing.discard();
    return this.pump.discard();
  }

  /** What reads the keyboard: the escape key where there is one, and before it whoever asks for keys. */
  #createKeyboard(escapeKey: number | undefined): (chunk: Uint8Array, end: number) => void {
    const { press, goesOn } = this.#options;
    const text = (chunk: Uint8Array, start: number, end: number) => {
      const from = this.#reader === undefined ? start : this.#ask(chunk, start, end, escapeKey);
      if (from < end) this.type(chunk, from, end);
    };
    // Somebody may read keys there too: the escape key can be taken away by what it has opened.
    if (escapeKey === undefined) return (chunk, end) => text(chunk, 0, end);
    const scanner = createEscape(escapeKey, {
      text,
      key: (chunk, at) => {
        if (this.#reader) this.#onEscape();
        if (!press(chunk[at]!)) text(chunk, at, at + 1);
        return goesOn();
      },
    });
    return (chunk, end) => {
      const from = this.#ask(chunk, 0, end, escapeKey);
      if (from < end) scanner.push(from === 0 ? chunk : chunk.subarray(from), end - from);
    };
  }

  /** Gives keys to whoever asks for them. Returns where the rest begins. */
  #ask(chunk: Uint8Array, start: number, end: number, escapeKey: number | undefined): number {
    let at = start;
    for (let reader = this.#reader; at < end && reader; reader = this.#reader) {
      if (chunk[at] === escapeKey && !this.#onEscape()) return at;
      const key = chunk.subarray(at, at + 1);
      at++;
      if (reader(key) && this.#reader === reader) this.#reader = undefined;
    }
    return at;
  }
}
