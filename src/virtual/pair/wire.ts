/**
 * One direction of the cable, from the moment that bytes are read from the sender to the moment that they can be written
 * to the receiver. Pure: it has no timer and no clock, and holds so much and no more.
 *
 *     pace --> strict line --> faults --> delay --> out          (each only where it was asked for; a stall stops all)
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { createDelay } from "./delay.js";
import { type ByteFault, byteFaults, type FaultRates } from "./faults.js";
import { characterBits, type Frame } from "./line-frame.js";
import { createPace } from "./pace.js";
import { type Stall, stalledUntilMs } from "./stall.js";
import { createStrictLine } from "./strict-line.js";

export interface WireOptions extends FaultRates {
  readonly pace: boolean;
  readonly strictLine: boolean;
  readonly delayMs: number;
  readonly jitterMs: number;
  /** In order, without overlaps, in ms of the clock that the wire is asked by. */
  readonly stalls: readonly Stall[];
  readonly seed: number;
  /** Names the direction: each has random numbers of its own. */
  readonly stream: string;
  readonly onFault?: (kind: ByteFault, offset: number) => void;
}

/** Bytes, counted. in = out + held + garbled - misread + dropped - duplicated + lost, at any time. */
export interface WireCounts {
  readonly in: number;
  readonly out: number;
  /** On their way. */
  readonly held: number;
  readonly dropped: number;
  readonly flipped: number;
  readonly duplicated: number;
  /** Sent while the ends differed, and received in their place. */
  readonly garbled: number;
  readonly misread: number;
  /** Given up on their way. */
  readonly lost: number;
}

export interface Wire {
  /** How the sender sends and the receiver listens from now on; `differ`: whether that is to be felt. */
  setLine(sender: Frame, receiver: Frame, differ: boolean, atMs: number): void;
  /** How many bytes it would take. */
  room(atMs: number): number;
  /** Takes `chunk[0..end)`, not more than there is room for. */
  push(chunk: Uint8Array, end: number, atMs: number): void;
  /** Places what has arrived at the start of `into`. Returns how many bytes. */
  take(into: Uint8Array, atMs: number): number;
  /** When to come again, or undefined while nothing is on its way. */
  deadlineMs(atMs: number): number | undefined;
  /** Gives up all that is on its way. Returns how many bytes that was. */
  discard(): number;
  readonly counts: WireCounts;
}

/** What may wait for the receiver before no more is let through. */
const OUT_ABOVE = 64 * 1024;

export function createWire(options: WireOptions): Wire {
  const { seed, stream, stalls, delayMs, jitterMs, drop, flip, dup } = options;
  const pace = options.pace ? createPace() : undefined;
  const strict = options.strictLine ? createStrictLine() : undefined;
  const faults =
    drop > 0 || flip > 0 || dup > 0 ? byteFaults(options, seed, stream, options.onFault) : undefined;
  const delay = delayMs > 0 || jitterMs > 0 ? createDelay(delayMs, jitterMs, seed, stream) : undefined;
  const heard = new ByteQueue();
  const faulty = new ByteQueue();
  const out = new ByteQueue();
  let entered = 0;
  let left = 0;
  let lost = 0;

  const behindStrict = strict ? heard : undefined;
  /** From the strict line on: what is in `from[start..end)` has been heard. */
  const pass = (from: Uint8Array, start: number, end: number, atMs: number) => {
    if (end <= start) return;
    if (!faults) return delay ? delay.push(from, start, end, atMs) : out.push(from, start, end);
    if (!delay) return faults.pass(from, start, end, out);
    faults.pass(from, start, end, faulty);
    delay.push(faulty.bytes, faulty.start, faulty.end, atMs);
    faulty.clear();
  };
  const passHeard = (atMs: number) => {
    pass(heard.bytes, heard.start, heard.end, atMs);
    heard.clear();
  };
  const send = (from: Uint8Array, start: number, end: number, isLast: boolean, atMs: number) => {
    if (!strict || !behindStrict) return pass(from, start, end, atMs);
    strict.send(from, start, end, heard);
    if (isLast) strict.rest(heard);
    passHeard(atMs);
  };
  const roomBehindPace = () => (delay && delay.room() === 0 ? 0 : Math.max(0, OUT_ABOVE - out.length));

  return {
    setLine(sender, receiver, differ, atMs) {
      const characterMs =
        sender.bps === 0 ? Number.POSITIVE_INFINITY : (characterBits(sender) * 1000) / sender.bps;
      pace?.setCharacterMs(characterMs);
      strict?.set(differ ? { sender, receiver } : undefined, heard);
      passHeard(atMs);
    },
    room(atMs) {
      if (stalledUntilMs(stalls, atMs) !== undefined) return 0;
      return pace ? pace.room() : delay ? Math.min(delay.room(), OUT_ABOVE) : roomBehindPace();
    },
    push(chunk, end, atMs) {
      entered += end;
      if (pace) pace.push(chunk, 0, end, atMs);
      else send(chunk, 0, end, true, atMs);
    },
    take(into, atMs) {
      if (stalledUntilMs(stalls, atMs) !== undefined) return 0;
      pace?.release(roomBehindPace(), atMs, (from, start, end) => {
        send(from, start, end, end - start === pace.held, atMs);
      });
      delay?.release(Math.max(0, OUT_ABOVE - out.length), atMs, out);
      const count = Math.min(out.length, into.length);
      into.set(out.bytes.subarray(out.start, out.start + count));
      out.take(count);
      left += count;
      return count;
    },
    deadlineMs(atMs) {
      const stalledMs = stalledUntilMs(stalls, atMs);
      if (stalledMs !== undefined) return stalledMs;
      if (out.length > 0) return atMs;
      const times = [delay?.deadlineMs(), roomBehindPace() > 0 ? pace?.deadlineMs() : undefined];
      return times.reduce((one, other) => {
        return one === undefined || (other !== undefined && other < one) ? other : one;
      });
    },
    discard() {
      const count = (pace?.discard() ?? 0) + (delay?.discard() ?? 0) + out.length;
      out.clear();
      lost += count;
      return count;
    },
    get counts() {
      return {
        in: entered,
        out: left,
        held: (pace?.held ?? 0) + (delay?.held ?? 0) + out.length,
        dropped: faults?.counts.drop ?? 0,
        flipped: faults?.counts.flip ?? 0,
        duplicated: faults?.counts.dup ?? 0,
        garbled: strict?.garbled ?? 0,
        misread: strict?.misread ?? 0,
        lost,
      };
    },
  };
}
