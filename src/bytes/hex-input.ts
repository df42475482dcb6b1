/**
 * Bytes typed by their hex digits: `7e 01 ff`. Each goes out with its second digit, or with the separator behind a single
 * one, so that a pasted `0x7e, 0x1` is what it says. Pure; knows neither where the bytes go nor where the echo is shown. What
 * comes out does not depend on how the input was cut.
 *
 *     NOTHING --digit----> HALF --digit-------> NOTHING   a byte
 *                          HALF --separator---> NOTHING   a byte of one digit
 *                          HALF --Backspace---> NOTHING
 *                          HALF of 0 --x------> NOTHING   the prefix 0x
 */
import { NO_BYTES, type Stage } from "./stage.js";

export interface HexInputOptions {
  /**
   * Told once a call what was typed that is no hex, all of it in order: characters, and keys such as `ESC [ A`. It is neither
   * sent nor echoed. Half a byte that the end has come upon is told too.
   */
  readonly onRefused?: (typed: string) => void;
}

export interface HexInput extends Stage {
  /** What the last call of push or flush looks like to whoever types, control characters and all. */
  readonly echo: string;
}

/** picocom's, for its key C-w; tabs and newlines, as in what is pasted. */
const SEPARATOR = /^[\s,;:._/-]$/;
const DIGIT = /^[0-9a-f]$/i;
const BACKSPACE = /^[\x08\x7f]$/;
const RUBBED_OUT = "\b \b";

const ESC = "\x1b";
/** Function keys send letters, which are digits too: ESC [ A, ESC O A, on Linux's console ESC [ [ A. (ECMA-48, 5.4) */
const WHOLE_KEY = /^\x1b(\[\[.|\[[0-?]*[ -/]*[@-Z\\-~]|O.)$/su;
const PART_OF_KEY = /^\x1b(\[\[?|\[[0-?]*[ -/]*|O)?$/;
/** What a terminal puts around what is pasted. */
const PASTE = /^\x1b\[20[01]~$/;
const MAX_KEY = 32;

export function createHexInput({ onRefused }: HexInputOptions = {}): HexInput {
  // Characters, not bytes: an ü is refused once.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let half = "";
  let key = "";
  let isAfterCr = false;
  let echo = "";
  let refused = "";
  let bytes = new Uint8Array(0);
  let count = 0;

  const complete = (digits: string) => {
    bytes[count++] = Number.parseInt(digits, 16);
    half = "";
  };
  const separate = (character: string) => {
    if (half !== "") {
      echo += `\b0${half} `;
      complete(half);
    }
    if (character === "\r" || (character === "\n" && !isAfterCr)) echo += "\r\n";
    isAfterCr = character === "\r";
  };
  const type = (character: string) => {
    if (SEPARATOR.test(character)) return separate(character);
    isAfterCr = false;
    if (DIGIT.test(character)) {
      echo += character;
      if (half === "") {
        half = character;
        return;
      }
      echo += " ";
      return complete(half + character);
    }
    const isPrefix = half === "0" && /^x$/i.test(character);
    if (!isPrefix && !BACKSPACE.test(character)) {
      refused += character;
      return;
    }
    if (half !== "") echo += RUBBED_OUT;
    half = "";
  };
  /** False: the character is no part of a key that began before it. */
  const isOfKey = (character: string): boolean => {
    const longer = key + character;
    if (PART_OF_KEY.test(longer) && longer.length < MAX_KEY) {
      key = longer;
      return true;
    }
    const isWhole = WHOLE_KEY.test(longer);
    if (!(isWhole && PASTE.test(longer))) refused += isWhole ? longer : key;
    key = "";
    return isWhole;
  };
  const read = (text: string) => {
    for (const character of text) {
      if (key !== "" && isOfKey(character)) continue;
      if (character === ESC) key = ESC;
      else type(character);
    }
  };
  const tell = () => {
    if (refused !== "") onRefused?.(refused);
    refused = "";
  };

  return {
    get echo() {
      return echo;
    },
    push(chunk) {
      echo = "";
      count = 0;
      bytes = new Uint8Array(chunk.length);
      read(decoder.decode(chunk, { stream: true }));
      tell();
      return bytes.subarray(0, count);
    },
    flush() {
      echo = half === "" ? "" : RUBBED_OUT;
      read(decoder.decode());
      refused += key + half;
      key = "";
      half = "";
      tell();
      return NO_BYTES;
    },
  };
}
