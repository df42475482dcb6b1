/**
 * What a program on the device is told of the mouse, in the spelling it asked for. Pure. Knows xterm's control sequences, "Mouse
 * Tracking"; not who moved the mouse.
 */
import type { Mouse } from "../mouse.js";
import type { MouseEncoding } from "./private-modes.js";

/** As in IModes of @xterm/headless: which events are asked for. */
export type MouseTracking = "none" | "x10" | "vt200" | "drag" | "any";

export interface MouseEvent {
  readonly button: Mouse["button"];
  readonly action: Mouse["action"];
  /** From 0, of the program's own screen. */
  readonly column: number;
  readonly row: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

const CODES: Readonly<Record<Mouse["button"], number>> = {
  left: 0,
  middle: 1,
  right: 2,
  none: 3,
  wheelup: 64,
  wheeldown: 65,
};
const MOVED = 32;
const OFFSET = 32;
/** A byte's greatest coordinate, and that of a character of two bytes. */
const MOST_X10 = 255 - OFFSET;
const MOST_UTF8 = 2047 - OFFSET;

/** The bytes as a string of one unit each; undefined where it is not asked for, or cannot be said. */
export function mouseReport(
  event: MouseEvent,
  tracking: MouseTracking,
  encoding: MouseEncoding,
): string | undefined {
  const { button, action } = event;
  if (tracking === "none") return undefined;
  const isWheel = CODES[button] >= 64;
  if (tracking === "x10" && (action !== "press" || isWheel)) return undefined;
  if (action === "drag" && (tracking === "vt200" || (tracking === "drag" && button === "none")))
    return undefined;
  if (isWheel && action !== "press") return undefined;
  const held = tracking === "x10" ? 0 : (event.shift ? 4 : 0) + (event.alt ? 8 : 0) + (event.ctrl ? 16 : 0);
  const code = CODES[button] + held + (action === "drag" ? MOVED : 0);
  const [x, y] = [event.column + 1, event.row + 1];
  if (encoding === "sgr") return `\x1b[<${code};${x};${y}${action === "release" ? "m" : "M"}`;
  if (encoding === "sgr-pixels") return undefined; // a terminal of characters knows no pixels
  // The others do not say which button was let go.
  const old = action === "release" ? 3 + held : code;
  if (encoding === "urxvt") return `\x1b[${old + OFFSET};${x};${y}M`;
  const most = encoding === "utf8" ? MOST_UTF8 : MOST_X10;
  if (x > most || y > most) return undefined;
  return `\x1b[M${String.fromCharCode(old + OFFSET, x + OFFSET, y + OFFSET)}`;
}
