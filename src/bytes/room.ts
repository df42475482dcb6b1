/**
 * Room in the memory that a stage gives its results in. Pure.
 */

/** `out`, or a larger copy of its first `used` bytes where it has no room for `needed`. */
export function withRoom(
  out: Uint8Array<ArrayBuffer>,
  needed: number,
  used: number,
): Uint8Array<ArrayBuffer> {
  if (needed <= out.length) return out;
  const larger = new Uint8Array(Math.max(needed, out.length * 2)); // twice, so that growing costs little in all
  larger.set(out.subarray(0, used));
  return larger;
}
