/**
 * A surface with room for one view over another: what is below draws nothing meanwhile, and both are told when the terminal has
 * taken all. Knows surfaces; not what is drawn on them.
 */
import type { Surface } from "../tui/surface.js";

export interface Coverable {
  /** For the view below. */
  readonly below: Surface;
  /** For a view over it, until `uncover`. */
  cover(): Surface;
  uncover(): void;
}

/** What a view leaves behind that stands over another: modes that the one below wants (painter.ts). */
const BEHIND = { putBack: "\x1b[?7l\x1b[?2004h", isAlternate: true };

export function coverable(surface: Surface): Coverable {
  let isCovered = false;
  let [onBelow, onAbove] = [() => {}, () => {}];
  surface.onDrawn(() => (isCovered ? onAbove() : onBelow()));
  const { looks, write, size } = surface;
  return {
    below: {
      ...{ looks, write, size },
      get isDrawn() {
        return !isCovered && surface.isDrawn;
      },
      onDrawn(listener) {
        onBelow = listener;
      },
    },
    cover() {
      isCovered = true;
      return {
        ...{ looks, write, size, behind: BEHIND },
        get isDrawn() {
          return surface.isDrawn;
        },
        onDrawn(listener) {
          onAbove = listener;
        },
      };
    },
    uncover() {
      isCovered = false;
    },
  };
}
