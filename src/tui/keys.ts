/**
 * What a terminal sends for keys and the mouse: text, control characters, escape sequences, pastes. Pure, and the same however
 * it is cut. Knows their spellings (xterm's control sequences, console_codes(4)); not what a key does.
 */
import { type Mouse, parseMouse } from "./mouse.js";
import { isStray, TypedText, typedBytes } from "./typed-text.js";

export type KeyName =
  | "text"
  | "paste"
  | "mouse"
  | "unknown"
  | "escape"
  | "enter"
  | "tab"
  | "backspace"
  | (typeof FINALS)[keyof typeof FINALS]
  | (typeof NUMBERS)[keyof typeof NUMBERS];

export interface Key {
  readonly name: KeyName;
  /** What was typed or pasted; of a control character its letter (`a` for ^A, with `ctrl`). Empty for other keys. */
  readonly text: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** As the terminal sent it, to be passed on. */
  readonly bytes: Uint8Array;
  readonly mouse?: Mouse;
}

/** An ESC with nothing behind it for so long is the key Esc; what a key sends comes at once, also over ssh. */
export const ESCAPE_MS = 50;
/** No key's sequence is longer: what is longer is none. */
const LONGEST_SEQUENCE = 64;
/** A paste is told in pieces of this many bytes at the most. */
const LONGEST_PASTE = 64 * 1024;

const ESC = "\x1b";
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** By the final byte of CSI or SS3. */
const FINALS = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  E: "unknown",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
  M: "enter",
  Z: "tab",
} as const;
/** By the number in front of `~`. */
const NUMBERS = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
} as const;

/** CSI (with the Linux console's `[[A`), SS3, or ESC and one character; whole, or what may become one. */
const SEQUENCE = /^\x1b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-~]|O[0-9]?[ -~]|[^[O])/u;
const UNFINISHED = /^\x1b(?:\[\[?|\[[0-?]*[ -/]*|O[0-9]?)?$/u;
const MODIFIED = { shift: 1, alt: 2, ctrl: 4 } as const;

export class KeyDecoder {
  readonly #decoder = new TypedText();
  /** What may be the beginning of something longer. */
  #rest = "";
  #isPaste = false;
  /** What was pasted and is not told yet. */
  #pasted = "";

  /** Whether an ESC stands alone so far, or a part of a character: after ESCAPE_MS it is to be ended. */
  get isEscapePending(): boolean {
    return (this.#rest === ESC || this.#decoder.isPending) && !this.#isPaste;
  }

  /** The keys in what was typed. */
  push(bytes: Uint8Array): Key[] {
    return this.#read(this.#decoder.read(bytes));
  }

  #read(text: string): Key[] {
    this.#rest += text;
    const keys: Key[] = [];
    while (this.#rest !== "") {
      const taken = this.#isPaste ? this.#paste(keys) : this.#key(keys);
      if (taken === 0) break;
      this.#rest = this.#rest.slice(taken);
    }
    return keys;
  }

  /** Nothing came behind the ESC, or no more of the character. */
  endEscape(): Key[] {
    if (!this.isEscapePending) return [];
    if (this.#decoder.isPending) return this.#read(this.#decoder.end());
    this.#rest = "";
    return [key("escape", ESC)];
  }

  /** How much of the rest was a key; 0: it may go on. */
  #key(keys: Key[]): number {
    const rest = this.#rest;
    if (!rest.startsWith(ESC)) {
      const [, text = "", one = ""] = /^([^\x00-\x1f\x7f]+)|^(.)/su.exec(rest) ?? [];
      // One key for each character, as they are typed.
      for (const character of text) {
        keys.push(
          isStray(character) ? key("unknown", character) : key("text", character, { text: character }),
        );
      }
      if (one !== "") keys.push(control(one));
      return text.length + one.length;
    }
    if (rest.startsWith(PASTE_BEGIN)) {
      this.#isPaste = true;
      return PASTE_BEGIN.length;
    }
    if (UNFINISHED.test(rest) && rest.length < LONGEST_SEQUENCE) return 0;
    const sequence = SEQUENCE.exec(rest)?.[0];
    if (sequence === undefined) {
      keys.push(key("unknown", rest.slice(0, LONGEST_SEQUENCE)));
      return Math.min(rest.length, LONGEST_SEQUENCE);
    }
    if (sequence === `${ESC}${ESC}`) {
      keys.push(key("escape", ESC)); // the second one may begin something
      return 1;
    }
    keys.push(ofSequence(sequence));
    return sequence.length;
  }

  #paste(keys: Key[]): number {
    const rest = this.#rest;
    const end = rest.indexOf(PASTE_END);
    // Its end may be cut. The rest stays short: it is looked at again with each byte.
    const whole = end === -1 ? Math.max(0, rest.length - (PASTE_END.length - 1)) : end;
    this.#pasted += rest.slice(0, whole);
    if (end !== -1 || this.#pasted.length >= LONGEST_PASTE) {
      if (this.#pasted !== "") keys.push(key("paste", this.#pasted, { text: this.#pasted }));
      this.#pasted = "";
    }
    if (end === -1) return whole;
    this.#isPaste = false;
    return end + PASTE_END.length;
  }
}

function key(
  name: KeyName,
  typed: string,
  { text = "", ctrl = false, alt = false, shift = false, mouse }: Partial<Omit<Key, "bytes">> = {},
): Key {
  return { name, text, ctrl, alt, shift, bytes: typedBytes(typed), ...(mouse ? { mouse } : {}) };
}

function control(character: string): Key {
  const code = character.charCodeAt(0);
  if (code === 0x0d || code === 0x0a) return key("enter", character);
  if (code === 0x09) return key("tab", character);
  if (code === 0x7f || code === 0x08) return key("backspace", character);
  return key("text", character, { text: String.fromCharCode(code + 0x40).toLowerCase(), ctrl: true });
}

function ofSequence(sequence: string): Key {
  const mouse = parseMouse(sequence);
  if (mouse) return key("mouse", sequence, { mouse: mouse.mouse, ...mouse.modifiers });
  const [, console_] = /^\x1b\[\[([A-E])$/.exec(sequence) ?? [];
  if (console_ !== undefined) return key(`f${"ABCDE".indexOf(console_) + 1}` as KeyName, sequence);
  const csi = /^\x1b(?:\[|O)([0-9;]*)([ -~])$/.exec(sequence);
  if (csi === null) {
    const character = [...sequence].slice(1).join("");
    if (/^\x1b[[O]/.test(sequence)) return key("unknown", sequence);
    const inner = character < " " || character === "\x7f" ? control(character) : undefined;
    const { name = "text", text = character, ctrl = false } = inner ?? {};
    return key(name, sequence, { text, ctrl, alt: true });
  }
  const [, numbers = "", final = ""] = csi;
  const [first = "", modifier = ""] = numbers.split(";");
  const name =
    final === "~" ? NUMBERS[Number(first) as keyof typeof NUMBERS] : FINALS[final as keyof typeof FINALS];
  if (name === undefined) return key("unknown", sequence);
  // xterm: 1 and a bit for each modifier; SS3 has it alone, CSI behind another number.
  const held = Math.max(0, Number(modifier || (sequence[1] === "O" && first) || 1) - 1);
  return key(name, sequence, {
    shift: (held & MODIFIED.shift) !== 0 || final === "Z",
    alt: (held & MODIFIED.alt) !== 0,
    ctrl: (held & MODIFIED.ctrl) !== 0,
  });
}
