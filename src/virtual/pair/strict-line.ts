/**
 * The line between two ends that may be set differently: what was sent is what arrives while they agree, and what a UART
 * would make of it while they do not. Pure; knows no pty.
 */
import { ByteQueue } from "../../bytes/byte-queue.js";
import { type Frame, isSameFrame } from "./line-frame.js";
import { createUart, type Uart } from "./uart.js";

export interface StrictLine {
  /** How it is sent and how it is listened to from now on; undefined: as if both were the same. */
  set(frames: { readonly sender: Frame; readonly receiver: Frame } | undefined, out: ByteQueue): void;
  send(from: Uint8Array, start: number, end: number, out: ByteQueue): void;
  /** The sender has no more for now. */
  rest(out: ByteQueue): void;
  /** Bytes that were sent while the ends differed, and what was received in their place. */
  readonly garbled: number;
  readonly misread: number;
}

export function createStrictLine(): StrictLine {
  let uart: Uart | undefined;
  let isDeaf = false;
  let garbled = 0;
  let misread = 0;
  const counted = (out: ByteQueue, action: () => void) => {
    const before = out.length;
    action();
    misread += out.length - before;
  };
  return {
    set(frames, out) {
      this.rest(out);
      uart = undefined;
      isDeaf = false;
      if (frames === undefined || isHarmless(frames.sender, frames.receiver)) return;
      isDeaf = frames.sender.bps === 0 || frames.receiver.bps === 0;
      if (!isDeaf) uart = createUart(frames.sender, frames.receiver);
    },
    send(from, start, end, out) {
      if (uart === undefined && !isDeaf) return out.push(from, start, end);
      garbled += end - start;
      if (uart) counted(out, () => uart?.send(from, start, end, out));
    },
    rest(out) {
      if (uart) counted(out, () => uart?.rest(out));
    },
    get garbled() {
      return garbled;
    },
    get misread() {
      return misread;
    },
  };
}

const TRIAL_ROUNDS = 17;

/** Whether every byte arrives as it was sent, also those sent without a pause. */
export function isHarmless(sender: Frame, receiver: Frame): boolean {
  if (isSameFrame(sender, receiver)) return true;
  if (sender.bps === 0 || receiver.bps === 0) return false;
  // Beyond half a bit in a character nothing arrives as it was; trying would only take time.
  const ratio = sender.bps / receiver.bps;
  if (ratio < 0.9 || ratio > 1.1 || sender.databits !== receiver.databits) return false;
  const trial = new Uint8Array(256 * TRIAL_ROUNDS);
  for (let at = 0; at < trial.length; at++) trial[at] = Math.imul(at, 2 * (at >> 8) + 1);
  const out = new ByteQueue();
  const uart = createUart(sender, receiver);
  uart.send(trial, 0, trial.length, out);
  uart.rest(out);
  const sent = 2 ** sender.databits - 1;
  return (
    out.length === trial.length && trial.every((byte, at) => (byte & sent) === out.bytes[out.start + at])
  );
}
