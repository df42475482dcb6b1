/**
 * Faults of bytes as events: many in a short time are one event, so that a bad wire does not drown its reader. Knows a
 * timer; not what a fault does.
 */
import type { TellEvent } from "../port/virtual-event.js";
import type { ByteFault } from "./faults.js";

/** One event of each kind and direction in so long at most. */
const TOGETHER_MS = 10;

export interface FaultEvents {
  add(kind: ByteFault, offset: number): void;
  /** Tells what has not been told yet. */
  flush(): void;
}

/** `offset` of an event is the place of its first byte among those that came to the faults from `port`, counted from 0. */
export function faultEvents(port: string, tell: TellEvent): FaultEvents {
  const pending = new Map<ByteFault, { offset: number; count: number }>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const [kind, { offset, count }] of pending) tell({ event: "fault", port, kind, offset, count });
    pending.clear();
  };
  return {
    add(kind, offset) {
      const found = pending.get(kind);
      if (found) found.count++;
      else pending.set(kind, { offset, count: 1 });
      timer ??= setTimeout(flush, TOGETHER_MS);
    },
    flush,
  };
}
