/** Records by hand, and what an encoder makes of them. */
import fc from "fast-check";
import type { Way } from "../../../src/bytes/stage.js";
import type { Encoder } from "../../../src/recording/export/encoder.js";
import { decodeLine } from "../../../src/recording/format.js";
import type { BytesRecord, RecordingRecord } from "../../../src/recording/record.js";
import type { SessionEvent } from "../../../src/session/session-event.js";

/** The epoch's second in which the samples begin: 2025-11-21 17:10:00 UTC. */
export const START_S = 1763745000;

export function bytes(way: Way, elapsed: number, content: string | Uint8Array): BytesRecord {
  return { kind: "bytes", way, bytes: Buffer.from(content as string), elapsed, at: START_S + elapsed };
}

export function event(elapsed: number, it: SessionEvent): RecordingRecord {
  return { kind: "event", event: it, elapsed, at: START_S + elapsed };
}

const LINES = { dtr: true, rts: true, cts: true, dsr: false, dcd: false, ri: false };

/** One of everything. */
export const SAMPLE: readonly RecordingRecord[] = [
  event(0, { event: "start", version: 1, program: "robin 0.2.0", port: "/dev/ttyUSB0" }),
  decodeLine(
    `{"event":"settings","at":${START_S}.0005,"elapsed":0.0005,"settings":{"bps":115200,"databits":8,"parity":"none","stopbits":1,"flow":"none"}}`,
  )!,
  event(0.001, { event: "lines", lines: LINES }),
  bytes("rx", 1.234567, "login: "),
  bytes("tx", 2, "r"),
  bytes("rx", 2.001, "r"),
  bytes("tx", 2.5, "oot\r"),
  bytes("rx", 2.501, "oot\r\n"),
  bytes("rx", 2.502, [0xe6, 0xb8] as unknown as Uint8Array),
  bytes("rx", 2.503, Buffer.concat([Buffer.from([0xa9]), Buffer.from(" 20 °C\r\n")])),
  event(3, { event: "mark", text: "power off" }),
  event(3.1, { event: "error", counters: { frame: 2, overrun: 1 } }),
  event(3.15, { event: "error", message: "write log x: no space left on device (ENOSPC)" }),
  event(3.2, { event: "break", way: "tx", ms: 250 }),
  event(3.25, { event: "drop", way: "tx", bytes: 12 }),
  event(3.26, { event: "drop", events: 3 }),
  event(3.3, { event: "lost", port: "/dev/ttyUSB0" }),
  { kind: "unknown", name: "weather", elapsed: 3.4, at: START_S + 3.4 },
  event(3.5, { event: "back", port: "/dev/ttyUSB1" }),
  event(3.6, { event: "command", command: "sz file", status: 0 }),
  event(4, { event: "end", reason: "quit", received: 20, sent: 5 }),
];

export function encode(encoder: Encoder, records: readonly RecordingRecord[]): Buffer {
  const parts = records.map((record) => Buffer.from(encoder.push(record)));
  return Buffer.concat([...parts, encoder.end()]);
}

/** Records, and the same ones with some of their bytes cut into more records of the same time. */
export const cutRecords = fc
  .array(
    fc.record({
      way: fc.constantFrom<Way>("rx", "tx"),
      elapsed: fc.nat(300),
      content: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => Buffer.from(`${text}\r\n`)),
      ),
      cuts: fc.array(fc.nat(40), { maxLength: 4 }),
    }),
    { maxLength: 8 },
  )
  .map((all) => {
    const whole: BytesRecord[] = [];
    const cut: BytesRecord[] = [];
    let elapsed = 0;
    for (const one of all) {
      elapsed += one.elapsed / 1000;
      whole.push(bytes(one.way, elapsed, one.content));
      let start = 0;
      for (const at of [...[...one.cuts].sort((a, b) => a - b), one.content.length]) {
        const end = Math.min(at, one.content.length);
        cut.push(bytes(one.way, elapsed, one.content.slice(start, end)));
        start = end;
      }
    }
    return { whole, cut };
  });
