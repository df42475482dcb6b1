/**
 * Whether anybody has a slave open, out of what inotify told and what the kernel says now. Pure: knows events, not where
 * they come from.
 *
 * Equal events in a row come as one, so holders cannot be counted for sure; whether there is one at all is known by the
 * master, which is hung up where there is none. So the count orders what happened between two looks, and the look decides
 * where it ends.
 */

export type SlaveEvent = "open" | "close";

export interface HolderCount {
  readonly isOpen: boolean;
  /**
   * What happened, in order, and whether the master is hung up after all of it. True where that leaves a doubt that `settle`
   * ends: the last holder that was counted has left and the slave is open.
   */
  see(events: readonly SlaveEvent[], isHungUp: boolean): boolean;
  /** No event has come after the doubt: whoever has it open had it open all along. */
  settle(isHungUp: boolean): void;
  /** Nobody has it open any more, and nothing that was told before counts. */
  reset(): void;
}

/** `tell` gets true and false by turns, and whether another close has followed already. */
export function createHolderCount(tell: (isOpen: boolean, isPast: boolean) => void): HolderCount {
  let isOpen = false;
  let holders = 0;
  /** The last one counted has left while the slave was open: it was opened again, or it had two holders. */
  let isInDoubt = false;
  /** Opens that a look has told of before their events. */
  let ahead = 0;
  let isPast = false;
  const set = (value: boolean) => {
    if (value === isOpen) return;
    isOpen = value;
    tell(value, isPast);
  };
  const opened = () => {
    if (ahead > 0) {
      ahead--;
      return;
    }
    if (isInDoubt) set(false);
    isInDoubt = false;
    holders++;
    set(true);
  };
  const closed = (isLast: boolean, isHungUp: boolean) => {
    if (isInDoubt)
      isInDoubt = false; // a holder that was not counted: it has left now
    else if (holders > 0) holders--;
    else return;
    if (holders > 0) return;
    if (isLast && !isHungUp) isInDoubt = true;
    else set(false);
  };
  const compare = (isHungUp: boolean, hasEvents: boolean) => {
    if (isHungUp) {
      holders = 0;
      isInDoubt = false;
    } else if (!isInDoubt && holders === 0) {
      holders = 1;
      if (hasEvents) ahead++;
    }
    set(!isHungUp);
  };
  return {
    get isOpen() {
      return isOpen;
    },
    see(events, isHungUp) {
      const lastClose = events.lastIndexOf("close");
      events.forEach((event, at) => {
        isPast = at < lastClose;
        if (event === "open") opened();
        else closed(at === events.length - 1, isHungUp);
      });
      isPast = false;
      compare(isHungUp, events.length > 0);
      return isInDoubt;
    },
    settle(isHungUp) {
      isInDoubt = false;
      compare(isHungUp, false);
    },
    reset() {
      holders = 0;
      ahead = 0;
      isInDoubt = false;
      set(false);
    },
  };
}
