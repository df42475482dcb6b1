/**
 * Who speaks when: one message after the other, to all ears, in one order. Knows speakers, their turns, and who waits for
 * whom; not what an ear does with a message.
 *
 *     a speaker is READING --an ear has no room--> WAITING in line (it is not read: its pty fills) --room--> READING
 *
 * Who waits goes first: nobody overtakes at the ear that somebody waits for, so that short messages do not keep a long one
 * waiting for ever.
 */
import { GONE, NOTHING } from "../../port/ends.js";
import type { Ear } from "./ear.js";
import { type Batch, type CutReason, type Frame, Framer } from "./framer.js";
import type { HubPort } from "./hub-port.js";

/** A tty gives at most 4 KiB a read. */
const BUFFER_BYTES = 4096;
/** A read of at least so many bytes is worth another one before the next speaker's turn. */
const MORE_LIKELY = 512;
/** Reads in one turn where few listen, and writes where many do: a turn is some milliseconds at most. */
const READS_A_TURN = 4;
const WRITES_A_TURN = 64;
/** What a program that has left may have written, and more: a pty holds some 15 KiB. */
const SWEEP_BYTES = 64 * 1024;

export interface Speaker {
  readonly port: HubPort;
  /** The same port's listening side: it does not hear itself. */
  readonly ear: Ear;
  readonly framer: Framer;
  /** Bytes read. */
  received: number;
  /** The ears without room, while it waits. */
  waitsFor: readonly Ear[] | undefined;
  silence: NodeJS.Timeout | undefined;
}

export interface BusOptions {
  readonly frame: Frame;
  /** The longest message in bytes: no more than an ear's room when it is empty. */
  readonly messageBytes: number;
  readonly onCut: (port: HubPort, reason: CutReason, bytes: number) => void;
}

export class Bus {
  readonly #options: BusOptions;
  readonly #ears: Ear[] = [];
  readonly #speakers: Speaker[] = [];
  /** Who has a message that does not fit, the first one first. */
  #line: Speaker[] = [];
  #release: NodeJS.Immediate | undefined;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #isClosed = false;

  constructor(options: BusOptions) {
    this.#options = options;
  }

  addEar(ear: Ear): void {
    this.#ears.push(ear);
    ear.onRoom = () => this.#lookAtLine();
  }

  addSpeaker(port: HubPort, ear: Ear): Speaker {
    const { frame, messageBytes, onCut } = this.#options;
    const framer = new Framer(frame, messageBytes, (reason, bytes) => onCut(port, reason, bytes));
    const speaker: Speaker = { port, ear, framer, received: 0, waitsFor: undefined, silence: undefined };
    this.#speakers.push(speaker);
    port.source.onReady(() => this.#serve(speaker));
    port.source.arm();
    return speaker;
  }

  /** The program at the port has left: what it wrote is its last, whole or not. */
  left(speaker: Speaker): void {
    // On a turn of its own: an end may tell of it from inside a read.
    setImmediate(() => {
      if (this.#isClosed) return;
      // The next program may be there already: it has no end.
      for (
        let swept = 0;
        swept < SWEEP_BYTES && speaker.framer.length < this.#options.messageBytes + SWEEP_BYTES;
      ) {
        const n = this.#read(speaker);
        if (n === 0) break;
        swept += n;
      }
      speaker.framer.finish("closed");
      this.#serve(speaker);
    });
  }

  close(): void {
    this.#isClosed = true;
    clearImmediate(this.#release);
    for (const { port, silence } of this.#speakers) {
      port.source.disarm();
      clearTimeout(silence);
    }
  }

  #serve(speaker: Speaker): void {
    if (this.#isClosed) return;
    const turns = Math.min(READS_A_TURN, Math.ceil(WRITES_A_TURN / this.#ears.length));
    for (let turn = 0; turn < turns; turn++) {
      if (!this.#passWaiting(speaker)) return;
      if (this.#read(speaker) < MORE_LIKELY) break;
    }
    if (!this.#passWaiting(speaker)) return;
    this.#awaitSilence(speaker);
    speaker.port.source.arm();
  }

  /** One read, and on with it. Returns the number of bytes. */
  #read(speaker: Speaker): number {
    const n = speaker.port.source.read(this.#buffer);
    if (n === NOTHING || n === GONE) return 0;
    speaker.received += n;
    const batch = speaker.framer.hear(this.#buffer, n, performance.now());
    speaker.framer.settle(this.#pass(speaker, batch));
    return n;
  }

  /** Passes on what waits. False where not all of it fits: then the speaker stands in line. */
  #passWaiting(speaker: Speaker): boolean {
    let batch = speaker.framer.waiting();
    if (batch.ends.length > 0) {
      speaker.framer.settle(this.#pass(speaker, batch));
      batch = speaker.framer.waiting();
    }
    const [first] = batch.ends;
    if (first !== undefined) {
      this.#hold(speaker, first - batch.start);
      return false;
    }
    if (speaker.waitsFor !== undefined) this.#leaveLine(speaker);
    return true;
  }

  #leaveLine(speaker: Speaker): void {
    speaker.waitsFor = undefined;
    this.#line = this.#line.filter((one) => one !== speaker);
    speaker.framer.listenAgain(performance.now());
    this.#lookAtLine(); // who stood behind it may go on
  }

  #lookAtLine(): void {
    if (this.#line.length > 0 && !this.#isClosed) this.#release ??= setImmediate(() => this.#serveLine());
  }

  /** Gives as many messages as all have room for to every ear but the speaker's own. Returns how many. */
  #pass(speaker: Speaker, { bytes, start, ends }: Batch): number {
    let passed = 0;
    let from = start;
    while (passed < ends.length) {
      const room = this.#roomFor(speaker);
      let next = passed;
      while (next < ends.length && ends[next]! - from <= room) next++;
      if (next === passed) break;
      const given = passed === 0 && next === ends.length ? ends : ends.slice(passed, next);
      for (const ear of this.#ears) if (ear !== speaker.ear) ear.give(speaker.port.name, bytes, from, given);
      from = ends[next - 1]!;
      passed = next;
    }
    return passed;
  }

  #roomFor(speaker: Speaker): number {
    let room = Number.POSITIVE_INFINITY;
    for (const ear of this.#ears) if (ear !== speaker.ear) room = Math.min(room, ear.room);
    return this.#line.length > 0 && this.#overtakes(speaker) ? 0 : room;
  }

  /** Whether somebody who came before waits for an ear that this speaker's message would go to as well. */
  #overtakes(speaker: Speaker): boolean {
    for (const before of this.#line) {
      if (before === speaker) return false;
      if (before.waitsFor?.some((ear) => ear !== speaker.ear)) return true;
    }
    return false;
  }

  #hold(speaker: Speaker, size: number): void {
    if (speaker.waitsFor === undefined) this.#line.push(speaker);
    speaker.waitsFor = this.#ears.filter((ear) => ear !== speaker.ear && ear.room < size);
    for (const ear of speaker.waitsFor) ear.waitedFor();
  }

  #serveLine(): void {
    this.#release = undefined;
    const line = this.#line;
    for (const speaker of line) this.#serve(speaker);
    const awaited = new Set(this.#line.flatMap(({ waitsFor }) => waitsFor ?? []));
    for (const ear of this.#ears) if (!awaited.has(ear)) ear.released();
  }

  #awaitSilence(speaker: Speaker): void {
    if (speaker.silence !== undefined || speaker.framer.deadlineMs() === undefined) return;
    this.#setSilence(speaker);
  }

  /** One timer for many bytes: at its end it is seen whether there was silence. */
  #setSilence(speaker: Speaker): void {
    const waitMs = speaker.framer.deadlineMs()! - performance.now();
    speaker.silence = setTimeout(
      () => {
        speaker.silence = undefined;
        if (speaker.waitsFor !== undefined) return; // not listened to: set again when it is
        const deadlineMs = speaker.framer.deadlineMs();
        if (deadlineMs === undefined) return;
        // What has arrived and is not read yet was no silence, as far as anybody knows.
        if (performance.now() < deadlineMs || this.#read(speaker) > 0) return this.#serve(speaker);
        speaker.framer.finish("silence");
        this.#serve(speaker);
      },
      Math.max(1, Math.ceil(waitMs)),
    );
  }
}
