/**
 * A sink that can be held: it takes NOTHING meanwhile, and is ready again when it is let go. Knows nothing of why.
 */
import { type ByteSink, NOTHING } from "../ends.js";

export interface HeldSink {
  readonly sink: ByteSink;
  hold(): void;
  letGo(): void;
}

export function heldSink(inner: ByteSink): HeldSink {
  let isHeld = false;
  /** Whether somebody waits for it to be let go. */
  let isArmed = false;
  return {
    sink: {
      ...inner,
      write: (from, start, end) => (isHeld ? NOTHING : inner.write(from, start, end)),
      arm() {
        if (isHeld) isArmed = true;
        else inner.arm();
      },
      disarm() {
        isArmed = false;
        inner.disarm();
      },
      close() {
        isArmed = false;
        inner.close();
      },
    },
    hold() {
      isHeld = true;
    },
    letGo() {
      isHeld = false;
      if (isArmed) inner.arm();
      isArmed = false;
    },
  };
}
