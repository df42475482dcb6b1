/**
 * What arrives at the far end of a wire, as a source for a pump: asks the sender while the wire has room, and comes again when
 * the wire says so. Knows the process's clock and timers; the wire knows the rest.
 */
import { type ByteSource, GONE, NOTHING } from "../../port/ends.js";
import type { Wire } from "./wire.js";

/** A pty gives at most 4 KiB a read. */
const READ_SIZE = 4096;
/** Reads in a row, so that the other direction gets its turn. */
const READS = 4;
/** Node's timers count to 2^31 - 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

export interface WiredSource extends ByteSource {
  /** The wire may have something to give, or room, that it had not before. */
  wake(): void;
}

/** `beforeChunk` is called when bytes have been read, before they enter the wire; `nowMs` is the wire's clock. */
export function wiredSource(
  sender: ByteSource,
  wire: Wire,
  nowMs: () => number,
  beforeChunk: () => void = () => {},
): WiredSource {
  const chunk = new Uint8Array(READ_SIZE);
  let ready = () => {};
  let isWanted = false;
  let isGone = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;

  const disarm = () => {
    isWanted = false;
    clearTimeout(timer);
    clearImmediate(turn);
    sender.disarm();
  };
  const fire = () => {
    if (!isWanted) return;
    disarm();
    ready();
  };
  const arm = () => {
    isWanted = true;
    clearTimeout(timer);
    clearImmediate(turn);
    const atMs = nowMs();
    const deadlineMs = wire.deadlineMs(atMs);
    if (deadlineMs !== undefined) {
      const leftMs = deadlineMs - atMs;
      if (leftMs <= 0) turn = setImmediate(fire);
      else timer = setTimeout(fire, Math.min(Math.ceil(leftMs), LONGEST_MS));
    }
    if (!isGone && wire.room(atMs) > 0) sender.arm();
  };
  sender.onReady(fire);

  const pull = () => {
    for (let reads = 0; reads < READS && !isGone; reads++) {
      const room = Math.min(READ_SIZE, wire.room(nowMs()));
      if (room === 0) return;
      const n = sender.read(room === READ_SIZE ? chunk : chunk.subarray(0, room));
      if (n === GONE) isGone = true;
      if (n <= NOTHING) return;
      beforeChunk();
      wire.push(chunk, n, nowMs());
      if (n < room) return;
    }
  };

  return {
    read(into) {
      pull();
      const count = wire.take(into, nowMs());
      if (count > 0) return count;
      return isGone && wire.deadlineMs(nowMs()) === undefined ? GONE : NOTHING;
    },
    onReady(listener) {
      ready = listener;
    },
    arm,
    disarm,
    wake() {
      if (isWanted) arm();
    },
    close: disarm,
  };
}
