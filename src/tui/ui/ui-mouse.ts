/**
 * The mouse over the full screen: it chooses a pane and text, its wheel scrolls, and where the program on the device asks for it,
 * it is the program's; Shift keeps it for robin. Knows places; not how text is copied.
 */
import type { Key } from "../keys.js";
import type { Mouse } from "../mouse.js";
import { wheelBytes } from "./key-bytes.js";
import type { PanePlace, Place } from "./layout.js";
import { mouseReport } from "./mouse-report.js";
import type { Pane } from "./pane.js";
import type { SelectionEnd } from "./selection.js";
import type { Ui } from "./ui.js";

const WHEEL_ROWS = 3;

/** Where the left button went down: there a choice may begin. */
interface Pressed {
  readonly pane: Pane;
  readonly place: PanePlace;
  readonly from: SelectionEnd;
}

interface Hit {
  readonly pane: Pane;
  readonly at: number;
  readonly place: PanePlace;
  readonly area: "terminal" | "hex" | "title";
}

const isIn = ({ row, column, rows, columns }: Place, mouse: Mouse) =>
  mouse.row >= row && mouse.row < row + rows && mouse.column >= column && mouse.column < column + columns;

export class UiMouse {
  readonly #ui: Ui;
  readonly #copy: (text: string) => void;
  #pressed: Pressed | undefined;
  /** The program that was told of a button has to be told of its release. */
  #reported: Hit | undefined;

  constructor(ui: Ui, copy: (text: string) => void) {
    this.#ui = ui;
    this.#copy = copy;
  }

  event(key: Key): void {
    const { mouse } = key;
    if (!mouse || this.#ui.isHelpShown) return;
    if (this.#pressed && mouse.action !== "press") return this.#choose(this.#pressed, mouse);
    const hit = this.#reported && mouse.action !== "press" ? this.#reported : this.#hit(mouse);
    if (!hit) return;
    const isWheel = mouse.button === "wheelup" || mouse.button === "wheeldown";
    if (mouse.action === "press" && !isWheel) this.#ui.focusOn(hit.at, hit.area === "hex");
    if (hit.area === "terminal" && !key.shift && this.#report(hit, mouse, key)) return;
    if (isWheel) return this.#wheel(hit, mouse.button === "wheelup" ? -1 : 1);
    if (mouse.action === "press" && mouse.button === "left") this.#press(hit, mouse);
  }

  #hit(mouse: Mouse): Hit | undefined {
    for (const [at, place] of this.#ui.layout.panes.entries()) {
      if (!place) continue;
      const pane = this.#ui.panes[at]!;
      if (isIn(place.terminal, mouse)) return { pane, at, place, area: "terminal" };
      if (place.hex && isIn(place.hex, mouse)) return { pane, at, place, area: "hex" };
      if (isIn(place.title, mouse)) return { pane, at, place, area: "title" };
    }
    return undefined;
  }

  /** Whether it was the program's. What one looks back at is not what the program has drawn. */
  #report(hit: Hit, mouse: Mouse, { shift, alt, ctrl }: Key): boolean {
    const { pane, place } = hit;
    const { tracking, encoding } = pane.terminal.mouse;
    this.#reported = undefined;
    if (tracking === "none" || !pane.terminal.isAtEnd) return false;
    const { row, column, rows, columns } = place.terminal;
    const inside = {
      row: Math.max(0, Math.min(rows - 1, mouse.row - row)),
      column: Math.max(0, Math.min(columns - 1, mouse.column - column)),
    };
    const report = mouseReport({ ...mouse, ...inside, shift, alt, ctrl }, tracking, encoding);
    if (mouse.action !== "release" && mouse.button !== "wheelup" && mouse.button !== "wheeldown") {
      this.#reported = hit;
    }
    if (report !== undefined && pane.end === undefined) {
      pane.port?.type(Buffer.from(report, encoding === "utf8" ? "utf8" : "latin1"));
    }
    return true;
  }

  #wheel({ pane, place, area }: Hit, direction: -1 | 1): void {
    const { hex, hexBytesPerRow } = place;
    if (area === "hex" && hex) return pane.scrollHex(direction * WHEEL_ROWS, hex.rows, hexBytesPerRow);
    const { terminal } = pane;
    if (!terminal.isAlternate) {
      terminal.scroll(direction * WHEEL_ROWS);
      return this.#ui.onChanged();
    }
    // A program that has the screen for itself scrolls by keys, as behind any terminal.
    if (pane.end !== undefined) return;
    for (let row = 0; row < WHEEL_ROWS; row++) pane.port?.type(wheelBytes(direction, terminal.keyModes));
  }

  #press({ pane, place, area }: Hit, mouse: Mouse): void {
    pane.lookback.select(undefined);
    if (area !== "terminal") return;
    this.#pressed = { pane, place, from: this.#end(pane, place, mouse) };
  }

  #end(
    { terminal }: Pane,
    { terminal: { row, column, rows, columns } }: PanePlace,
    mouse: Mouse,
  ): SelectionEnd {
    const inside = Math.max(0, Math.min(rows - 1, mouse.row - row));
    return {
      anchor: terminal.anchor(Math.min(terminal.top + inside, terminal.buffer.length - 1)),
      column: Math.max(0, Math.min(columns - 1, mouse.column - column)),
    };
  }

  #choose(pressed: Pressed, mouse: Mouse): void {
    const { pane, place, from } = pressed;
    if (mouse.action === "release") {
      this.#pressed = undefined;
      const text = pane.lookback.selected;
      if (!pane.lookback.selection) from.anchor.drop();
      else this.#copy(text);
      return;
    }
    const { row, rows } = place.terminal;
    if (mouse.row < row) pane.terminal.scroll(-1);
    if (mouse.row >= row + rows) pane.terminal.scroll(1);
    pane.lookback.select({ from, to: this.#end(pane, place, mouse), isLines: false });
  }
}
