/**
 * How many of the bytes that wait may be sent now, where a device needs time for each byte or line, or has to answer first.
 * Pure: told the time, what was sent and what came back. Knows no port and no timer.
 *
 *     OPEN --bytes taken--> LEAVING (the driver has them) --sent--> RESTING (the delay) --> OPEN
 *          --byte or line taken--> ANSWER (echo, then prompt) --come, or given up--> OPEN
 */
import { createEchoWatch } from "./echo-watch.js";
import { createPromptWatch, type PromptWatch } from "./prompt-watch.js";

export interface PacingOptions {
  /** Rest behind each byte, ms; may be a fraction. */
  readonly byteDelayMs?: number;
  /** Rest behind each line, ms. */
  readonly lineDelayMs?: number;
  /** Wait for the echo of each byte, or of each line. */
  readonly echo?: "byte" | "line";
  /** Wait behind each line until this is found in what has arrived since. */
  readonly waitFor?: RegExp;
  /** How long to wait for an echo or a prompt, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** A person types: only a paste of several lines waits for answers, so that single keys always get through. */
  readonly isTerminal?: boolean;
}

export type Hold = "echo" | "prompt" | "leaving" | "rest";

const LF = 0x0a;
const CR = 0x0d;
/** With `echo: "line"`, so many bytes of one line may be on their way: a buffer that every device has. */
const ECHO_AHEAD = 1024;
/** Node's timers are no finer. Below it, what a timer is late is made up for by several bytes at once. */
const TIMER_MS = 1;
/** So much lateness is made up for at the most: a busy machine sends more slowly, not in large bursts. */
const CATCH_UP_MS = 5;
/** What stands behind a paste and is longer, or holds a line end, is the rest of it: a terminal gives 4 KiB a read. */
const KEY_BYTES = 16;

/** Where the first line of `from[start..end)` ends, behind its CR, LF or CR LF; `end` where it does not. */
function lineStop(from: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = from[at];
    if (byte === LF || (byte === CR && at + 1 < end && from[at + 1] !== LF)) return at + 1;
  }
  return end;
}

export class SendGate {
  readonly #options: PacingOptions;
  readonly #echo = createEchoWatch();
  readonly #prompt: PromptWatch | undefined;
  /** When the next byte, and the next line, may go; and when what was held back last may. */
  #byteAtMs = Number.NEGATIVE_INFINITY;
  #lineAtMs = Number.NEGATIVE_INFINITY;
  restsUntilMs = Number.NEGATIVE_INFINITY;
  /** Whether bytes were waiting all the time since the last ones: then a late timer is made up for. */
  #isBusy = false;
  #takenAtMs = 0;
  /** Delays that begin when the driver has sent what it was given. */
  #owedByteMs = 0;
  #owedLineMs = 0;
  #wasSeenLeaving = false;
  /** A line has ended by a CR: the LF of a CR LF may follow. */
  #afterCr = false;
  #isLineEnded = false;
  /** The rest of this line does not wait for its echo: one did not come. */
  #isGivenUp = false;
  /** Bytes of a paste that are still to be sent. */
  #pasteLeft = 0;
  /** Since when an answer is waited for, or the last piece of it came. */
  waitsSinceMs = 0;

  constructor(options: PacingOptions) {
    this.#options = options;
    this.#prompt = options.waitFor && createPromptWatch(options.waitFor);
  }

  /** What holds `from[start..end)` back now. `isOut` says whether the driver has sent all it was given. */
  hold(from: Uint8Array, start: number, end: number, nowMs: number, isOut: () => boolean): Hold | undefined {
    const answer = this.#waits(from, start, end) ? this.awaited : undefined;
    const isRestOfEnd = this.#afterCr && from[start] === LF;
    if (answer === "echo" || (answer === "prompt" && !isRestOfEnd)) return answer;
    if (this.#owedByteMs + this.#owedLineMs > 0) {
      if (!isOut()) {
        this.#wasSeenLeaving = true;
        return "leaving";
      }
      // Where nobody looked before, it may have left long ago.
      const leftAtMs = this.#wasSeenLeaving ? nowMs : this.#takenAtMs;
      if (this.#owedByteMs > 0) this.#byteAtMs = leftAtMs + this.#owedByteMs;
      if (this.#owedLineMs > 0) this.#lineAtMs = leftAtMs + this.#owedLineMs;
      this.#owedByteMs = 0;
      this.#owedLineMs = 0;
    }
    this.restsUntilMs = isRestOfEnd ? this.#byteAtMs : Math.max(this.#byteAtMs, this.#lineAtMs);
    if (nowMs >= this.restsUntilMs) return undefined;
    this.#isBusy = true;
    return "rest";
  }

  /** Up to where `from[start..end)` may go at once, where nothing holds it back. More than `start`. */
  stop(from: Uint8Array, start: number, end: number, nowMs: number): number {
    const { byteDelayMs = 0, echo, lineDelayMs = 0 } = this.#options;
    let stop = end;
    if (byteDelayMs >= TIMER_MS) stop = start + 1;
    else if (byteDelayMs > 0) {
      this.#byteAtMs = Math.max(this.#byteAtMs, this.#isBusy ? nowMs - CATCH_UP_MS : nowMs);
      stop = Math.min(end, start + 1 + Math.floor((nowMs - this.#byteAtMs) / byteDelayMs + 1e-9));
    }
    if (echo !== undefined && !this.#isGivenUp && this.#waits(from, start, end)) {
      stop = Math.min(stop, start + (echo === "byte" ? 1 : ECHO_AHEAD - this.#echo.missing));
    }
    if (lineDelayMs === 0 && echo === undefined && this.#prompt === undefined) return stop;
    const line = lineStop(from, start, end);
    return Math.min(stop, line);
  }

  /** `from[start..taken)` was taken by the port, of what waited up to `end`. */
  took(from: Uint8Array, start: number, taken: number, end: number, nowMs: number): void {
    const { byteDelayMs = 0, lineDelayMs = 0, echo } = this.#options;
    const waits = this.#waits(from, start, end);
    const isRestOfEnd = this.#afterCr && from[start] === LF && taken === start + 1;
    const last = from[taken - 1];
    this.#isLineEnded = last === LF || (last === CR && (taken === end || from[taken] !== LF));
    this.#afterCr = last === CR && this.#isLineEnded;
    this.#takenAtMs = nowMs;
    this.#wasSeenLeaving = false;
    if (byteDelayMs >= TIMER_MS) this.#owedByteMs = byteDelayMs;
    else if (byteDelayMs > 0) this.#byteAtMs += (taken - start) * byteDelayMs;
    this.#isBusy = taken < end;
    if (this.#isLineEnded) this.#owedLineMs = lineDelayMs;
    if (echo !== undefined && waits && !this.#isGivenUp) this.#echo.sent(from, start, taken);
    if (this.#isLineEnded) {
      this.#isGivenUp = false;
      if (!isRestOfEnd) this.#prompt?.restart();
    }
    this.waitsSinceMs = nowMs;
    this.#endPaste(from, taken, end, taken - start);
  }

  #endPaste(from: Uint8Array, taken: number, end: number, count: number): void {
    if (this.#pasteLeft === 0) return;
    this.#pasteLeft = Math.max(0, this.#pasteLeft - count);
    if (this.#pasteLeft > 0 || taken === end) return;
    const last = from[end - 1];
    const goesOn = end - taken > KEY_BYTES || last === CR || last === LF || lineStop(from, taken, end) < end;
    if (goesOn) this.#pasteLeft = end - taken;
  }

  /** Whether these bytes wait for answers: always those of a pipe, and those of a paste that goes on behind a line end. */
  #waits(from: Uint8Array, start: number, end: number): boolean {
    const { isTerminal = false, echo, waitFor } = this.#options;
    if (echo === undefined && waitFor === undefined) return false;
    if (!isTerminal || this.#pasteLeft > 0) return true;
    if (lineStop(from, start, end) === end) return false;
    this.#pasteLeft = end - start;
    return true;
  }

  /** Sees `bytes[0..end)` that arrived. */
  received(bytes: Uint8Array, end: number, nowMs: number): void {
    if (this.#echo.missing > 0 && this.#echo.received(bytes, end)) this.waitsSinceMs = nowMs;
    this.#prompt?.received(bytes, end);
  }

  /** What is still to come before more is sent, of what waits for answers. */
  get awaited(): "echo" | "prompt" | undefined {
    const { missing } = this.#echo;
    const isEchoed =
      missing === 0 || (this.#options.echo === "line" && !this.#isLineEnded && missing < ECHO_AHEAD);
    if (!isEchoed) return "echo";
    return this.#prompt?.isFound === false ? "prompt" : undefined;
  }

  /** What is awaited did not come: goes on with the next line. */
  giveUp(): void {
    const isMidLine = this.awaited === "echo" && !this.#isLineEnded;
    this.#echo.forget();
    this.#isGivenUp = isMidLine;
    if (!isMidLine) this.#prompt?.forget();
  }
}
