/**
 * Bytes of UTF-8 as the inside of a JSON string, byte by byte: what jsonLine (bytes/json-line.ts) makes of the same text, without
 * a string in between. Pure; knows no line.
 */

/** The longest that a byte can become: an escape such as \u001b. */
export const MOST_PER_BYTE = 6;

/** What a byte of ASCII becomes where it cannot stay: RFC 8259, section 7, and DEL. */
const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 0x80 }, (_, code) => {
  if (code === 0x7f) return Buffer.from("\\u007f");
  const text = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
  return text.length > 1 ? Buffer.from(text) : undefined;
});

/** What to do at a byte: nothing, escape it, or look at what follows, for it may begin a character of UNSAFE. */
const PLAIN = 0;
const ESCAPE = 1;
const LOOK = 2;
const KINDS = new Uint8Array(256);
for (const [code, escaped] of ESCAPES.entries()) if (escaped) KINDS[code] = ESCAPE;
for (const lead of [0xc2, 0xd8, 0xe2]) KINDS[lead] = LOOK;

/**
 * Writes valid UTF-8 `from[start..end)` into `into` at `at`, where MOST_PER_BYTE times as many bytes have to fit. Returns where
 * it ends.
 */
export function writeJsonText(
  from: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
): number {
  let out = at;
  for (let read = start; read < end; read++) {
    const byte = from[read]!;
    const kind = KINDS[byte]!;
    if (kind === PLAIN) {
      into[out++] = byte;
      continue;
    }
    if (kind === ESCAPE) {
      const escaped = ESCAPES[byte]!;
      for (let index = 0; index < escaped.length; index++) into[out++] = escaped[index]!;
      continue;
    }
    const code = unsafeAt(from, read, byte);
    if (code === 0) {
      into[out++] = byte;
      continue;
    }
    out = writeEscape(code, into, out);
    read += byte === 0xe2 ? 2 : 1;
  }
  return out;
}

/** The character at `at` where a terminal may act on it: C1 controls and changes of direction. Else 0. */
function unsafeAt(from: Uint8Array, at: number, lead: number): number {
  const second = from[at + 1]!;
  if (lead === 0xc2) return second < 0xa0 ? second : 0;
  if (lead === 0xd8) return second === 0x9c ? 0x61c : 0;
  const third = from[at + 2]!;
  const code = 0x2000 | ((second & 0x3f) << 6) | (third & 0x3f);
  const acts =
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069);
  return acts ? code : 0;
}

const HEX = Buffer.from("0123456789abcdef");

function writeEscape(code: number, into: Uint8Array, at: number): number {
  let out = at;
  into[out++] = 0x5c;
  into[out++] = 0x75;
  for (let shift = 12; shift >= 0; shift -= 4) into[out++] = HEX[(code >> shift) & 0xf]!;
  return out;
}
