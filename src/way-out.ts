/**
 * The one way out of the process: what was taken is given back, last taken first, then it ends. Knows an order
 * and a list; not what stands in the list.
 */

export interface WayOut {
  /** Registers what has to be given back; the result takes the registration back. Synchronous, never throws. */
  add(giveBack: () => void): () => void;
  /** Gives everything back. Safe to call twice. */
  giveBack(): void;
  /** Gives everything back and ends the process. */
  leave(status: number): never;
}

/** `end` ends the process: process.exit, or _exit(2) where threads may hang in a stopped device. */
export function createWayOut(end: (status: number) => never): WayOut {
  const list: (() => void)[] = [];
  const giveBackAll = () => {
    for (let giveBack = list.pop(); giveBack; giveBack = list.pop()) {
      try {
        giveBack();
      } catch {
        // the rest still has to be given back
      }
    }
  };
  return {
    add(giveBack) {
      list.push(giveBack);
      return () => {
        const at = list.indexOf(giveBack);
        if (at !== -1) list.splice(at, 1);
      };
    },
    giveBack: giveBackAll,
    leave(status) {
      giveBackAll();
      return end(status);
    },
  };
}
