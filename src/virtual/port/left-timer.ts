/**
 * When a slave has been left alone: its last holder has gone, all it wrote is read, and nobody has come for a while. Knows time
 * alone; what is to be done then is pty-end.ts's.
 */

/** A slave that nobody has opened for so long may be one that nobody can. Asking hides who comes in these microseconds. */
const ALONE_MS = 20;

export interface LeftTimer {
  /** The last holder has left. */
  left(): void;
  /** Its last words are read. */
  drained(): void;
  /** Somebody has come, or nobody can any more. */
  cancel(): void;
}

/** `alone` is called once for each `left`. */
export function createLeftTimer(alone: () => void): LeftTimer {
  let isLeft = false;
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    isLeft = false;
  };
  return {
    left() {
      cancel();
      isLeft = true;
    },
    drained() {
      if (!isLeft || timer !== undefined) return;
      timer = setTimeout(() => {
        cancel();
        alone();
      }, ALONE_MS).unref();
    },
    cancel,
  };
}
