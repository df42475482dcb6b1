/**
 * The user's bell. Knows that a device may ring it without end; not whose bell it was.
 */

/** A bell says that something was heard; more of them say no more. */
const BELL_MS = 200;

export function createBell(write: (text: string) => void): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() < lastMs + BELL_MS) return;
    lastMs = performance.now();
    write("\x07");
  };
}
