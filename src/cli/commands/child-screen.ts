/**
 * The screen that robin's words share with a command it has started: where that reads key by key, the cursor may stand
 * anywhere, and LF may not lead back to the margin. Knows one flag of termios.
 */
import { getTermios, hasFlag } from "../../tty/termios.js";
import type { SharedScreen } from "../words.js";

/** `fd` is a terminal. */
export function childScreen(fd: number): SharedScreen {
  return {
    get atLineStart() {
      try {
        return hasFlag(getTermios(fd), "ICANON");
      } catch {
        return true; // hung up
      }
    },
    set atLineStart(_) {
      // Whatever is said, the command goes on where it was.
    },
    newline: "\r\n",
  };
}
