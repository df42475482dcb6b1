/**
 * Ways to type: each key as it is, bytes by their hex digits, whole lines edited here. Knows how each is joined to port and
 * screen; the editing is line-input.ts's and the digits are bytes/hex-input.ts's.
 */

import type { ToScreen } from "./to-screen.js";

export type InputMode = "char" | "hex" | "line";

export interface Typing {
  typed(chunk: Uint8Array): void;
  /** Takes what is not sent yet off the screen: another way to type follows. */
  close(): void;
}

interface TypingOptions {
  readonly screen: ToScreen;
  /** Sends what was typed. */
  readonly send: (bytes: Uint8Array) => void;
}

/** Undefined for "char": each key goes as it is. */
export function createTyping(mode: InputMode, _options: TypingOptions): Typing | undefined {
  if (mode === "char") return undefined;
  throw new Error(mode);
}
