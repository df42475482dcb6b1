/**
 * Bytes out of a master in packet mode (tty/packet.ts): the control byte in front of each read is taken off, and what it
 * tells goes to a listener, in its place between the bytes. Knows that every read of the source beneath is one read(2).
 */
import { type ByteSource, NOTHING } from "../../port/ends.js";
import { decodePacketControl, PACKET_DATA, type PacketCondition } from "../../tty/packet.js";

/** What is read in one go: a control byte, and more than a tty has for one read(2). */
const BUFFER_BYTES = 64 * 1024;
/** Conditions in a row before others have their turn. */
const TURN = 16;

/** `source` without control bytes. `onConditions` gets one or more, in the order of their bits. */
export function packetSource(
  source: ByteSource,
  onConditions: (conditions: readonly PacketCondition[]) => void,
): ByteSource {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let start = 0;
  let end = 0;
  let ready = () => {};
  let turn: NodeJS.Immediate | undefined;
  const give = (into: Uint8Array): number => {
    const count = Math.min(into.length, end - start);
    into.set(buffer.subarray(start, start + count));
    start += count;
    return count;
  };
  const disarm = () => {
    clearImmediate(turn);
    source.disarm();
  };
  return {
    ...source,
    read(into) {
      if (start < end) return give(into);
      for (let reads = 0; reads < TURN; reads++) {
        const n = source.read(buffer);
        if (n <= 0) return n;
        const control = buffer[0]!;
        if (control !== PACKET_DATA) onConditions(decodePacketControl(control));
        start = 1;
        end = n;
        if (start < end) return give(into);
      }
      return NOTHING;
    },
    onReady(listener) {
      ready = listener;
      source.onReady(listener);
    },
    arm() {
      clearImmediate(turn);
      // What a small `into` had no room for is here, and the descriptor knows nothing of it.
      if (start < end) turn = setImmediate(() => ready());
      else source.arm();
    },
    disarm,
    close() {
      disarm();
      source.close();
    },
  };
}
