/**
 * A recording as a hex dump of both ways, with the time of each row's first byte. Pure. A row is full, or ended by silence, by
 * bytes of the other way or by an event; the offsets count each way by itself.
 *
 *         1.234567 < 00000000  6c 6f 67 69 6e 3a 20                              |login: |
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { createHexView } from "../../bytes/hex-view.js";
import { NO_BYTES, type Way } from "../../bytes/stage.js";
import type { BytesRecord } from "../record.js";
import type { Encoder } from "./encoder.js";
import { eventWords } from "./event-words.js";
import { timeColumn } from "./text.js";

const ROW_BYTES = 16;
/** So long without a byte ends a row: the hex view's own time. */
const REST_US = 50_000;

export function createHexDump(): Encoder {
  const view = createHexView({ bytesPerRow: ROW_BYTES, directions: true });
  const row = Buffer.alloc(ROW_BYTES);
  let length = 0;
  let way: Way = "rx";
  let beganS = 0;
  let lastS = 0;
  /** The last row's time, and its column: many rows have the same. */
  let timeS = Number.NaN;
  let time: Uint8Array = NO_BYTES;
  const out = new ByteQueue();

  const put = (bytes: Uint8Array) => out.push(bytes, 0, bytes.length);
  const finish = () => {
    if (length === 0) return;
    if (beganS !== timeS) {
      timeS = beganS;
      time = Buffer.from(`${timeColumn(beganS)} `);
    }
    put(time);
    put(view.push(length === ROW_BYTES ? row : row.subarray(0, length), 0, way));
    if (length < ROW_BYTES) put(view.flush(0)); // a full row has come at once
    length = 0;
  };
  const add = (record: BytesRecord) => {
    if (record.way !== way || Math.round((record.elapsed - lastS) * 1e6) >= REST_US) finish();
    way = record.way;
    lastS = record.elapsed;
    for (const byte of record.bytes) {
      if (length === 0) beganS = record.elapsed;
      row[length++] = byte;
      if (length === ROW_BYTES) finish();
    }
  };
  return {
    push(record) {
      out.clear();
      if (record.kind === "bytes") add(record);
      else if (record.kind === "event") {
        finish();
        put(Buffer.from(`${timeColumn(record.elapsed)} = ${eventWords(record)}\n`));
      }
      return out.bytes.subarray(out.start, out.end);
    },
    end() {
      out.clear();
      finish();
      return out.bytes.subarray(out.start, out.end);
    },
  };
}
