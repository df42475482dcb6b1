/**
 * One view on a surface: when a frame is drawn, and keys for it. Knows that frames cost time and that a slow terminal gets fewer
 * of them; not what is in them.
 */
import type { ReactElement } from "react";
import { frameOf } from "./frame.js";
import { ESCAPE_MS, type Key, KeyDecoder } from "./keys.js";
import { Painter } from "./painter.js";
import type { Size, Surface } from "./surface.js";

/** Between two frames at the least: 30 a second. */
const FRAME_MS = 33;
/** The same where a key was pressed: somebody waits for the answer, and not much comes by keys. */
const KEY_FRAME_MS = 8;

export interface ShowOptions {
  /** Ink's part of a frame. */
  render(size: Size): ReactElement;
  /** The whole of it, from Ink's rows: for what is drawn without Ink. Each row ends with its attributes reset. */
  compose?(rows: readonly string[], size: Size): readonly string[];
  /** Where the cursor is shown, from 0; nowhere: it is hidden. */
  cursor?(): { readonly row: number; readonly column: number } | undefined;
  onKey(key: Key): void;
  /** Whether the mouse is reported. */
  readonly mouse?: boolean;
}

export interface Shown {
  /** What was typed. */
  push(bytes: Uint8Array): void;
  /** Something that Ink draws has changed. */
  changed(): void;
  /** Something that `compose` draws has. */
  repaint(): void;
  /** Nobody knows what is on the screen, or its size is another one. */
  redraw(): void;
  setMouse(isOn: boolean): void;
  /** Off the screen for a while, and on it again. */
  leave(): void;
  enter(): void;
  /** Off the screen for good. Safe to call twice. */
  close(): void;
}

/** Enters the alternate screen and shows it. */
export function show(surface: Surface, options: ShowOptions): Shown {
  const painter = new Painter(surface.behind);
  const decoder = new KeyDecoder();
  let rows: readonly string[] | undefined;
  let isDue = false;
  let isClosed = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  let frameTimer: NodeJS.Timeout | undefined;
  let escapeTimer: NodeJS.Timeout | undefined;

  const draw = () => {
    clearTimeout(frameTimer);
    frameTimer = undefined;
    if (!isDue || !painter.isIn || !surface.isDrawn) return; // told when it can be
    isDue = false;
    lastMs = performance.now();
    const size = surface.size();
    rows ??= frameOf(options.render(size), size, surface.looks);
    surface.write(painter.paint(options.compose?.(rows, size) ?? rows, options.cursor?.()));
  };
  const schedule = (spacingMs = FRAME_MS) => {
    isDue = true;
    if (isClosed) return;
    frameTimer ??= setTimeout(draw, Math.max(0, lastMs + spacingMs - performance.now()));
  };
  const send = (text: string) => {
    if (text !== "") surface.write(text);
  };
  const press = (keys: readonly Key[]) => {
    for (const key of keys) if (!isClosed) options.onKey(key);
    if (!isDue) return;
    clearTimeout(frameTimer);
    frameTimer = undefined;
    schedule(KEY_FRAME_MS);
  };
  surface.onDrawn(() => {
    if (isDue) schedule();
  });

  const shown: Shown = {
    push(bytes) {
      clearTimeout(escapeTimer);
      press(decoder.push(bytes));
      if (decoder.isEscapePending) escapeTimer = setTimeout(() => press(decoder.endEscape()), ESCAPE_MS);
    },
    changed() {
      rows = undefined;
      schedule();
    },
    repaint: () => schedule(),
    redraw() {
      painter.forget();
      shown.changed();
    },
    setMouse: (isOn) => send(painter.setMouse(isOn)),
    leave: () => send(painter.leave()),
    enter() {
      if (isClosed) return;
      send(painter.enter());
      shown.changed();
    },
    close() {
      isClosed = true;
      clearTimeout(frameTimer);
      clearTimeout(escapeTimer);
      shown.leave();
    },
  };
  if (options.mouse) painter.setMouse(true);
  send(painter.enter());
  isDue = true;
  try {
    draw(); // at once: whoever opened a view that cannot be drawn is told
  } catch (error) {
    shown.close();
    throw error;
  }
  return shown;
}
