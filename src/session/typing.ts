/**
 * Ways to type: each key as it is, bytes by their hex digits, whole lines edited here. Knows how each is joined to port and
 * screen; the editing is line-input.ts's and the digits are bytes/hex-input.ts's.
 */
import { createHexInput } from "../bytes/hex-input.js";
import { printable } from "../bytes/printable.js";
import { createHistory } from "./history.js";
import { createLineInput } from "./line-input.js";
import type { Say } from "./session-options.js";
import type { ToScreen } from "./to-screen.js";

export type InputMode = "char" | "hex" | "line";

export interface Typing {
  typed(chunk: Uint8Array): void;
  /** Takes what is not sent yet off the screen: another way to type follows. */
  close(): void;
}

interface TypingOptions {
  readonly screen: ToScreen;
  /** Whether a person types, who sees it on the screen. */
  readonly isTerminal: boolean;
  readonly outputIsTerminal: boolean;
  readonly columns: () => number;
  readonly newlineReturns: boolean;
  /** Sends what was typed. */
  readonly send: (bytes: Uint8Array) => void;
  readonly say: Say | undefined;
}

/** Lines that were typed: they may hold secrets, so no file has them. */
const lines = createHistory();

/** Undefined where each key, and each byte of a pipe, goes as it is. */
export function createTyping(mode: InputMode, options: TypingOptions): Typing | undefined {
  const { screen, isTerminal, outputIsTerminal, send, say } = options;
  if (mode === "hex") {
    const onRefused = (typed: string) => say?.("warning", `type hex digits: "${printable(typed)}" is none`);
    const hex = createHexInput({ onRefused });
    return {
      typed(chunk) {
        const bytes = hex.push(chunk, 0);
        const echo = Buffer.from(hex.echo);
        if (isTerminal && outputIsTerminal) screen.pump.send(echo, 0, echo.length);
        if (bytes.length > 0) send(bytes);
      },
      close: () => void hex.flush(0),
    };
  }
  if (mode === "char" || !isTerminal) return undefined;
  // Into a file goes what the port said, and nothing else.
  const write = (bytes: Uint8Array) => (outputIsTerminal ? screen.draw(bytes) : undefined);
  const startColumn = screen.pump.atLineStart ? 0 : undefined;
  const line = createLineInput({ ...options, startColumn, history: lines, send, write });
  if (outputIsTerminal) screen.typedLine = line;
  return {
    typed: (chunk) => line.typed(chunk),
    close() {
      line.close();
      screen.typedLine = undefined;
    },
  };
}
