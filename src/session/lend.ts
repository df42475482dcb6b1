/**
 * The port lent to a guest: a command that has it as its stdin and stdout. Knows how the two ways are taken from keyboard and
 * screen and given back, with every byte still heard by the taps; not what the guest is.
 *
 *     port --> taps --> guest       guest --> port, heard as it is taken
 */
import { type ByteSink, type ByteSource, GONE } from "../port/ends.js";
import type { Port } from "../port/port.js";
import type { Clock } from "./clock.js";
import { Pump } from "./pump.js";
import type { Taps } from "./taps.js";

export interface Guest {
  /** What the guest sends; GONE when it sends no more. */
  readonly source: ByteSource;
  /** What it is given; GONE when it reads no more. */
  readonly sink: ByteSink;
  /** What it was given and has not read. Asked once, at the end. */
  leftover(): Uint8Array;
  /** Ends it: the port is gone, or the session is over. Its source is GONE soon. */
  hangUp(): void;
}

interface LendOptions {
  readonly port: Port;
  readonly taps: Taps;
  readonly clock: Clock;
  /** Sees each chunk `[0..end)` that arrives. */
  readonly onReceived: (chunk: Uint8Array, end: number) => void;
  /** Shows what the guest was not interested in. */
  readonly show: (bytes: Uint8Array) => void;
  readonly onLost: () => void;
  readonly onError: (error: unknown) => void;
}

/** What went to the guest, what came from it, and what of that the port has not taken. */
export interface Lent {
  readonly received: number;
  readonly sent: number;
  readonly unsent: number;
}

export interface Lending {
  /** Settles when the guest has gone, and the port has taken what it sent. Never rejects. */
  readonly returned: Promise<Lent>;
  /** Ends it now, whatever is on its way. */
  cancel(): void;
}

export function lendPort(guest: Guest, options: LendOptions): Lending {
  const { port, taps, clock, show, onReceived } = options;
  const hasRoom = () => taps.hasRoom;
  let isOver = false;
  let settle: (lent: Lent) => void;
  const returned = new Promise<Lent>((resolve) => {
    settle = resolve;
  });
  // What a guest that has closed its stdin does not want is for the screen.
  let isReading = true;
  const sink: ByteSink = {
    ...guest.sink,
    write(from, start, end) {
      if (isReading) {
        const taken = guest.sink.write(from, start, end);
        if (taken !== GONE) return taken;
        isReading = false;
      }
      show(from.slice(start, end));
      return end - start;
    },
  };
  const failed = (error: unknown) => {
    options.onError(error);
    finish();
  };
  const lost = () => {
    guest.hangUp();
    options.onLost();
    finish();
  };
  const toGuest = new Pump({
    source: port.source,
    sink,
    holdAbove: 1,
    hasRoom,
    look: (chunk, end) => {
      taps.rx(chunk, end, clock.nowUs());
      onReceived(chunk, end);
      toGuest.send(chunk, 0, end);
    },
    onSourceGone: lost,
    onSinkGone: () => {},
    onError: failed,
  });
  const fromGuest = new Pump({
    source: guest.source,
    sink: port.sink,
    holdAbove: 1,
    hasRoom,
    onTaken: (bytes, start, end) => taps.tx(bytes, start, end, clock.nowUs()),
    onSourceGone: () => void fromGuest.insert(async () => finish()),
    onSinkGone: lost,
    onError: failed,
  });
  const finish = () => {
    if (isOver) return;
    isOver = true;
    const unsent = fromGuest.waiting;
    toGuest.stopReading();
    // What the guest's own buffer holds came before what waits for it here.
    for (const rest of [guest.leftover(), toGuest.takeWaiting()]) if (rest.length > 0) show(rest);
    fromGuest.stop();
    toGuest.stop();
    guest.source.close();
    guest.sink.close();
    // What waits for a promise is not run from a poller's callback.
    setImmediate(settle, { received: toGuest.read, sent: fromGuest.written, unsent });
  };
  const nudge = () => {
    toGuest.nudge();
    fromGuest.nudge();
  };
  const before = taps.onRoom;
  taps.onRoom = nudge;
  void returned.then(() => {
    taps.onRoom = before;
  });
  toGuest.start();
  fromGuest.start();
  return {
    returned,
    cancel() {
      guest.hangUp();
      finish();
    },
  };
}
