/**
 * One side's wait for readiness: armed, and then called once, on a later turn of the loop. Knows nothing of what
 * is waited for; whoever has it calls `look` when it may have come.
 */

export interface Waiter {
  /** Looks whether it is time for the call that was armed. Cheap, and safe to call from anywhere. */
  look(): void;
  /** The four functions of a source or sink that concern its wait. */
  readonly end: {
    onReady(ready: () => void): void;
    arm(): void;
    disarm(): void;
    close(): void;
  };
}

export function createWaiter(isReady: () => boolean): Waiter {
  let ready = () => {};
  let armed = false;
  let open = true;
  let turn: NodeJS.Immediate | undefined;
  const look = () => {
    if (!armed || !isReady()) return;
    armed = false;
    turn = setImmediate(() => ready());
  };
  const disarm = () => {
    armed = false;
    clearImmediate(turn);
  };
  return {
    look,
    end: {
      onReady(listener) {
        ready = listener;
      },
      arm() {
        clearImmediate(turn);
        armed = open;
        look();
      },
      disarm,
      close() {
        open = false;
        disarm();
      },
    },
  };
}
