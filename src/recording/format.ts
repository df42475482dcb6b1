/**
 * How a record is spelled: one JSON object a line. Pure. Knows every key; not where lines go to or come from.
 *
 *     {"event":"rx","at":1763745000.123456,"elapsed":1.234567,"text":"login: "}
 *
 * Bytes are `text` where they are valid UTF-8, and `base64` elsewhere. A line is harmless on a screen. docs/recording.md is
 * for who reads it without robin.
 */
import { isUtf8 } from "node:buffer";
import { jsonLine } from "../bytes/json-line.js";
import type { Way } from "../bytes/stage.js";
import type { SessionEvent } from "../session/session-event.js";
import { isKnownEvent, isSessionEvent } from "./event-shape.js";
import { MOST_PER_BYTE, writeJsonText } from "./json-text.js";
import type { RecordingRecord, Stamp } from "./record.js";

/** More bytes than a read gives become more lines than one, so that a line has a bound. */
const MOST_BYTES = 64 * 1024;
/** Everything beside the bytes. */
const MOST_AROUND = 128;
const scratch = Buffer.alloc(MOST_BYTES * MOST_PER_BYTE + MOST_AROUND);

/**
 * `bytes[start..end)` as lines, each given to `put` and valid until its next call. Most often it is one; where a character was
 * cut by a read, its parts get lines of their own, so that all the rest is text.
 */
export function encodeBytes(
  way: Way,
  bytes: Uint8Array,
  start: number,
  end: number,
  stamp: Stamp,
  put: (line: Uint8Array) => void,
): void {
  const head = `{"event":"${way}",${times(stamp)}`;
  for (let from = start; from < end; from += MOST_BYTES) {
    encodePiece(head, bytes, from, Math.min(end, from + MOST_BYTES), put);
  }
}

function encodePiece(
  head: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  put: (line: Uint8Array) => void,
): void {
  if (isUtf8(bytes.subarray(start, end))) return put(textLine(head, bytes, start, end));
  const from = start + leadingRest(bytes, start, end);
  const to = end - cutEnd(bytes, from, end);
  if (from === to || !isUtf8(bytes.subarray(from, to))) return put(base64Line(head, bytes, start, end));
  if (start < from) put(base64Line(head, bytes, start, from));
  put(textLine(head, bytes, from, to));
  if (to < end) put(base64Line(head, bytes, to, end));
}

function textLine(head: string, bytes: Uint8Array, start: number, end: number): Uint8Array {
  let at = scratch.write(`${head},"text":"`, "latin1");
  at = writeJsonText(bytes, start, end, scratch, at);
  return scratch.subarray(0, at + scratch.write('"}\n', at, "latin1"));
}

function base64Line(head: string, bytes: Uint8Array, start: number, end: number): Uint8Array {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("base64");
  return scratch.subarray(0, scratch.write(`${head},"base64":"${base64}"}\n`, "latin1"));
}

/** How many bytes at the start continue a character that was cut before: 0..3. */
function leadingRest(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  while (count < 3 && start + count < end && (bytes[start + count]! & 0xc0) === 0x80) count++;
  return count;
}

/** How many bytes at the end begin a character that goes on later: 0..3. */
function cutEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let count = 1; count <= 3 && end - count >= start; count++) {
    const byte = bytes[end - count]!;
    if ((byte & 0xc0) !== 0x80) return lengthOf(byte) > count ? count : 0;
  }
  return 0;
}

/** How many bytes the character has that `byte` begins: RFC 3629, section 4. 0 where it begins none. */
function lengthOf(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** An event as its line. */
export function encodeEvent({ event, ...rest }: SessionEvent, stamp: Stamp): string {
  const body = jsonLine(rest).slice(1);
  return `{"event":"${event}",${times(stamp)}${body.startsWith("}") ? "" : ","}${body}`;
}

function times({ at, elapsed }: Stamp): string {
  return `"at":${at.toFixed(6)},"elapsed":${elapsed.toFixed(6)}`;
}

/**
 * The record of a line, with or without its end; undefined where it is none. A line without `elapsed` (robin hub --tap writes
 * such) gets the time since `startAt`, or 0.
 */
export function decodeLine(line: string, startAt?: number): RecordingRecord | undefined {
  const value = parseObject(line);
  if (value === undefined) return undefined;
  const { event: name, at, elapsed, ...rest } = value;
  if (typeof name !== "string" || name === "" || !isTime(at)) return undefined;
  if (elapsed !== undefined && !isTime(elapsed)) return undefined;
  const stamp = { at, elapsed: elapsed ?? Math.max(0, round(at - (startAt ?? at))) };
  if (name === "rx" || name === "tx") {
    const bytes = bytesOf(rest);
    return bytes && { kind: "bytes", way: name, bytes, ...stamp };
  }
  if (!isKnownEvent(name)) return { kind: "unknown", name, ...stamp };
  const event = { event: name, ...rest };
  return isSessionEvent(event) ? { kind: "event", event, ...stamp } : undefined;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf({ text, base64 }: Record<string, unknown>): Uint8Array | undefined {
  if (typeof text === "string" && base64 === undefined) {
    return /\p{Cs}/u.test(text) ? undefined : Buffer.from(text, "utf8"); // half a surrogate pair is no character
  }
  if (typeof base64 !== "string" || text !== undefined || base64.length % 4 !== 0) return undefined;
  return /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? Buffer.from(base64, "base64") : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
