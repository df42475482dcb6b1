/**
 * What a view over a session is to whoever opened it. Only shapes.
 */

/** How loud a line of robin's own words is. */
export type Level = "error" | "warning" | "notice" | "detail";

export interface Overlay {
  /** What was typed. */
  push(bytes: Uint8Array): void;
  /** Robin's words while it is up. */
  say(level: Level, text: string): void;
  /** The terminal has another size, or something else was written to it. */
  redraw(): void;
  /** Off the screen for a while, and on it again. */
  leave(): void;
  enter(): void;
  /** Off the screen for good; nobody is told. Safe to call twice. */
  close(): void;
}
