/**
 * What a terminal sends for keys: text, control characters, escape sequences, pastes. Pure. Knows their spellings (xterm's
 * control sequences, console_codes(4)); what each key does is line-edit.ts's.
 *
 *     TEXT --ESC--> ESCAPE --[--> CSI --final byte--> TEXT
 *                      |   --O--> SS3 --any byte----> TEXT
 *                      `-- any other byte, or nothing for ESCAPE_MS --> TEXT
 */
import { StringDecoder } from "node:string_decoder";
import { formatCaret } from "../bytes/caret.js";

/** An ESC with nothing behind it for so long is the key Esc; what a key sends comes at once, also over ssh. */
export const ESCAPE_MS = 50;
/** No key's sequence is longer. */
const LONGEST_SEQUENCE = 32;

const ESC = 0x1b;
const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const DEL = 0x7f;

/** By the final byte of CSI or SS3. */
const FINALS: Readonly<Record<string, string>> = {
  A: "Up",
  B: "Down",
  C: "Right",
  D: "Left",
  F: "End",
  H: "Home",
  M: "^M",
};
/** By the number in front of `~`. */
const NUMBERS: Readonly<Record<string, string>> = { 1: "Home", 3: "Delete", 4: "End", 7: "Home", 8: "End" };

/** Nothing one could type: undecodable bytes, and controls of eight bits. */
const NO_TEXT = /[\x80-\x9f\ufffd]/g;

export class KeyReader {
  /** What `read` found: text, or the name of a key (`^A`, `Left`, `Ctrl-Left`, `Alt-B`, `Esc`), or neither. */
  text = "";
  key = "";
  /** Whether bytes were no text. */
  isRefused = false;
  readonly #decoder = new StringDecoder("utf8");
  #state: "text" | "escape" | "csi" | "ss3" = "text";
  #sequence = "";
  #isPaste = false;
  /** A CR has been a key: the LF of a CR LF may follow. */
  #afterCr = false;

  /** Whether an ESC stands alone so far. */
  get isEscapePending(): boolean {
    return this.#state === "escape";
  }

  /** Nothing came behind the ESC. */
  endEscape(): void {
    this.#state = "text";
    this.#found("", "Esc");
  }

  /** Reads one key, or a run of text, from `bytes[at..end)`. Returns where the next begins. */
  read(bytes: Uint8Array, at: number, end: number): number {
    this.#found("", "");
    this.isRefused = false;
    const byte = bytes[at]!;
    if (this.#state !== "text") {
      this.#continue(byte);
      return at + 1;
    }
    if (byte >= 0x20 && byte !== DEL) return this.#readText(bytes, at, end);
    this.isRefused = this.#decoder.end() !== ""; // half a character
    const isRestOfEnd = this.#afterCr && byte === LF;
    this.#afterCr = byte === CR;
    if (byte === ESC) this.#state = "escape";
    else if (this.#isPaste) this.#readPasted(byte, isRestOfEnd);
    else if (!isRestOfEnd) this.key = formatCaret(byte);
    return at + 1;
  }

  #readText(bytes: Uint8Array, at: number, end: number): number {
    this.#afterCr = false;
    let stop = at + 1;
    while (stop < end && bytes[stop]! >= 0x20 && bytes[stop] !== DEL) stop++;
    const text = this.#decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset + at, stop - at));
    this.text = text.replace(NO_TEXT, "");
    this.isRefused = this.text.length < text.length;
    return stop;
  }

  /** A control character in a paste is no key. */
  #readPasted(byte: number, isRestOfEnd: boolean): void {
    if (byte === TAB) this.text = "\t";
    else if (byte === CR || (byte === LF && !isRestOfEnd)) this.key = "Newline";
    else if (!isRestOfEnd) this.isRefused = true;
  }

  #continue(byte: number): void {
    if (this.#state === "escape") {
      this.#sequence = "";
      if (byte === 0x5b) this.#state = "csi";
      else if (byte === 0x4f) this.#state = "ss3";
      else {
        this.#state = "text";
        this.#found("", byte === ESC ? "Esc" : altKey(byte));
      }
      return;
    }
    const isFinal =
      this.#state === "ss3" || (byte >= 0x40 && byte <= 0x7e && !(byte === 0x5b && this.#sequence === ""));
    this.#sequence += String.fromCharCode(byte);
    if (!isFinal && byte >= 0x20 && this.#sequence.length < LONGEST_SEQUENCE) return;
    this.#state = "text";
    if (isFinal) this.#endSequence(this.#sequence);
  }

  #endSequence(sequence: string): void {
    if (sequence === "200~" || sequence === "201~") {
      this.#isPaste = sequence === "200~";
      this.#afterCr = false;
      return;
    }
    const [number = "", modifier = ""] = sequence.slice(0, -1).split(";");
    const final = sequence.at(-1)!;
    const name =
      final === "~" ? NUMBERS[number] : number === "" || number === "1" ? FINALS[final] : undefined;
    if (name === undefined) return;
    // A modifier is 1 and a bit each: 1 Shift, 2 Alt, 4 Ctrl.
    const bits = modifier === "" ? 0 : Number(modifier) - 1;
    this.key = (bits & 6) !== 0 ? `Ctrl-${name}` : name;
  }

  #found(text: string, key: string): void {
    this.text = text;
    this.key = key;
  }
}

/** ESC and a byte at once. One that has no name counts as Esc: nothing of it is for the line. */
function altKey(byte: number): string {
  if (byte === DEL || byte === 0x08) return "Alt-Backspace";
  const letter = String.fromCharCode(byte).toUpperCase();
  return /^[BDF]$/.test(letter) ? `Alt-${letter}` : "Esc";
}
