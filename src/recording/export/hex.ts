/**
 * A recording as a hex dump of both ways, with the time of each row's first byte. Pure. A row is full, or ended by silence, by
 * bytes of the other way or by an event; the offsets count each way by itself.
 *
 *         1.234567 < 00000000  6c 6f 67 69 6e 3a 20                              |login: |
 */
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
  let parts: Uint8Array[] = [];

  const finish = () => {
    if (length === 0) return;
    parts.push(Buffer.from(`${timeColumn(beganS)} `));
    const bytes = row.subarray(0, length);
    length = 0;
    // A full row comes at once, another one by the flush; its result is valid until the next call.
    parts.push(Uint8Array.from(view.push(bytes, 0, way)), Uint8Array.from(view.flush(0)));
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
  const taken = () => {
    const bytes = parts.length === 0 ? NO_BYTES : Buffer.concat(parts);
    parts = [];
    return bytes;
  };

  return {
    push(record) {
      if (record.kind === "bytes") add(record);
      else if (record.kind === "event") {
        finish();
        parts.push(Buffer.from(`${timeColumn(record.elapsed)} = ${eventWords(record)}\n`));
      }
      return taken();
    },
    end() {
      finish();
      return taken();
    },
  };
}
