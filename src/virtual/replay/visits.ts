/**
 * Which programs a recording is played to: from its beginning to each that opens the port, as a board starts anew that is
 * switched on, or once to all of them. Knows when a playing begins and ends; not what is in it.
 */
import type { ByteSink, ByteSource } from "../../port/ends.js";
import { POLLHUP, pollNow } from "../../tty/libc.js";
import type { ReplayListener, ReplayOptions } from "./replay-contract.js";
import { Replay } from "./run-replay.js";

/** What is needed of a virtual port. */
export interface VisitedPort {
  readonly source: ByteSource;
  readonly sink: ByteSink;
  readonly end: { readonly master: number; discardUnread(): number };
  onHolder: (isOpen: boolean) => void;
  hangUp(): void;
}

export interface VisitsOptions extends ReplayOptions {
  /** It is played once, whoever opens and closes the port meanwhile, and ends by `finish` only. */
  readonly isOnce: boolean;
}

export interface VisitsListener extends Omit<ReplayListener, "onHangUp"> {
  /** There is no other pty to be had: the port goes on as it was. */
  onHangUpFailure(error: unknown): void;
  /**
   * A program has left. `isComplete`: it has sent all that was sent then. Not called for one that has sent nothing of it, as
   * stty does; what was not sent was told as a departure.
   */
  onLeft(isComplete: boolean): void;
}

export interface Visits {
  /** Of all programs together: bytes they have sent, bytes they were sent, lines that came as they were recorded. */
  readonly totals: { readonly received: number; readonly sent: number; readonly matched: number };
  /** Nobody comes any more. Resolves when what was not sent is told: whether all of it was. */
  finish(): Promise<boolean>;
  /** At once, for good. */
  off(): void;
}

export function runVisits(port: VisitedPort, options: VisitsOptions, listener: VisitsListener): Visits {
  const past = { received: 0, sent: 0, matched: 0 };
  let current: Replay | undefined;
  let isOpen = false;
  let isHangingUp = false;
  let isOff = false;
  /** The last one is not over yet: what it has been sent is still being compared. */
  let isLeaving = false;

  /** What the kernel says; of an open, `onHolder` may tell later. */
  const isHungUp = () => (pollNow(port.end.master, 0) & POLLHUP) !== 0;
  const hangUp = () => {
    isHangingUp = true;
    try {
      port.hangUp();
    } catch (error) {
      listener.onHangUpFailure(error);
      current?.setHeard(isOpen);
    }
    isHangingUp = false;
  };
  const begin = () => {
    current = new Replay(port.source, port.sink, options, {
      ...listener,
      onHangUp: hangUp,
      onEnd() {
        listener.onEnd();
        // The last thing that was recorded is that the device was lost: nobody comes back to it.
        if (!isOpen && current && !isLeaving) void left(current);
      },
    });
  };
  const count = ({ received, sent, matched }: Replay) => {
    past.received += received;
    past.sent += sent;
    past.matched += matched;
  };
  const over = (replay: Replay) => {
    count(replay);
    if (current === replay) current = undefined;
  };

  const opened = () => {
    if (isLeaving) return;
    if (current) current.setHeard(true);
    else begin();
  };
  const left = async (replay: Replay) => {
    replay.setHeard(false);
    if (options.isOnce || isHangingUp || replay.isAway) return;
    isLeaving = true;
    replay.hold();
    await new Promise((resolve) => setImmediate(resolve));
    // Where the next program is there already, what lies there is taken for its own.
    replay.hold(!isHungUp());
    await replay.finish(false);
    over(replay);
    isLeaving = false;
    if (isOff) return;
    if (replay.isComplete || replay.received > 0) listener.onLeft(replay.isComplete);
    if (isOpen && !isOff) opened();
  };

  port.onHolder = (now) => {
    if (isOff) return;
    isOpen = now;
    if (now) return opened();
    // The next program gets nothing of what this one was to read.
    if (!options.isOnce) port.end.discardUnread();
    if (current && !isLeaving) void left(current);
  };
  return {
    get totals() {
      const { received = 0, sent = 0, matched = 0 } = current ?? {};
      return {
        received: past.received + received,
        sent: past.sent + sent,
        matched: past.matched + matched,
      };
    },
    async finish() {
      // Nobody may have come: then nothing was sent, and that is told as well.
      if (current === undefined) begin();
      const replay = current!;
      await replay.finish();
      return replay.isComplete;
    },
    off() {
      isOff = true;
      current?.off();
    },
  };
}
