/**
 * What turns a recording into another format: records in, bytes out. Only the contract; each format has a file of its own, and
 * is pure.
 */
import type { RecordingRecord } from "../record.js";

export interface Encoder {
  /** What becomes of the next record; may be empty, and is valid until the next call. */
  push(record: RecordingRecord): Uint8Array;
  /** What is still to come when there are no more. */
  end(): Uint8Array;
}
