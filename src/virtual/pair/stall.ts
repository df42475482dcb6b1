/**
 * Times in which nothing moves. Pure; times are ms since the cable was put up.
 */

export interface Stall {
  readonly fromMs: number;
  readonly forMs: number;
}

/** Stalls that overlap or touch are one. In order of time. */
export function mergeStalls(stalls: readonly Stall[]): readonly Stall[] {
  const merged: Stall[] = [];
  for (const stall of [...stalls].sort((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || stall.fromMs > last.fromMs + last.forMs) {
      merged.push(stall);
      continue;
    }
    const endMs = Math.max(last.fromMs + last.forMs, stall.fromMs + stall.forMs);
    merged[merged.length - 1] = { fromMs: last.fromMs, forMs: endMs - last.fromMs };
  }
  return merged;
}

/** When the stall ends that holds at `atMs`, or undefined. */
export function stalledUntilMs(stalls: readonly Stall[], atMs: number): number | undefined {
  const stall = stalls.find(({ fromMs, forMs }) => atMs >= fromMs && atMs < fromMs + forMs);
  return stall && stall.fromMs + stall.forMs;
}
