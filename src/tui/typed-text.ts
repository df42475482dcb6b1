/**
 * What was typed as text and back, no byte lost: one that is no part of a UTF-8 character (a terminal that types Latin-1) becomes
 * half of a surrogate pair, which UTF-8 has not, U+DC80 to U+DCFF (as Python's surrogateescape). Pure.
 */

/** Bytes of a character by its first one; 1 where it begins none. */
function lengthOf(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 1;
}

const REPLACEMENT = "\ufffd";
const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;
const strayText = (byte: number) => String.fromCharCode(0xdc00 + byte);

/** Whether a character stands for a byte that is none. */
export function isStray(character: string): boolean {
  return /^[\udc80-\udcff]$/.test(character);
}

/** The bytes of a text that `TypedText` has read. */
export function typedBytes(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text);
  return Buffer.concat(
    [...text].map((one) => (isStray(one) ? Uint8Array.of(one.charCodeAt(0) & 0xff) : Buffer.from(one))),
  );
}

export class TypedText {
  /** The beginning of a character. */
  #rest: Uint8Array = new Uint8Array(0);

  get isPending(): boolean {
    return this.#rest.length > 0;
  }

  read(bytes: Uint8Array): string {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = all.length - beginningAtEnd(all);
    this.#rest = Uint8Array.from(all.subarray(whole));
    return decoded(all.subarray(0, whole));
  }

  /** The rest of the character does not come. */
  end(): string {
    const text = [...this.#rest].map(strayText).join("");
    this.#rest = new Uint8Array(0);
    return text;
  }
}

/** How many bytes at the end begin a character that may go on. */
function beginningAtEnd(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count]!;
    if (isContinuation(byte)) continue;
    return lengthOf(byte) > count ? count : 0;
  }
  return 0;
}

function decoded(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return text.includes(REPLACEMENT) ? decodedOneByOne(bytes) : text;
}

function decodedOneByOne(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at]!);
    const one = Buffer.from(bytes.subarray(at, at + length));
    const character = one.toString();
    const isWhole = one.length === length && Buffer.from(character).equals(one);
    text += isWhole ? character : bytes[at]! < 0x80 ? character : strayText(bytes[at]!);
    at += isWhole ? length : 1;
  }
  return text;
}
