/**
 * What a recording is made of, once it is read: types only. How a record is spelled is format.ts's to know.
 */
import type { Way } from "../bytes/stage.js";
import type { SessionEvent } from "../session/session-event.js";

/** When it happened, both in seconds to the microsecond. */
export interface Stamp {
  /** Since the epoch, as the wall clock stood. It may go back where the clock was set. */
  readonly at: number;
  /** Since the session began, by a clock that never goes back. */
  readonly elapsed: number;
}

/** Bytes that arrived from the port ("rx"), or that the port took ("tx"). */
export interface BytesRecord extends Stamp {
  readonly kind: "bytes";
  readonly way: Way;
  readonly bytes: Uint8Array;
}

export interface EventRecord extends Stamp {
  readonly kind: "event";
  readonly event: SessionEvent;
}

/** An event that this robin has no name for: a later one's. To be passed over. */
export interface UnknownRecord extends Stamp {
  readonly kind: "unknown";
  readonly name: string;
}

export type RecordingRecord = BytesRecord | EventRecord | UnknownRecord;
