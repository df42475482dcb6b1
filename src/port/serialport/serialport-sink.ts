/**
 * The sink over serialport's stream, and how far its bytes are on their way: given to the stream, accepted by the
 * system, left the machine. Knows nothing of settings and control.
 */
import type { Writable } from "node:stream";
import type { ByteSink } from "../ends.js";
import { streamSink } from "../stream-ends.js";
import type { Line } from "./serialport-line.js";

/** What serial drivers keep at most: a page (UART_XMIT_SIZE of linux/serial_core.h, and usb-serial). */
const DRIVER_BUFFER = 4096;
/** With its start and stop bit. */
const BITS_A_BYTE = 10;

export interface LineSink extends ByteSink {
  /** Settles when all that was taken by now has left the machine. One thread waits for that, however often it is asked. */
  allLeft(): Promise<void>;
  /** Discards what has not left. Rejects as the line's `flush`. */
  discard(): Promise<void>;
}

/** `bps` tells the speed that stands. */
export function lineSink(stream: Writable, line: Line, bps: () => number): LineSink {
  const sink = streamSink(stream, () => true); // a port that fails to write is lost, whatever the reason
  let given = 0;
  let left = 0;
  let leaving: Promise<void> | undefined;
  let sinceMs: number | undefined;

  async function waitUntilLeft(): Promise<void> {
    const upTo = given;
    try {
      // A write of nothing is called back after all that were before it.
      await new Promise<void>((resolve, reject) => {
        stream.write(Buffer.alloc(0), (error) => (error ? reject(error) : resolve()));
      });
      await line.drain();
      left = Math.max(left, upTo);
    } finally {
      leaving = undefined;
      sinceMs = undefined;
    }
  }

  return {
    ...sink,
    write(from, start, end) {
      const count = sink.write(from, start, end);
      if (count > 0) given += count;
      return count;
    },
    /**
     * How many bytes the driver holds nobody tells; that there are none is learnt by waiting for it (tcdrain(3)).
     * Meanwhile they are reckoned to leave at the line's speed, so that a session sees a slow line move.
     */
    unsent() {
      const waiting = given - line.accepted;
      if (waiting > 0 || left === given || !line.isOpen) return waiting;
      sinceMs ??= performance.now();
      leaving ??= waitUntilLeft().catch(() => {
        left = given; // it cannot tell
      });
      const held = Math.min(given - left, DRIVER_BUFFER);
      const gone = ((performance.now() - sinceMs) / 1000) * (bps() / BITS_A_BYTE);
      return Math.max(1, Math.ceil(held - gone));
    },
    async allLeft() {
      await leaving?.catch(() => {}); // of what was given earlier
      leaving ??= waitUntilLeft();
      await leaving;
    },
    async discard() {
      if (left === given) return; // a pty's flush would take back what its other end has not read
      line.drop(given - line.accepted);
      await line.flush();
      left = given;
    },
  };
}
