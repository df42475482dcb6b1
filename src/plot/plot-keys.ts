/**
 * The keys of a plot: one table for what they do, the help line and the manual page. Pure.
 */

export type PlotAction =
  | "pause"
  | "clear"
  | "hide"
  | "zoom-in"
  | "zoom-out"
  | "save"
  | "help"
  | "quit"
  | "suspend";

interface PlotKey {
  readonly action: PlotAction;
  /** By a character, or by the name of a key without one (tui/keys.ts). */
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
}

export const PLOT_KEYS: readonly PlotKey[] = [
  { action: "pause", keys: [" "], shown: "space", does: "pause" },
  { action: "zoom-in", keys: ["+", "=", "up"], shown: "+", does: "zoom in" },
  { action: "zoom-out", keys: ["-", "down"], shown: "-", does: "zoom out" },
  { action: "hide", keys: [..."123456789"], shown: "1-9", does: "hide or show" },
  { action: "clear", keys: ["c"], shown: "c", does: "clear" },
  { action: "save", keys: ["s"], shown: "s", does: "save as SVG" },
  { action: "help", keys: ["?", "h"], shown: "?", does: "keys" },
  { action: "quit", keys: ["q"], shown: "q", does: "quit" },
];

/** With Ctrl, and behind the escape key of a session. */
export const CONTROL_KEYS: Readonly<Record<string, PlotAction>> = { c: "quit", z: "suspend" };
export const ESCAPED_KEYS: Readonly<Record<string, PlotAction>> = { q: "quit", z: "suspend", "?": "help" };

export function plotAction(key: string): PlotAction | undefined {
  return PLOT_KEYS.find(({ keys }) => keys.includes(key))?.action;
}
