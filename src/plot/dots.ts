/**
 * A grid of dots in the cells of a terminal: braille, two by four a cell, or one mark a cell where that cannot be shown, or where
 * marks tell the lines apart. Pure. Knows cells and dots; not what the lines are.
 */

/** How a grid looks. */
export type DotStyle = "braille" | "marks";

/** Which bit of U+2800 and on a dot is, by its column and row in the cell (the Unicode Standard, Braille Patterns). */
const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BRAILLE = 0x2800;
/** A series' letter, where colours do not tell. */
const MARKS = "abcdefghijklmnopqrstuvwxyzABCDEF";
/** One series alone needs no letter. */
const ONE_MARK = "*";
const NOBODY = 255;

/** Colours of the user's own palette (ECMA-48, SGR), those that are seen on black and on white first; their names are Ink's. */
const COLOURS = [
  [36, "cyan"],
  [33, "yellow"],
  [35, "magenta"],
  [32, "green"],
  [31, "red"],
  [34, "blue"],
  [96, "cyanBright"],
  [93, "yellowBright"],
  [95, "magentaBright"],
  [92, "greenBright"],
  [91, "redBright"],
  [94, "blueBright"],
] as const;

/** SGR of the series at a place. */
function colourOf(place: number): number {
  return COLOURS[place % COLOURS.length]![0];
}

/** Its name. */
export function colourName(place: number): string {
  return COLOURS[place % COLOURS.length]![1];
}

/** The letter of the series at a place. */
export function markOf(place: number): string {
  return MARKS[place % MARKS.length]!;
}

export class Dots {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #style: DotStyle;
  readonly #bits: Uint8Array;
  /** The series whose dot came last. */
  readonly #owners: Uint8Array;

  constructor(columns: number, rows: number, style: DotStyle) {
    this.#columns = columns;
    this.#rows = rows;
    this.#style = style;
    this.width = style === "braille" ? columns * 2 : columns;
    this.height = style === "braille" ? rows * 4 : rows;
    this.#bits = new Uint8Array(columns * rows);
    this.#owners = new Uint8Array(columns * rows).fill(NOBODY);
  }

  /** A dot of the series at `place`, `y` from the top; nothing where it is outside. */
  set(x: number, y: number, place: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const isBraille = this.#style === "braille";
    const cell = isBraille ? (y >> 2) * this.#columns + (x >> 1) : y * this.#columns + x;
    this.#bits[cell]! |= isBraille ? BITS[x & 1]![y & 3]! : 1;
    this.#owners[cell] = place;
  }

  /**
   * A straight line between two places, which may lie outside: only what is inside is drawn. NaN and what is infinite has none.
   */
  line(x0: number, y0: number, x1: number, y1: number, place: number): void {
    const clipped = clip(x0, y0, x1, y1, this.width - 1, this.height - 1);
    if (!clipped) return;
    let [x, y] = [Math.round(clipped[0]), Math.round(clipped[1])];
    const [toX, toY] = [Math.round(clipped[2]), Math.round(clipped[3])];
    // Bresenham's algorithm.
    const [dx, dy] = [Math.abs(toX - x), -Math.abs(toY - y)];
    const [stepX, stepY] = [x < toX ? 1 : -1, y < toY ? 1 : -1];
    let error = dx + dy;
    for (;;) {
      this.set(x, y, place);
      if (x === toX && y === toY) return;
      const twice = 2 * error;
      if (twice >= dy) {
        error += dy;
        x += stepX;
      }
      if (twice <= dx) {
        error += dx;
        y += stepY;
      }
    }
  }

  /** The rows of the screen, each as wide as the grid. `color`: each series in its own; `isAlone`: letters tell nothing. */
  rows(color: boolean, isAlone: boolean): string[] {
    return Array.from({ length: this.#rows }, (_, row) => this.#row(row, color, isAlone));
  }

  #row(row: number, color: boolean, isAlone: boolean): string {
    let text = "";
    let now = 0;
    for (let column = 0; column < this.#columns; column++) {
      const cell = row * this.#columns + column;
      const bits = this.#bits[cell]!;
      if (bits === 0) {
        text += " ";
        continue;
      }
      const owner = this.#owners[cell]!;
      const wanted = color ? colourOf(owner) : 0;
      if (wanted !== now) text += `\x1b[${wanted}m`;
      now = wanted;
      if (this.#style === "braille") text += String.fromCharCode(BRAILLE + bits);
      else text += isAlone || color ? ONE_MARK : markOf(owner);
    }
    return now === 0 ? text : `${text}\x1b[0m`;
  }
}

type Line = readonly [x0: number, y0: number, x1: number, y1: number];

/** The part of a line within 0..right and 0..bottom (Liang and Barsky's algorithm). */
function clip(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  right: number,
  bottom: number,
): Line | undefined {
  const [dx, dy] = [x1 - x0, y1 - y0];
  if (!Number.isFinite(x0 + y0 + dx + dy)) return undefined;
  let [from, to] = [0, 1];
  for (const [p, q] of [
    [-dx, x0],
    [dx, right - x0],
    [-dy, y0],
    [dy, bottom - y0],
  ] as const) {
    if (p === 0) {
      // Half a dot outside is still drawn at the edge.
      if (q < -0.5) return undefined;
      continue;
    }
    const at = q / p;
    if (p < 0) from = Math.max(from, at);
    else to = Math.min(to, at);
    if (from > to) return undefined;
  }
  return [x0 + from * dx, y0 + from * dy, x0 + to * dx, y0 + to * dy];
}
