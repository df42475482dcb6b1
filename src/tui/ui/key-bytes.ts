/**
 * What a key is to the program on the device: what the user's terminal sent, but for keys whose spelling the program has
 * changed. Pure. Knows DECCKM and bracketed paste; robin's own terminal is in neither, so a pane has to do it.
 */
import type { Key } from "../keys.js";
import { typedBytes } from "../typed-text.js";

export interface KeyModes {
  readonly applicationCursorKeysMode: boolean;
  readonly bracketedPasteMode: boolean;
}

/** By the key's name: SS3's final byte in application mode. */
const CURSOR_KEYS: Readonly<Record<string, string>> = {
  up: "A",
  down: "B",
  right: "C",
  left: "D",
  home: "H",
  end: "F",
};

export function keyBytes(key: Key, modes: KeyModes): Uint8Array {
  if (key.name === "paste") return pasteBytes(key.text, modes);
  const final = CURSOR_KEYS[key.name];
  if (final === undefined || key.ctrl || key.alt || key.shift) return key.bytes;
  return arrow(final, modes);
}

/** The key up or down, where the wheel turns over a program that has the screen for itself. */
export function wheelBytes(direction: -1 | 1, modes: KeyModes): Uint8Array {
  return arrow(direction === -1 ? "A" : "B", modes);
}

function arrow(final: string, { applicationCursorKeysMode }: KeyModes): Uint8Array {
  return Buffer.from(`\x1b${applicationCursorKeysMode ? "O" : "["}${final}`);
}

/** A pasted line ends as a typed one does. What says where the paste ends cannot be part of it. */
function pasteBytes(text: string, { bracketedPasteMode }: KeyModes): Uint8Array {
  const typed = text.replace(/\r?\n/g, "\r");
  return typedBytes(bracketedPasteMode ? `\x1b[200~${typed.replaceAll("\x1b", "")}\x1b[201~` : typed);
}
