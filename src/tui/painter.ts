/**
 * Frames to what a terminal is sent: only rows that changed. Pure. Knows the alternate screen and what has to be put back behind
 * it; not who sends it, nor when (xterm's control sequences: DECSET 7, 25, 1000 to 1006, 1049, 2004, 2026).
 */

import type { Behind } from "./surface.js";

interface Cursor {
  readonly row: number;
  readonly column: number;
}

/** Mode 1049 keeps the cursor and its attributes. Nothing wraps: a character that is wider than it looked shall not scroll a frame. */
const [ALTERNATE, NORMAL] = ["\x1b[?1049h", "\x1b[?1049l"];
const ENTER = "\x1b[?6l\x1b[?7l\x1b[?25l\x1b(B\x1b[0m\x1b[2J";
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
/** Buttons, their moves while held, and the wheel; numbers of any size. */
const MOUSE_ON = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/** The terminal shows what is between them at once, if it knows them. */
const [BEGIN, END] = ["\x1b[?2026h", "\x1b[?2026l"];

/** A cursor that is shown, lines that wrap, and nothing else. */
const USUAL: Behind = { putBack: "\x1b[?7h\x1b[?25h", isAlternate: false };

export class Painter {
  readonly #behind: Behind;
  #rows: readonly string[] = [];
  #isIn = false;
  #hasMouse = false;
  #cursor: Cursor | undefined;

  constructor(behind: Behind = USUAL) {
    this.#behind = behind;
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  enter(): string {
    if (this.#isIn) return "";
    this.#isIn = true;
    this.forget();
    return (this.#behind.isAlternate ? "" : ALTERNATE) + ENTER + PASTE_ON + (this.#hasMouse ? MOUSE_ON : "");
  }

  /** The other screen is as it was. */
  leave(): string {
    if (!this.#isIn) return "";
    this.#isIn = false;
    const { putBack, isAlternate } = this.#behind;
    return `${this.#hasMouse ? MOUSE_OFF : ""}${PASTE_OFF}\x1b[0m${putBack}${isAlternate ? "" : NORMAL}`;
  }

  setMouse(isOn: boolean): string {
    if (isOn === this.#hasMouse) return "";
    this.#hasMouse = isOn;
    if (!this.#isIn) return "";
    return isOn ? MOUSE_ON : MOUSE_OFF;
  }

  /** Nobody knows what is on the screen: the next frame is drawn whole. */
  forget(): void {
    this.#rows = [];
    this.#cursor = undefined;
  }

  /** `rows` from the screen's first one on, none wider than it; nothing where they stand there already. */
  paint(rows: readonly string[], cursor: Cursor | undefined): string {
    if (!this.#isIn) return "";
    const before = this.#rows;
    let text = "";
    for (const [at, row] of rows.entries()) {
      // Erased first: behind a full row the cursor stands on its last character, which would go too.
      if (row !== before[at]) text += `\x1b[${at + 1};1H\x1b[0m\x1b[K${row}\x1b[0m`;
    }
    for (let at = rows.length; at < before.length; at++) text += `\x1b[${at + 1};1H\x1b[0m\x1b[K`;
    this.#rows = [...rows];
    const isSame = cursor?.row === this.#cursor?.row && cursor?.column === this.#cursor?.column;
    if (text === "" && isSame) return "";
    this.#cursor = cursor;
    const place = cursor ? `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h` : "";
    return `${BEGIN}\x1b[?25l${text}${place}${END}`;
  }
}
