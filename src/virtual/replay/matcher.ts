/**
 * What a program sends, held against what was sent when the recording was made: how far it has come, and where it departs.
 * Pure: it has no clock and no timer, it is told the time and says when it wants to be asked again. What comes out depends on
 * the bytes and their times alone, neither on how they were cut nor on when the recording was read.
 *
 * Bytes that fit are followed byte by byte. From the first that does not fit, the rest of its line is gathered, and looked
 * for among the next lines of the recording: where it is one of them, those in front of it were left out; where not, it is
 * ignored, and the expected line awaited from its beginning.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { CONTEXT_LINES, content, type Departure } from "./departure.js";
import type { Moment } from "./moments.js";
import { Passages } from "./passages.js";
import { LONGEST_LINE, type SentLine, SentLines } from "./sent-lines.js";

/** A line that nothing ends is over after so long without a byte. */
const SILENCE_MS = 500;
/** How many lines behind the expected one are looked at. In a longer stretch a line like any other would be found too easily. */
export const AHEAD_LINES = 16;
/** Lines that a report has where the program left too early; more are only said to be there. */
const SHOWN_LINES = 4;

const LF = 0x0a;
const CR = 0x0d;

export class Matcher {
  readonly passages = new Passages();
  readonly #onDeparture: (departure: Departure) => void;
  readonly #sent = new SentLines((line) => this.#lines.push(line));
  /** From the expected one on. */
  readonly #lines: SentLine[] = [];
  /** How much of the expected line has come. */
  #offset = 0;
  #isRead = false;
  readonly #heard = new ByteQueue();
  #heardAtMs = 0;
  /** What has come of a line that does not fit; undefined where all fits. */
  #stray: Uint8Array | undefined;
  #isStrayWhole = false;
  #strayAtMs = 0;
  /** A line that did not fit has ended with CR: a LF may belong to it. */
  #afterCr = false;
  #before: SentLine[] = [];
  #isGivingUp = false;
  #isFinishing = false;
  #isFinished = false;
  #lastMs = 0;
  #matched = 0;

  constructor(onDeparture: (departure: Departure) => void) {
    this.#onDeparture = onDeparture;
  }

  /** Lines that came as they were recorded. */
  get matched(): number {
    return this.#matched;
  }

  /** Whether more of the recording is needed now. Stays below a bound: some lines. */
  get wants(): boolean {
    if (this.#isRead || this.#isFinished) return false;
    const ahead = this.#lines.length;
    if (this.#isStrayWhole) return ahead < AHEAD_LINES + 2;
    if (this.#isFinishing && this.#heard.length === 0) return ahead < SHOWN_LINES + 2;
    const line = this.#expected();
    return line === undefined || (this.#isGivingUp && !line.isWhole);
  }

  /** Whether it waits for the recording: no more is to be given to `hear` meanwhile. */
  get isBusy(): boolean {
    return this.#heard.length > 0 || this.#isStrayWhole || this.#isGivingUp || this.#isFinishing;
  }

  /** Whether `finish` was called and has come to its end. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Whether every line of the recording is behind us. */
  get isComplete(): boolean {
    return this.#isRead && this.#expected() === undefined && this.#stray === undefined;
  }

  /** The next moment of the recording. */
  read(moment: Moment): void {
    if (moment.kind === "tx") this.#sent.sent(moment.bytes, moment.line, moment.atUs);
    else if (moment.kind === "rx") this.#sent.said(moment.bytes);
    this.#run();
  }

  readEnd(): void {
    this.#sent.end();
    this.#isRead = true;
    this.#run();
  }

  /** The program has sent `bytes[0..end)`, at `atMs`, which is never less than before. */
  hear(bytes: Uint8Array, end: number, atMs: number): void {
    this.tick(atMs);
    this.#heard.push(bytes, 0, end);
    this.#heardAtMs = atMs;
    if (end > 0) this.#lastMs = atMs;
    this.#run();
  }

  /** Time has gone on. */
  tick(nowMs: number): void {
    if (nowMs < (this.deadlineMs() ?? Number.POSITIVE_INFINITY)) return;
    if (this.#stray === undefined) this.#goAstray();
    this.#endStray();
    this.#run();
  }

  /** When silence ends a line; undefined where there is none to end. */
  deadlineMs(): number | undefined {
    if (this.isBusy) return undefined;
    const isOpen = this.#stray !== undefined || this.#lacksLf();
    return isOpen ? this.#lastMs + SILENCE_MS : undefined;
  }

  /** The expected line is waited for no longer: all goes on as if it had come. */
  giveUp(nowMs: number): void {
    if (this.isBusy) return;
    this.#heardAtMs = nowMs;
    this.#endStray();
    this.#isGivingUp = true;
    this.#run();
  }

  /** The program has left. */
  finish(): void {
    this.#isFinishing = true;
    this.#run();
  }

  #run(): void {
    while (!this.#isFinished && this.#step());
  }

  /** Whether there is more to do now. */
  #step(): boolean {
    if (this.#isStrayWhole) return this.#judge();
    if (this.#heard.length > 0) return this.#stray ? this.#gather() : this.#follow();
    if (this.#isGivingUp) return this.#passOver();
    return this.#isFinishing && this.#conclude();
  }

  /** The expected line, where some of it is known and has not come yet. */
  #expected(): SentLine | undefined {
    for (let first = this.#lines[0]; first !== undefined; first = this.#lines[0]) {
      if (this.#offset < first.bytes.length) return first;
      if (!first.isWhole) return undefined;
      this.#lines.shift();
      this.#offset = 0;
      this.#matched++;
      this.#before = [...this.#before, first].slice(-CONTEXT_LINES);
    }
    return undefined;
  }

  #follow(): boolean {
    const { bytes, start, end } = this.#heard;
    const line = this.#expected();
    if (line === undefined && !this.#isRead) return false;
    if (this.#afterCr) {
      this.#afterCr = false;
      if (bytes[start] === LF && line?.bytes[this.#offset] !== LF) this.#heard.take(1);
      return true;
    }
    if (line === undefined) {
      this.#goAstray();
      return true;
    }
    const most = Math.min(end - start, line.bytes.length - this.#offset);
    let count = 0;
    while (count < most && bytes[start + count] === line.bytes[this.#offset + count]) count++;
    if (count > 0) {
      this.#offset += count;
      this.#heard.take(count);
      this.passages.add(line.start + this.#offset, this.#heardAtMs);
    } else {
      this.#goAstray();
      if (this.#lacksLf()) this.#endStray(); // what comes is the next line's
    }
    return true;
  }

  /** What has come of the expected line is the beginning of another one. */
  #goAstray(): void {
    this.#stray = this.#lines[0]?.bytes.slice(0, this.#offset) ?? new Uint8Array(0);
    this.#strayAtMs = this.#heardAtMs;
  }

  /** Whether a line has come with its CR, and the recording has CR LF. */
  #lacksLf(): boolean {
    const line = this.#lines[0];
    return (
      this.#offset > 0 && line?.bytes[this.#offset - 1] === CR && (line.bytes[this.#offset] ?? CR) === LF
    );
  }

  /** The rest of a line that does not fit. */
  #gather(): boolean {
    const { bytes, start, end } = this.#heard;
    const stray = this.#stray!;
    const limit = Math.min(end, start + LONGEST_LINE - stray.length);
    let at = start;
    while (at < limit && bytes[at] !== LF && bytes[at] !== CR) at++;
    const isEnd = at < limit;
    if (isEnd) at++;
    this.#stray = Buffer.concat([stray, bytes.subarray(start, at)]);
    this.#strayAtMs = this.#heardAtMs;
    this.#heard.take(at - start);
    if (isEnd || this.#stray.length >= LONGEST_LINE) this.#endStray();
    return true;
  }

  #endStray(): void {
    if (this.#stray === undefined) return;
    this.#isStrayWhole = true;
    this.#afterCr = this.#stray.at(-1) === CR;
  }

  /** Whether a line that did not fit is one of the next. */
  #judge(): boolean {
    if (this.wants) return false;
    const actual = this.#stray!;
    this.#stray = undefined;
    this.#isStrayWhole = false;
    const at = this.#lines.findIndex(({ bytes }, at) => {
      return at > 0 && at <= AHEAD_LINES && isFound(actual, bytes);
    });
    const found = this.#lines[at];
    const expected = this.#lines.slice(0, found ? at : 1);
    const kind = found ? "skipped" : expected.length > 0 ? "changed" : "extra";
    this.#tell({ kind, expected, hasMore: false, actual, ...(found ? { found } : {}) });
    this.#offset = 0;
    if (found === undefined) return true;
    this.#lines.splice(0, at);
    this.#offset = actual.length;
    this.passages.add(found.start, this.#strayAtMs, true);
    this.passages.add(found.start + this.#offset, this.#strayAtMs);
    return true;
  }

  #passOver(): boolean {
    if (this.wants) return false;
    this.#isGivingUp = false;
    const line = this.#expected();
    if (line === undefined) return true;
    const actual = line.bytes.slice(0, this.#offset);
    this.#tell({ kind: "timeout", expected: [line], hasMore: false, actual });
    this.#lines.shift();
    this.#offset = 0;
    this.passages.add(line.start + line.bytes.length, this.#heardAtMs);
    return true;
  }

  #conclude(): boolean {
    if (this.#stray !== undefined) {
      this.#endStray();
      return true;
    }
    if (this.wants) return false;
    this.#isFinished = true;
    if (this.#expected() === undefined) return false;
    const expected = this.#lines.slice(0, SHOWN_LINES);
    const hasMore = this.#lines.length > SHOWN_LINES;
    this.#tell({ kind: "unfinished", expected, hasMore, actual: expected[0]!.bytes.slice(0, this.#offset) });
    return false;
  }

  #tell(departure: Omit<Departure, "before">): void {
    this.#onDeparture({ before: this.#before, ...departure });
  }
}

/** Whether what came is a recorded line, but for a LF that may still come. An empty line is like any other. */
function isFound(actual: Uint8Array, line: Uint8Array): boolean {
  const { length } = content(line);
  if (length === 0 || actual.length < length || actual.length > line.length) return false;
  return Buffer.from(line.buffer, line.byteOffset, actual.length).equals(actual);
}
