/**
 * Which rows of a list are seen. Pure.
 */

export interface ScrollWish {
  /** All rows, and how many are seen at once. */
  readonly total: number;
  readonly room: number;
  /** Rows that are to be seen, ends included; the first one where there is not room for both. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

/** The first row that is seen: as near to `top` as can be. */
export function scrolled(top: number, { total, room, first, last = first }: ScrollWish): number {
  let at = top;
  if (last !== undefined) at = Math.max(at, last - room + 1);
  if (first !== undefined) at = Math.min(at, first);
  return Math.max(0, Math.min(at, total - room));
}
