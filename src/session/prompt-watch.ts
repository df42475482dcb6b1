/**
 * Looks for a prompt in what arrives, from a line that was sent on. Pure. Knows that a prompt may come in pieces; keeps a
 * bounded end of the text.
 */
import { StringDecoder } from "node:string_decoder";

/** Characters of what arrived last in which the prompt is looked for: it stands at the end of whatever came before it. */
const WINDOW = 4096;

export interface PromptWatch {
  /** Another line was sent: what arrived before is no answer to it. */
  restart(): void;
  /** `bytes[0..end)` arrived. */
  received(bytes: Uint8Array, end: number): void;
  /** Whether the prompt has come since, or nobody waits for it. */
  readonly isFound: boolean;
  /** Waits for it no longer. */
  forget(): void;
}

export function createPromptWatch(prompt: RegExp): PromptWatch {
  // With g or y an expression remembers where it was.
  const regex = new RegExp(prompt.source, prompt.flags.replace(/[gy]/g, ""));
  let decoder = new StringDecoder("utf8");
  let text = "";
  let isFound = true;
  return {
    restart() {
      decoder = new StringDecoder("utf8");
      text = "";
      isFound = false;
    },
    received(bytes, end) {
      if (isFound) return;
      // In pieces no longer than the window, a prompt in the middle of a long chunk is seen too.
      for (let at = 0; at < end && !isFound; at += WINDOW / 2) {
        const piece = bytes.subarray(at, Math.min(end, at + WINDOW / 2));
        text = (text + decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length))).slice(
          -WINDOW,
        );
        isFound = regex.test(text);
      }
      if (isFound) text = "";
    },
    get isFound() {
      return isFound;
    },
    forget() {
      isFound = true;
      text = "";
    },
  };
}
