/**
 * What the full screen asks of whoever opened it. Only shapes.
 */
import type { ReactElement } from "react";
import type { Key } from "../keys.js";
import type { Size } from "../surface.js";

/** Something that stands over the panes and has the keys. */
export interface Overlay {
  render(size: Size): ReactElement;
  /** True with the key that ends it. */
  key(key: Key): boolean;
}

export interface UiHooks {
  /** Keys of every session, for the help. */
  readonly keys: readonly { readonly key: string; readonly does: string }[];
  /** The escape key's byte, if there is one. */
  escapeKey(): number | undefined;
  /** Presses a key of every session at a pane's port: false where it is none. */
  press(pane: number, key: string): boolean;
  /** Changes an option by its name: `bps 9600`. */
  change(pane: number, text: string): void;
  completeOption(before: string): readonly string[];
  /** Runs a command at a pane's port. */
  run(pane: number, command: string): void;
  /** What changes a pane's settings, to be shown; undefined where it has none. */
  setup(pane: number): Overlay | undefined;
  /** Ends every session. */
  quit(): void;
}
