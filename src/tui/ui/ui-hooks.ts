/**
 * What the full screen asks of whoever opened it. Only shapes.
 */
export interface UiHooks {
  /** Keys of every session, for the help. */
  readonly keys: readonly { readonly key: string; readonly does: string }[];
  /** The escape key's byte at a pane, if there is one. */
  escapeKey(pane: number): number | undefined;
  /** Presses a key of every session at a pane's port: false where it is none. */
  press(pane: number, key: string): boolean;
  /** Changes an option by its name: `bps 9600`. */
  change(pane: number, text: string): void;
  completeOption(before: string): readonly string[];
  /** Runs a command at a pane's port. */
  run(pane: number, command: string): void;
  /** Shows what changes a pane's settings; it has keys and screen until it is closed. */
  setup(pane: number): void;
  /** Ends every session. */
  quit(): void;
}
