/**
 * Marks in what went by: lines of an emulator's buffer that move with it and go when it forgets them. Knows its markers; not what
 * a mark is for.
 */
import type { IMarker, Terminal } from "@xterm/headless";

export interface Mark {
  readonly label: string;
  readonly line: number;
}

/** Between a line's end and a mark's label. */
export const MARK_LABEL_GAP = 2;
/** More than one ever looks at; the oldest go first. */
const MOST_MARKS = 1000;

export class Marks {
  readonly #terminal: Terminal;
  #marks: { readonly label: string; readonly marker: IMarker }[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** In the line of the cursor; none on an alternate screen, which nobody scrolls back. */
  put(label: string): void {
    const marker = this.#terminal.registerMarker(0);
    if (!marker) return;
    marker.onDispose(() => {
      this.#marks = this.#marks.filter((mark) => mark.marker !== marker);
    });
    this.#marks.push({ label, marker });
    if (this.#marks.length > MOST_MARKS) this.#marks[0]!.marker.dispose();
  }

  /** The last one in a row of the usual buffer. */
  at(row: number): Mark | undefined {
    const found = this.#marks.findLast(({ marker }) => marker.line === row);
    return found && { label: found.label, line: row };
  }

  /** The next one above (-1) or below (1) a row. */
  next(row: number, direction: -1 | 1): Mark | undefined {
    const ordered = this.#marks
      .map(({ label, marker }) => ({ label, line: marker.line }))
      .sort((one, other) => (one.line - other.line) * direction);
    return ordered.find(({ line }) => (line - row) * direction > 0);
  }

  get count(): number {
    return this.#marks.length;
  }
}
