/**
 * How the kernel's marks of errors and breaks are shown: where they were asked for and there is a screen. Anywhere else they
 * pass as they are.
 */
import type { ParmrkOptions } from "../bytes/parmrk.js";
import type { ConnectConfig } from "./config.js";
import { isTerminal } from "./is-terminal.js";
import { wantsColor } from "./words.js";

/** Reverse video and its end (console_codes(4), SGR 7 and 27). */
const REVERSE = ["\x1b[7m", "\x1b[27m"] as const;

export function shownMarks({ settings, raw, color }: ConnectConfig): ParmrkOptions | undefined {
  const { onError, onBreak } = settings;
  if (raw || !isTerminal(1) || (onError !== "mark" && onBreak !== "mark")) return undefined;
  const breaks = onBreak === undefined || onBreak === "mark";
  const isColored = wantsColor({ color, isTerminal: () => isTerminal(1), env: process.env });
  return isColored ? { breaks, around: REVERSE } : { breaks };
}
