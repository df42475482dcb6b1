/**
 * What control sequences have made of a terminal that cannot be asked: its modes, its margins, which of its screens is shown; and
 * whether one of them is cut. Pure. Knows their shapes (ECMA-48, xterm's control sequences) and a few of their meanings; what
 * stands on the screen is an emulator's to know, for whom the bytes of a full-screen program are kept.
 *
 *     GROUND --ESC--> ESCAPE --[--> CSI --final byte--> GROUND
 *                        |   --] P X ^ _--> STRING --BEL, ST--> GROUND
 *                        `-- any other final byte --> GROUND         CAN, SUB: GROUND; ESC: ESCAPE
 */
import { ByteQueue } from "./byte-queue.js";

const [ESC, CAN, SUB, BEL] = [0x1b, 0x18, 0x1a, 0x07];
const BACKSLASH = 0x5c;
/** OSC, DCS, SOS, PM, APC. */
const STRINGS: readonly number[] = [..."]PX^_"].map((letter) => letter.charCodeAt(0));
/** Parameters of a control sequence that are looked at; longer ones have no meaning here. */
const LONGEST = 128;
/** What is kept of a full-screen program's output: it draws its screen again long before that. */
const KEPT_BYTES = 1024 * 1024;

/** Private modes (DECSET) that a view changes, or would be wrong behind it. */
const [ORIGIN, WRAP, CURSOR, PASTE] = [6, 7, 25, 2004];
const MOUSE: readonly number[] = [9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016];
const ALTERNATE: readonly number[] = [47, 1047, 1049];
/** DECNKM, which DECKPAM and DECKPNM set too. */
const KEYPAD = 66;
const TRACKED: ReadonlySet<number> = new Set([1, ORIGIN, WRAP, CURSOR, PASTE, KEYPAD, 1004, ...MOUSE]);
/** Modes that are on unless they were switched off. */
const USUALLY_ON: ReadonlySet<number> = new Set([WRAP, CURSOR]);

/** How the terminal stands, for a view that is about to change it. */
export interface StandingScreen {
  /** Sequences that set the modes again which a view changes. */
  readonly modes: string;
  /** What a full-screen program has drawn on the alternate screen; absent where that is not shown. */
  readonly alternate?: { readonly bytes: Uint8Array; readonly margins: string };
}

export class ScreenState {
  #state: "ground" | "escape" | "csi" | "string" = "ground";
  #parameters = "";
  readonly #modes = new Map<number, boolean>();
  #margins = "";
  #alternate: ByteQueue | undefined;
  /** The last bytes outside of a sequence, where a character may be cut. */
  #tail = 0;

  /** Whether what comes next belongs to a sequence, or a character, that has begun. */
  get isInside(): boolean {
    return this.#state !== "ground" || isCut(this.#tail);
  }

  /** `bytes[start..end)` goes to the terminal. */
  push(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const [begin, kept] = [at, this.#alternate];
      at = this.#state === "ground" ? this.#ground(bytes, at, end) : this.#sequence(bytes, at, end);
      if (kept && kept === this.#alternate) keep(kept, bytes, begin, at);
    }
  }

  standing(): StandingScreen {
    const modes = [...this.#modes].filter(([mode, isOn]) => isOn !== USUALLY_ON.has(mode));
    const text = [ORIGIN, PASTE, ...MOUSE].flatMap((mode) =>
      modes.some(([one]) => one === mode) ? `\x1b[?${mode}h` : [],
    );
    const usual = [WRAP, CURSOR].map((mode) => `\x1b[?${mode}${this.#modes.get(mode) === false ? "l" : "h"}`);
    const kept = this.#alternate;
    return {
      modes: [...usual, ...text].join(""),
      ...(kept && { alternate: { bytes: kept.bytes.slice(kept.start, kept.end), margins: this.#margins } }),
    };
  }

  /** Sequences that make of it what a shell expects, as far as it is not; for who leaves it. */
  undo(): string {
    const { alternate } = this.standing();
    const off = [...this.#modes].flatMap(([mode, isOn]) => {
      if (isOn === USUALLY_ON.has(mode)) return [];
      if (mode === KEYPAD) return ["\x1b>"];
      return [`\x1b[?${mode}${isOn ? "l" : "h"}`];
    });
    // Without margins the cursor would stand in the first row.
    const margins = this.#margins === "" ? "" : "\x1b7\x1b[r\x1b8";
    this.#reset();
    return margins + off.join("") + (alternate ? "\x1b[?1049l" : "");
  }

  /** Text up to the next sequence. Returns where that begins. */
  #ground(bytes: Uint8Array, start: number, end: number): number {
    // What stands behind a chunk, in the buffer that it was read into, is not looked at.
    const chunk = end === bytes.length ? bytes : bytes.subarray(0, end);
    const found = chunk.indexOf(ESC, start);
    const stop = found === -1 ? end : found;
    for (let at = Math.max(start, stop - 4); at < stop; at++) this.#tail = (this.#tail << 8) | bytes[at]!;
    if (stop === end) return end;
    this.#tail = 0;
    this.#state = "escape";
    return stop + 1;
  }

  #sequence(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === ESC) this.#state = "escape";
      else if (byte === CAN || byte === SUB) this.#state = "ground";
      else if (this.#state === "escape") this.#escape(byte);
      else if (this.#state === "csi") this.#csi(byte);
      else if (byte === BEL) this.#state = "ground";
      if (this.#state === "ground") return at + 1;
    }
    return end;
  }

  #escape(byte: number): void {
    this.#parameters = "";
    if (byte === 0x5b) this.#state = "csi";
    else if (STRINGS.includes(byte)) this.#state = "string";
    else if (byte >= 0x30 || byte === BACKSLASH) {
      this.#state = "ground";
      if (byte === 0x63) this.#reset(); // RIS
      if (byte === 0x3d || byte === 0x3e) this.#modes.set(KEYPAD, byte === 0x3d); // DECKPAM, DECKPNM
    } // else an intermediate byte: its final one comes
  }

  #csi(byte: number): void {
    if (byte >= 0x40 && byte <= 0x7e) {
      this.#state = "ground";
      this.#obey(this.#parameters, String.fromCharCode(byte));
    } else if (byte >= 0x20 && this.#parameters.length < LONGEST) {
      this.#parameters += String.fromCharCode(byte);
    }
  }

  #obey(parameters: string, final: string): void {
    if (final === "r" && /^[\d;]*$/.test(parameters)) this.#margins = `\x1b[${parameters}r`;
    else if (final === "p" && parameters === "!") this.#softReset();
    else if ((final === "h" || final === "l") && parameters.startsWith("?")) {
      for (const mode of parameters.slice(1).split(";")) this.#set(Number(mode), final === "h");
    }
  }

  #set(mode: number, isOn: boolean): void {
    if (TRACKED.has(mode)) this.#modes.set(mode, isOn);
    if (!ALTERNATE.includes(mode)) return;
    if (!isOn) this.#alternate = undefined;
    else this.#alternate ??= new ByteQueue();
    this.#margins = "";
  }

  /** DECSTR. */
  #softReset(): void {
    for (const mode of [1, ORIGIN, WRAP, CURSOR, PASTE, KEYPAD]) this.#modes.delete(mode);
    this.#margins = "";
  }

  #reset(): void {
    this.#modes.clear();
    this.#margins = "";
    this.#alternate = undefined;
  }
}

function keep(kept: ByteQueue, bytes: Uint8Array, start: number, end: number): void {
  kept.push(bytes, start, end);
  if (kept.length > KEPT_BYTES) kept.take(kept.length - KEPT_BYTES / 2);
}

/** Whether the last of these bytes begin a character of UTF-8 that has not ended (RFC 3629). */
function isCut(tail: number): boolean {
  const [third, second, last] = [(tail >> 16) & 0xff, (tail >> 8) & 0xff, tail & 0xff];
  const isNext = (byte: number) => byte >> 6 === 0b10;
  if (last >= 0xc2 && last <= 0xf4) return true;
  if (isNext(last) && second >= 0xe0 && second <= 0xf4) return true;
  return isNext(last) && isNext(second) && third >= 0xf0 && third <= 0xf4;
}
