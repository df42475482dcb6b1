/**
 * The end of a session's way to the screen, in a view: bytes go to an emulator that takes them a while later. Holds the session
 * back, and so the port, while much waits: a flood costs no memory. Knows counts; not what the bytes mean.
 */
import type { ByteSink } from "../../port/ends.js";

/** So much may wait: what an emulator reads in about 4 ms, so that keys and frames have their turn. */
export const MOST_WAITING = 32 * 1024;
/** `write` found no room: NOTHING of port/ends.ts. */
const NOTHING = 0;

/** Who takes the bytes, which are its own from then on, and says when they are done; never from inside. */
export type TakeBytes = (bytes: Uint8Array, done: () => void) => void;

export function paneSink(take: TakeBytes): ByteSink {
  let waiting = 0;
  let isArmed = false;
  let onReady = () => {};
  const look = () => {
    if (!isArmed || waiting > MOST_WAITING / 2) return;
    isArmed = false;
    onReady();
  };
  return {
    write(from, start, end) {
      const count = Math.min(end - start, MOST_WAITING - waiting);
      if (count <= 0) return NOTHING;
      waiting += count;
      // Not slice: a Buffer's shares its memory.
      take(new Uint8Array(from.subarray(start, start + count)), () => {
        waiting -= count;
        look();
      });
      return count;
    },
    onReady(ready) {
      onReady = ready;
    },
    arm() {
      isArmed = true;
      if (waiting <= MOST_WAITING / 2) setImmediate(look);
    },
    disarm() {
      isArmed = false;
    },
    unsent: () => waiting,
    close() {
      isArmed = false;
    },
  };
}
