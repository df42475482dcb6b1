/**
 * The way from the port to the screen: read, stamped once, heard by the taps, seen through the view, written. Knows this
 * order and when a view wants to be asked again; not why a session ends.
 *
 * With no tap and no view a chunk goes from the read to the write in the same memory.
 */
import { ScreenState, type StandingScreen } from "../bytes/screen-state.js";
import type { Way } from "../bytes/stage.js";
import type { ByteSink, ByteSource } from "../port/ends.js";
import type { Clock } from "./clock.js";
import { Pump } from "./pump.js";
import type { Taps } from "./taps.js";
import type { View, ViewOptions } from "./view.js";

/** Bytes for the screen that wait while it is held: 24 minutes at 115200 bits a second. */
const HELD_BYTES = 16 * 1024 * 1024;
/** How long a control sequence that is cut may take to end before something covers it, ms. */
const SEQUENCE_MS = 100;
/** Of a paste's echo so much may wait for a screen that is stopped; the rest is not shown. */
const ECHO_BYTES = 64 * 1024;

interface ToScreenOptions {
  readonly source: ByteSource;
  readonly output: ByteSink;
  readonly taps: Taps;
  readonly view: View;
  readonly clock: Clock;
  /** Whether the output is a screen, which may be covered. */
  readonly isScreen: boolean;
  /** Sees each chunk `[0..end)` that arrives. */
  readonly onReceived: (chunk: Uint8Array, end: number) => void;
  readonly onSourceGone: () => void;
  readonly onSinkGone: () => void;
  readonly onError: (error: unknown) => void;
}

/** What is typed stands behind what is shown, and moves on with it. */
export interface TypedLine {
  /** Takes it off the screen; nothing where nothing is typed. */
  before(): Uint8Array;
  /** Draws it again behind what was shown. */
  after(shown: Uint8Array): Uint8Array;
}

export class ToScreen {
  readonly pump: Pump;
  /** Bytes that a covered screen had no room to keep, since the session began. */
  dropped = 0;
  /** A line that is being typed on the same screen. */
  typedLine: TypedLine | undefined;
  readonly #options: ToScreenOptions;
  #timer: NodeJS.Timeout | undefined;
  #isCovered = false;
  /** Who keeps what is to be shown, at the moment. */
  #keepers = 0;
  /** What the device has made of the screen. */
  readonly #state: ScreenState | undefined;
  /** Waits for the end of a sequence that is cut. */
  #onWhole: (() => void) | undefined;

  constructor(options: ToScreenOptions) {
    this.#options = options;
    this.#state = options.isScreen ? new ScreenState() : undefined;
    const { source, output, taps, onSourceGone, onSinkGone, onError } = options;
    this.pump = new Pump({
      source,
      sink: output,
      holdAbove: 1,
      hasRoom: () => taps.hasRoom,
      look: (chunk, end) => this.#receive(chunk, end),
      onSourceGone,
      onSinkGone,
      onError,
    });
  }

  /** Shows bytes from the port that were heard already. */
  show(bytes: Uint8Array): void {
    this.#look(bytes, bytes.length, this.#options.clock.nowUs(), "rx");
  }

  /** Shows what is sent. What a stopped screen cannot show of a paste is dropped: the port gets it all the same. */
  echo(chunk: Uint8Array, start: number, end: number): void {
    if (this.pump.waiting >= ECHO_BYTES) return;
    const { clock, view } = this.#options;
    const atUs = clock.nowUs();
    this.#put(view.push(chunk.subarray(start, end), atUs, "tx"), atUs);
    this.#watchDeadline();
  }

  /** Draws what is no part of the device's lines: they go on where they were. */
  draw(bytes: Uint8Array): void {
    const { atLineStart } = this.pump;
    this.pump.send(bytes, 0, bytes.length);
    this.pump.atLineStart = atLineStart;
  }

  /** Other views from now on. Rows of the hex view begin a line of their own, and so does what follows them. */
  changeView(options: ViewOptions): void {
    const { view, clock } = this.#options;
    const { hex = false, newline = "\n" } = view.options;
    const atUs = clock.nowUs();
    this.#put(view.flush(atUs), atUs);
    const isOther = options.hex !== undefined && options.hex !== hex;
    if (isOther && !this.pump.atLineStart) this.#put(Buffer.from(newline), atUs);
    this.#put(view.change(options, atUs, this.pump.atLineStart), atUs);
  }

  /** Shows what views keep back. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const atUs = this.#options.clock.nowUs();
    this.#put(this.#options.view.flush(atUs), atUs);
  }

  /**
   * Keeps what is to be shown, but for a line that has begun, while the port is read on. `onHeld` is told when it is out. The
   * result lets the rest go.
   */
  hold(onHeld: () => void): () => void {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.#keepers++;
    this.pump.setHold(HELD_BYTES);
    const takeBack = this.pump.insertAtLine(() => {
      onHeld();
      return held;
    });
    return () => {
      this.#keepers--;
      this.#catchUp();
      takeBack();
      letGo();
    };
  }

  /**
   * Keeps what is to be shown from now on, while something else stands on the screen: as much as there is room for, the rest is
   * counted and dropped, for the port is read on whatever comes. `onCovered` is told when all before it is out, and how the screen
   * stands then. The result lets it go, and says how many bytes were dropped.
   */
  cover(onCovered: (standing: StandingScreen | undefined) => void): () => number {
    const before = this.dropped;
    this.#keepers++;
    let takeBack = () => {};
    let letGo = () => {};
    const covered = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const begin = () => {
      clearTimeout(patience);
      this.#onWhole = undefined;
      this.#isCovered = true;
      this.pump.setHold(Number.MAX_SAFE_INTEGER); // but for a log that has no room
      const standing = this.#state?.standing();
      takeBack = this.pump.insert(() => {
        onCovered(standing);
        return covered;
      });
    };
    // The rest of a sequence would be text behind what cut it.
    let patience: NodeJS.Timeout | undefined;
    if (this.#state?.isInside) {
      this.#onWhole = begin;
      patience = setTimeout(begin, SEQUENCE_MS);
    } else begin();
    return () => {
      clearTimeout(patience);
      this.#onWhole = undefined;
      this.#isCovered = false;
      this.#keepers--;
      this.#catchUp();
      takeBack();
      letGo();
      return this.dropped - before;
    };
  }

  /** Shows what was kept. The port is read on meanwhile: it goes on talking, and its driver has little room. */
  #catchUp(): void {
    this.pump.setHold(HELD_BYTES);
    this.pump.insert(async () => {
      if (this.#keepers === 0) this.pump.setHold();
    });
  }

  /** Sequences that take back what the device has made of the screen: modes, margins, the alternate screen. Empty: nothing. */
  undo(): string {
    return this.#state?.undo() ?? "";
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.pump.stop();
  }

  #receive(chunk: Uint8Array, end: number): void {
    const { view, taps, clock, onReceived } = this.#options;
    onReceived(chunk, end);
    // With nobody to stamp it for, it is not stamped.
    if (view.isPlain && taps.isEmpty && this.typedLine === undefined) return this.#send(chunk, 0, end);
    const atUs = clock.nowUs();
    taps.rx(chunk, end, atUs);
    this.#look(chunk, end, atUs, "rx");
  }

  #look(chunk: Uint8Array, end: number, atUs: number, way: Way): void {
    const { view } = this.#options;
    const lent = end === chunk.length ? chunk : chunk.subarray(0, end);
    this.#put(view.isPlain ? lent : view.push(lent, atUs, way), atUs);
    this.#watchDeadline();
  }

  #put(bytes: Uint8Array, atUs: number): void {
    if (bytes.length === 0) return;
    this.#options.taps.shown(bytes, atUs);
    const { typedLine } = this;
    if (typedLine) this.draw(typedLine.before());
    this.#send(bytes, 0, bytes.length);
    if (typedLine) this.draw(typedLine.after(bytes));
  }

  #send(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    if (this.#onWhole && this.#state) {
      while (from < end && this.#state.isInside) this.#state.push(bytes, from, ++from);
      this.pump.send(bytes, start, from);
      if (!this.#state.isInside) this.#onWhole();
    }
    if (this.#isCovered && this.pump.waiting >= HELD_BYTES) {
      this.dropped += end - from;
      return;
    }
    this.#state?.push(bytes, from, end);
    this.pump.send(bytes, from, end);
  }

  /** One timer at the most, and none while no view keeps anything back. */
  #watchDeadline(): void {
    const deadlineUs = this.#options.view.deadlineUs();
    if (deadlineUs === undefined || this.#timer !== undefined) return;
    const leftMs = Math.max(1, Math.ceil((deadlineUs - this.#options.clock.nowUs()) / 1000));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const { view, clock } = this.#options;
      const nowDeadlineUs = view.deadlineUs();
      if (nowDeadlineUs !== undefined && nowDeadlineUs <= clock.nowUs()) this.flush();
      else this.#watchDeadline();
    }, leftMs);
  }
}
