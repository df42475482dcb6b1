/**
 * A recording's records as moments of one playing: what the device said, what it was sent, and what else happened, each with
 * its time since the first record. Pure; knows no clock and no file.
 */
import type { ReadRecord } from "../../recording/read-recording.js";
import type { SessionEvent } from "../../session/session-event.js";

interface At {
  /** Microseconds since the first record; never less than before. */
  readonly atUs: number;
  /** The line of the recording, from 1. */
  readonly line: number;
}

/** The device said these bytes ("rx"), or was sent them ("tx"). */
export interface BytesMoment extends At {
  readonly kind: "rx" | "tx";
  readonly bytes: Uint8Array;
}

export interface EventMoment extends At {
  readonly kind: "event";
  readonly event: SessionEvent;
}

export type Moment = BytesMoment | EventMoment;

/**
 * Records to moments, in order; undefined for what a later robin has recorded. Where a second session follows in the same
 * file, its time goes on from the end of the first one.
 */
export function createMoments(): (record: ReadRecord) => Moment | undefined {
  let atUs = 0;
  let before: number | undefined;
  return (record) => {
    const { elapsed, line } = record;
    atUs += Math.max(0, Math.round((elapsed - (before ?? elapsed)) * 1e6));
    before = elapsed;
    if (record.kind === "unknown") return undefined;
    if (record.kind === "event") return { kind: "event", event: record.event, atUs, line };
    return { kind: record.way, bytes: record.bytes, atUs, line };
  };
}
