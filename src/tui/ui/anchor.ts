/**
 * A row of an emulator's buffer to come back to, while lines go by: the buffer forgets its oldest, and every row has another
 * number. Knows markers, and that an alternate screen has no past.
 */
import type { IMarker, Terminal } from "@xterm/headless";

export interface Anchor {
  /** Undefined: it is forgotten. */
  readonly row: number | undefined;
  drop(): void;
}

export function anchorAt(terminal: Terminal, row: number): Anchor {
  const { active } = terminal.buffer;
  const marker: IMarker | undefined =
    active.type === "normal" ? terminal.registerMarker(row - active.baseY - active.cursorY) : undefined;
  const { type } = active;
  return {
    get row() {
      if (terminal.buffer.active.type !== type) return undefined;
      if (marker === undefined) return row < terminal.buffer.active.length ? row : undefined;
      return marker.isDisposed ? undefined : marker.line;
    },
    drop: () => marker?.dispose(),
  };
}
