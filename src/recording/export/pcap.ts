/**
 * A recording as Wireshark opens it: a pcap file (pcap-savefile(5)) of LINKTYPE_RTAC_SERIAL, whose packets have a direction and
 * the modem lines (https://www.tcpdump.org/linktypes/LINKTYPE_RTAC_SERIAL.html). Pure. Breaks, errors, changes of lines and what
 * was lost are packets without bytes.
 */
import { NO_BYTES } from "../../bytes/stage.js";
import type { ModemLine, ModemLines } from "../../port/port.js";
import type { SessionEvent } from "../../session/session-event.js";
import type { RecordingRecord } from "../record.js";
import type { Encoder } from "./encoder.js";

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;
const LINKTYPE_RTAC_SERIAL = 250;
/** Programs refuse longer packets than the file's header says. */
const MOST_PACKET = 65_535;

const FILE_HEADER = 24;
const PACKET_HEADER = 16;
/** Two words of time, the event, the lines, and two bytes that are reserved. */
const SERIAL_HEADER = 12;
const MOST_BYTES = MOST_PACKET - SERIAL_HEADER;

const EVENTS = {
  statusChange: 0x00,
  tx: 0x01,
  rx: 0x02,
  dataLost: 0x05,
  complete: 0x06,
  framingError: 0x07,
  parityError: 0x08,
  break: 0x09,
  overflow: 0x0a,
} as const;

const LINE_BITS: Readonly<Record<ModemLine, number>> = {
  cts: 0x01,
  dcd: 0x02,
  dsr: 0x04,
  rts: 0x08,
  dtr: 0x10,
  ri: 0x20,
};

/** Which packet a counter that has risen is. */
const COUNTED: Readonly<Record<string, number>> = {
  frame: EVENTS.framingError,
  parity: EVENTS.parityError,
  overrun: EVENTS.overflow,
  bufOverrun: EVENTS.overflow,
};

export function createPcap(): Encoder {
  let isBegun = false;
  let lines = 0;
  const packet = (atUs: number, event: number, bytes: Uint8Array): Buffer => {
    const seconds = Math.floor(atUs / 1e6) % 2 ** 32;
    const micros = atUs % 1e6;
    const length = SERIAL_HEADER + bytes.length;
    const header = Buffer.alloc(PACKET_HEADER + SERIAL_HEADER);
    header.writeUInt32LE(seconds, 0);
    header.writeUInt32LE(micros, 4);
    header.writeUInt32LE(length, 8);
    header.writeUInt32LE(length, 12);
    // The link type's own header is in network order.
    header.writeUInt32BE(seconds, PACKET_HEADER);
    header.writeUInt32BE(micros, PACKET_HEADER + 4);
    header.writeUInt8(event, PACKET_HEADER + 8);
    header.writeUInt8(lines, PACKET_HEADER + 9);
    return Buffer.concat([header, bytes]);
  };
  const packets = (record: RecordingRecord): Buffer[] => {
    const atUs = Math.max(0, Math.round(record.at * 1e6));
    if (record.kind === "bytes") {
      const all: Buffer[] = [];
      for (let at = 0; at < record.bytes.length; at += MOST_BYTES) {
        all.push(packet(atUs, EVENTS[record.way], record.bytes.subarray(at, at + MOST_BYTES)));
      }
      return all;
    }
    if (record.kind === "unknown") return [];
    const { event } = record;
    if (event.event === "lines") lines = bitsOf(event.lines);
    if (event.event === "lost") lines = 0;
    return eventsOf(event).map((kind) => packet(atUs, kind, NO_BYTES));
  };
  return {
    push(record) {
      const before = isBegun ? [] : [fileHeader()];
      isBegun = true;
      return Buffer.concat([...before, ...packets(record)]);
    },
    end: () => (isBegun ? NO_BYTES : fileHeader()),
  };
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(FILE_HEADER);
  header.writeUInt32LE(MAGIC_MICROSECONDS, 0);
  header.writeUInt16LE(VERSION_MAJOR, 4);
  header.writeUInt16LE(VERSION_MINOR, 6);
  header.writeUInt32LE(MOST_PACKET, 16);
  header.writeUInt32LE(LINKTYPE_RTAC_SERIAL, 20);
  return header;
}

function bitsOf(lines: Partial<ModemLines>): number {
  return (Object.keys(LINE_BITS) as ModemLine[]).reduce(
    (bits, line) => bits | (lines[line] ? LINE_BITS[line] : 0),
    0,
  );
}

function eventsOf(event: SessionEvent): readonly number[] {
  switch (event.event) {
    case "lines":
    case "lost":
      return [EVENTS.statusChange];
    case "break":
      return [EVENTS.break];
    case "error":
      if (!("counters" in event)) return [];
      return [...new Set(Object.keys(event.counters).flatMap((name) => COUNTED[name] ?? []))];
    case "drop":
      return event.events === undefined ? [] : [EVENTS.dataLost];
    case "end":
      return [EVENTS.complete];
    default:
      return [];
  }
}
