/**
 * A UART at each end of a wire: what a receiver makes of characters that were sent at another speed or in another frame.
 * Pure, without a clock: time is counted in fractions of a bit, exactly.
 *
 * The sender puts out a start bit (low), the data, lowest bit first, a parity bit where there is one, stop bits (high);
 * one character behind the other while it has some, and the line stays high while it has none. The receiver has a
 * clock of 16 times its own speed, as a 16550 has: it looks for a low line at each tick, takes the middle of its own
 * bits, eight ticks later and then every sixteen, and drops a start bit that is gone by its middle.
 *
 *     SEARCHING --low at a tick--> RECEIVING --stop bits high--> SEARCHING
 *                                  RECEIVING --stop bit low---> MARKING --line high--> SEARCHING
 *
 * A stop bit that is low is a framing error: the byte is delivered as it was shifted in, as drivers do without INPCK,
 * and the receiver waits for a high line. So a line that stays low gives one 0x00, as a break does. It checks as many
 * stop bits as it was set to; parity is not checked.
 */
import type { ByteQueue } from "../../bytes/byte-queue.js";
import { characterBits, type Frame } from "./line-frame.js";

const TICKS = 16;

export interface Uart {
  /** Sends `from[start..end)` right behind what was sent before, and puts on `out` what has been received by then. */
  send(from: Uint8Array, start: number, end: number, out: ByteQueue): void;
  /** Leaves the line high until the receiver has finished its character. */
  rest(out: ByteQueue): void;
}

/** `sender.bps` and `receiver.bps` are 1 or more. */
export function createUart(sender: Frame, receiver: Frame): Uart {
  // Ticks are `tick` long and sent bits `bit`, both whole numbers: bit / tick = TICKS * receiver.bps / sender.bps.
  const bit = TICKS * receiver.bps;
  const tick = sender.bps;
  const bitsToSample = characterBits(receiver) - 1; // behind the start bit
  const one = new Uint8Array(1);

  let state: "searching" | "receiving" | "marking" = "searching";
  /** From the start of the sent bits that come next, as are all times: to the next tick, and to the next sample. */
  let tickAt = 0;
  let sampleAt = 0;
  let sampled = 0;
  let shifted = 0;

  /** The line is at `level` for so long. */
  function level(isHigh: boolean, duration: number, out: ByteQueue): void {
    let now = 0;
    for (;;) {
      if (state === "marking") {
        if (!isHigh) break;
        state = "searching";
      }
      if (state === "searching") {
        if (isHigh) break;
        const seenAt = now <= tickAt ? tickAt : tickAt + Math.ceil((now - tickAt) / tick) * tick;
        if (seenAt >= duration) break; // shorter than a tick
        state = "receiving";
        sampleAt = seenAt + (TICKS / 2) * tick;
        sampled = -1;
        shifted = 0;
      }
      if (sampleAt >= duration) break;
      now = sampleAt;
      sample(isHigh, out);
      sampleAt += TICKS * tick;
    }
    sampleAt -= duration;
    tickAt -= duration;
    if (tickAt < 0) tickAt += Math.ceil(-tickAt / tick) * tick;
  }

  function sample(isHigh: boolean, out: ByteQueue): void {
    if (sampled === -1) {
      if (isHigh) state = "searching";
    } else if (sampled < receiver.databits) {
      if (isHigh) shifted |= 1 << sampled;
    } else if (sampled >= bitsToSample - receiver.stopbits) {
      if (!isHigh || sampled === bitsToSample - 1) {
        one[0] = shifted;
        out.push(one, 0, 1);
        state = isHigh ? "searching" : "marking";
      }
    }
    sampled++;
  }

  return {
    send(from, start, end, out) {
      for (let at = start; at < end; at++) {
        const byte = from[at]!;
        // Bits of the same level are one stretch.
        let isHigh = false;
        let length = 1;
        const put = (next: boolean, bits: number) => {
          if (next === isHigh) {
            length += bits;
            return;
          }
          level(isHigh, length * bit, out);
          isHigh = next;
          length = bits;
        };
        for (let place = 0; place < sender.databits; place++) put(((byte >> place) & 1) === 1, 1);
        if (sender.parity !== "none") put(parityBit(byte, sender), 1);
        put(true, sender.stopbits);
        level(isHigh, length * bit, out);
      }
    },
    rest(out) {
      if (state === "receiving") level(true, (bitsToSample + 2) * TICKS * tick, out);
      state = "searching";
      tickAt = 0; // the next burst finds the clock at a tick
    },
  };
}

/** Whether the bit is high. */
function parityBit(byte: number, { databits, parity }: Frame): boolean {
  if (parity === "mark" || parity === "space") return parity === "mark";
  let isOdd = false;
  for (let place = 0; place < databits; place++) if ((byte >> place) & 1) isOdd = !isOdd;
  return parity === "even" ? isOdd : !isOdd;
}
