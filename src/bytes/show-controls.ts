/**
 * What a device sends, made harmless on a terminal: control bytes and escape sequences are shown, not obeyed, so that no device
 * sets the clipboard or the title, or has the terminal answer. Pure. The terminal has to be one of UTF-8.
 *
 *     1b 5b -> ^[[      07 -> ^G      7f -> ^?      0d not before 0a -> ^M      9b, ff, what is no UTF-8 -> <9b> <ff>
 *     c2 9b -> <U+009B>      e2 80 ae -> <U+202E>      09, 0a, 0d 0a and all other text as it came
 */
import { UNSAFE_CHARACTER } from "./printable.js";
import { NO_BYTES, type Stage, type Way } from "./stage.js";

export interface PrintableOptions {
  /** How long the first bytes of a character, or a \r, wait for what follows, ms. */
  readonly restMs?: number;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const DEL = 0x7f;
/** A byte becomes four (`<9b>`), a character of two, three or four bytes eight or nine (`<U+202E>`). */
const LONGEST = 4;
/** By byte: whether it stands for itself whatever stands around it. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === TAB || byte === LF || (byte >= 0x20 && byte < DEL) ? 1 : 0,
);
const DIGITS = Buffer.from("0123456789abcdef");

/** Instead of a character's length: it is none, and what would tell has not come yet. */
const INVALID = 0;
const CUT = -1;

export function createPrintable({ restMs = 100 }: PrintableOptions = {}): Stage {
  let out = new Uint8Array(0);
  /** The first bytes of a character, or a \r; and when the last of them came. */
  let held: Uint8Array = NO_BYTES;
  let heldWay: Way = "rx";
  let lastUs = 0;

  /** `bytes` as they are shown. Keeps back what is cut at their end, unless nothing more comes. */
  const show = (bytes: Uint8Array, isEnd: boolean): Uint8Array => {
    const end = bytes.length;
    held = NO_BYTES;
    const first = plainEnd(bytes, 0);
    if (first === end) return bytes;
    if (out.length < end * LONGEST) out = new Uint8Array(end * LONGEST);
    const into = out;
    into.set(bytes.subarray(0, first));
    let to = first;
    let at = first;
    while (at < end) {
      const byte = bytes[at]!;
      if (PLAIN[byte] === 1) {
        into[to++] = byte;
        at++;
        continue;
      }
      const length = byte === CR ? returnLength(bytes, at) : characterLength(bytes, at);
      if (length === CUT && !isEnd) {
        held = Uint8Array.from(bytes.subarray(at)); // a Buffer's slice would be no copy
        break;
      }
      if (length <= 1) {
        to = byte < 0x80 ? putCaret(into, to, byte) : putByte(into, to, byte);
        at++;
        continue;
      }
      const code = byte === CR ? 0 : codePoint(bytes, at, length);
      if (code >= 0x80 && isUnsafe(code)) to = putCode(into, to, code);
      else for (let copy = at; copy < at + length; copy++) into[to++] = bytes[copy]!;
      at += length;
    }
    return into.subarray(0, to);
  };
  const deadlineUs = () => (held.length === 0 ? undefined : lastUs + restMs * 1000);

  return {
    push(chunk, atUs, way = "rx") {
      if (chunk.length === 0) return NO_BYTES;
      let before = NO_BYTES;
      if (held.length > 0) {
        // Late or not, who flushes at the deadline makes no difference.
        if (way !== heldWay || atUs >= lastUs + restMs * 1000) before = Uint8Array.from(show(held, true));
        else chunk = Buffer.concat([held, chunk]);
      }
      heldWay = way;
      lastUs = atUs;
      const shown = show(chunk, false);
      return before.length === 0 ? shown : Buffer.concat([before, shown]);
    },
    flush: () => (held.length === 0 ? NO_BYTES : show(held, true)),
    deadlineUs,
  };
}

/** Where the first byte from `at` on stands that does not stand for itself, or the end. */
function plainEnd(bytes: Uint8Array, at: number): number {
  const end = bytes.length;
  while (at < end) {
    if (PLAIN[bytes[at]!] === 1) at++;
    else if (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
    else break;
  }
  return at;
}

function returnLength(bytes: Uint8Array, at: number): number {
  if (at + 1 === bytes.length) return CUT;
  return bytes[at + 1] === LF ? 2 : INVALID;
}

/** The length of the character of two bytes or more at `at`: table 3-7 of the Unicode standard. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0xc2 || lead > 0xf4) return INVALID;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // The second byte's range keeps out what has a shorter form, halves of surrogate pairs, and what is above 10FFFF.
  let least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let next = at + 1; next < at + length; next++) {
    if (next === bytes.length) return CUT;
    if (bytes[next]! < least || bytes[next]! > most) return INVALID;
    least = 0x80;
    most = 0xbf;
  }
  return length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let code = bytes[at]! & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) code = (code << 6) | (bytes[next]! & 0x3f);
  return code;
}

const SAFE = 1;
const HARMS = 2;
/** By character, where it was asked for: a look is quicker than an expression. */
let known: Uint8Array | undefined;

function isUnsafe(code: number): boolean {
  known ??= new Uint8Array(0x110000); // memory that is not touched is not there
  if (known[code] === 0) known[code] = UNSAFE_CHARACTER.test(String.fromCodePoint(code)) ? HARMS : SAFE;
  return known[code] === HARMS;
}

function putCaret(into: Uint8Array, to: number, byte: number): number {
  into[to++] = 0x5e; // ^
  into[to++] = byte ^ 0x40;
  return to;
}

function putByte(into: Uint8Array, to: number, byte: number): number {
  into[to++] = 0x3c; // <
  into[to++] = DIGITS[byte >> 4]!;
  into[to++] = DIGITS[byte & 15]!;
  into[to++] = 0x3e;
  return to;
}

/** `<U+202E>`, as Unicode writes it: four digits or more. */
function putCode(into: Uint8Array, to: number, code: number): number {
  const text = `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  for (let at = 0; at < text.length; at++) into[to++] = text.charCodeAt(at);
  return to;
}
