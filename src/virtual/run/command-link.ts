/**
 * A command's terminal as a serial port for others: who opens it gets what the command prints, and types by writing. Knows
 * how much may wait for a slow reader; never holds the command or its user.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { type ByteSink, NOTHING } from "../../port/ends.js";
import { Pump } from "../../session/pump.js";
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open, POLLIN, pollNow } from "../../tty/libc.js";
import type { VirtualPort } from "../port/virtual-port.js";

/** Bytes for a reader who is behind. */
const QUEUE_BYTES = 64 * 1024;
/** Between two looks at what a reader has not read yet. */
const LOOK_MS = 2;

export interface CommandLink {
  /** Bytes that a reader was too slow for. */
  readonly dropped: number;
  /** Passes on `chunk[0..end)`, as far as somebody takes it. */
  push(chunk: Uint8Array, end: number): void;
  /** Resolves when the reader has read all, or is gone, or after `limitMs`: closing the pty would discard it. */
  settle(limitMs: number): Promise<void>;
}

/** `typed` is where bytes from `port` go. */
export function joinLink(port: VirtualPort, typed: ByteSink, onError: (error: unknown) => void): CommandLink {
  const queue = new ByteQueue();
  const { sink } = port;
  let dropped = 0;
  const flush = () => {
    while (queue.length > 0) {
      const taken = sink.write(queue.bytes, queue.start, queue.end);
      if (taken === NOTHING) return sink.arm();
      queue.take(taken);
    }
  };
  sink.onReady(() => {
    try {
      flush();
    } catch (error) {
      onError(error);
    }
  });
  port.onHolder = (isOpen) => {
    if (isOpen) return;
    // The next one starts with what is printed then.
    queue.clear();
    sink.disarm();
    port.end.discardUnread();
  };
  new Pump({
    source: port.source,
    sink: typed,
    holdAbove: 1,
    onSourceGone: () => {},
    onSinkGone: () => {},
    onError,
  }).start();
  return {
    get dropped() {
      return dropped;
    },
    push(chunk, end) {
      if (!port.end.isOpen) return;
      const room = Math.min(end, QUEUE_BYTES - queue.length);
      dropped += end - room;
      const wasEmpty = queue.length === 0;
      queue.push(chunk, 0, room);
      if (wasEmpty) flush();
    },
    async settle(limitMs) {
      const deadline = performance.now() + limitMs;
      while (port.end.isOpen && performance.now() < deadline) {
        if (queue.length === 0 && !hasUnread(port.path)) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
  };
}

/** Whether the slave at `path` has bytes that nobody has read. */
function hasUnread(path: string): boolean {
  try {
    const slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    try {
      return (pollNow(slave, POLLIN) & POLLIN) !== 0;
    } finally {
      close(slave);
    }
  } catch {
    return false; // held by TIOCEXCL: then nobody can tell
  }
}
