/**
 * How wide the columns of a table are where not all of it fits. Pure.
 */

export interface ColumnWidth {
  readonly width: number;
  /** How far it may be cut. */
  readonly atLeast: number;
}

/** Takes what is too much from the widest that may be cut, until all fit `room` with `gap` between them, or none may be cut more. */
export function shrink(wanted: readonly ColumnWidth[], room: number, gap: number): readonly number[] {
  const widths = wanted.map(({ width }) => width);
  const total = () => widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
  while (total() > room) {
    const spare = widths.map((width, n) => width - wanted[n]!.atLeast);
    const most = Math.max(...spare);
    if (most <= 0) break;
    widths[spare.indexOf(most)]! -= 1;
  }
  return widths;
}
