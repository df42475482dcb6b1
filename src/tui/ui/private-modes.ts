/**
 * Modes that a program on the device sets and that the emulator does not tell: whether its cursor is shown, and how it wants to
 * be told of the mouse. Knows DECSET's numbers (xterm's control sequences) and resets; everything goes on to the emulator.
 */
import type { Terminal } from "@xterm/headless";

export type MouseEncoding = "x10" | "utf8" | "sgr" | "urxvt" | "sgr-pixels";

const ENCODINGS: Readonly<Record<number, MouseEncoding>> = {
  1005: "utf8",
  1006: "sgr",
  1015: "urxvt",
  1016: "sgr-pixels",
};
const CURSOR = 25;

export class PrivateModes {
  isCursorShown = true;
  mouseEncoding: MouseEncoding = "x10";

  constructor({ parser }: Terminal) {
    const setTo = (isSet: boolean) => (params: (number | number[])[]) => {
      for (const mode of params) this.#set(Number(mode), isSet);
      return false;
    };
    parser.registerCsiHandler({ prefix: "?", final: "h" }, setTo(true));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, setTo(false));
    const reset = () => {
      this.isCursorShown = true;
      this.mouseEncoding = "x10";
      return false;
    };
    parser.registerEscHandler({ final: "c" }, reset);
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => {
      this.isCursorShown = true;
      return false;
    });
  }

  #set(mode: number, isSet: boolean): void {
    if (mode === CURSOR) this.isCursorShown = isSet;
    const encoding = ENCODINGS[mode];
    if (encoding === undefined) return;
    if (isSet) this.mouseEncoding = encoding;
    else if (this.mouseEncoding === encoding) this.mouseEncoding = "x10";
  }
}
