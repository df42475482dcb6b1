/**
 * What a playing of a recording is asked for, and what it tells: types only.
 */
import type { ReadRecord } from "../../recording/read-recording.js";
import type { Departure } from "./departure.js";
import type { EventMoment } from "./moments.js";

export interface MatchOptions {
  /** CR, LF and CR LF are one another's equals. */
  readonly anyNewline: boolean;
  /** So long an expected line is waited for; then all goes on as if it had come. For ever, if nothing is said. */
  readonly timeoutMs?: number | undefined;
}

export interface ReplayOptions {
  /** Opens the recording at its beginning; with `match` it is read twice at the same time. */
  readonly open: () => AsyncIterable<ReadRecord>;
  /** 2 is twice as fast as it was recorded; Infinity: as fast as it is read. */
  readonly speed: number;
  /** At its end it begins again. Not with `match`. */
  readonly isLoop?: boolean;
  /** The device speaks when the program has sent what was sent then. */
  readonly match?: MatchOptions | undefined;
}

/** None is called from inside a call of whoever runs it. */
export interface ReplayListener {
  onDeparture(departure: Departure): void;
  /** The device was lost: every program that has the port open gets a hang-up. */
  onHangUp(): void;
  /** Something beside the bytes was recorded, and it is its time. */
  onEvent(moment: EventMoment): void;
  /** All was said. */
  onEnd(): void;
  /** The recording cannot be read any further. */
  onError(error: unknown): void;
}
