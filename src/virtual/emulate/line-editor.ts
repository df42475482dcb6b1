/**
 * Received bytes as lines, and what is sent back while they are typed. Pure.
 */

/** A line longer than this is not a line: what is more is dropped. */
const LIMIT = 4096;

const BACKSPACE = 0x08;
const LF = 0x0a;
const CR = 0x0d;
const DEL = 0x7f;

export class LineEditor {
  readonly #newline: string;
  #line: number[] = [];
  /** A CR has ended a line: the LF of a CR LF may follow. */
  #isEnding = false;
  #passedCr = false;

  constructor(newline: string) {
    this.#newline = newline;
  }

  /** Whether it is the second byte of a CR LF that has ended a line: then it is nobody's. Asked for every byte. */
  isRestOfEnd(byte: number): boolean {
    const isRest = this.#isEnding && byte === LF;
    this.#isEnding = false;
    return isRest;
  }

  /** Takes a byte into the line. `line` is there when it is complete; `echo` is what a device that echoes sends back. */
  push(byte: number): { readonly line?: string; readonly echo: string | Uint8Array } {
    if (byte === CR || byte === LF) {
      this.#isEnding = byte === CR;
      const line = Buffer.from(this.#line).toString();
      this.#line = [];
      return { line, echo: this.#newline };
    }
    if (byte === BACKSPACE || byte === DEL) return { echo: this.#erase() ? "\b \b" : "" };
    if (this.#line.length === LIMIT) return { echo: "" };
    this.#line.push(byte);
    return { echo: Uint8Array.of(byte) };
  }

  /** A byte that is part of no line: what is sent back for it. */
  pass(byte: number): string | Uint8Array {
    const isSecond = this.#passedCr && byte === LF;
    this.#passedCr = byte === CR;
    if (isSecond) return "";
    return byte === CR || byte === LF ? this.#newline : Uint8Array.of(byte);
  }

  /** A character, of however many bytes. */
  #erase(): boolean {
    let byte = this.#line.pop();
    const erased = byte !== undefined;
    while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#line.pop();
    return erased;
  }
}
