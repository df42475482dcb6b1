/**
 * What was sent and has not come back yet. Pure. Knows that a device's own words may stand between the bytes of an echo, that
 * it ends lines in its own way, and that control characters are not echoed as they are.
 */
import { ByteQueue } from "../bytes/byte-queue.js";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const DEL = 0x7f;

export interface EchoWatch {
  /** `from[start..end)` was sent: what of it comes back as it is, is waited for. */
  sent(from: Uint8Array, start: number, end: number): void;
  /** `bytes[0..end)` arrived. Says whether an echo was among them. */
  received(bytes: Uint8Array, end: number): boolean;
  /** Bytes that are still to come back. */
  readonly missing: number;
  /** Waits for none of them any more. */
  forget(): void;
}

/** Terminals show ^C as two characters, take a character away at DEL, and show nothing at ^D. */
function isEchoed(byte: number): boolean {
  return (byte >= 0x20 && byte !== DEL) || byte === CR || byte === LF || byte === TAB;
}

/** A line may come back with any line end, and a tab as spaces. */
function isEchoOf(sent: number, received: number): boolean {
  if (sent === received) return true;
  if (sent === CR || sent === LF) return received === CR || received === LF;
  return sent === TAB && received === 0x20;
}

export function createEchoWatch(): EchoWatch {
  const expected = new ByteQueue();
  const one = new Uint8Array(1);
  return {
    sent(from, start, end) {
      for (let at = start; at < end; at++) {
        one[0] = from[at]!;
        if (isEchoed(one[0])) expected.push(one, 0, 1);
      }
    },
    received(bytes, end) {
      const before = expected.length;
      for (let at = 0; at < end && expected.length > 0; at++) {
        if (isEchoOf(expected.bytes[expected.start]!, bytes[at]!)) expected.take(1);
      }
      return expected.length < before;
    },
    get missing() {
      return expected.length;
    },
    forget() {
      expected.clear();
    },
  };
}
