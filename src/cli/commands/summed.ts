/**
 * Things that may happen thousands of times a second, told as a person can read them: the first at once, the next of the same
 * kind within a second as one.
 */

const TOGETHER_MS = 1000;
/** Kinds that are kept apart; a device can say something else each time. */
const KINDS = 100;

/** `tell` gets each kind with the sum of what was added since it was told last. */
export function summed<Kind extends string>(
  tell: (kind: Kind, sum: number) => void,
): (kind: Kind, amount: number) => void {
  const sums = new Map<Kind, number>();
  const wait = (kind: Kind) => {
    const timer = setTimeout(() => {
      const sum = sums.get(kind) ?? 0;
      if (sum === 0) return void sums.delete(kind);
      sums.set(kind, 0);
      tell(kind, sum);
      wait(kind);
    }, TOGETHER_MS);
    timer.unref();
  };
  return (kind, amount) => {
    const sum = sums.get(kind);
    if (sum !== undefined) return void sums.set(kind, sum + amount);
    if (sums.size >= KINDS) return;
    sums.set(kind, 0);
    tell(kind, amount);
    wait(kind);
  };
}
