/**
 * Whether the two ends of a strict line are set alike, and who has to know of it: each direction's wire, and once when it
 * begins and once when it is over, whoever follows the events. Knows no byte.
 */
import type { TellEvent } from "../port/virtual-event.js";
import type { VirtualPort } from "../port/virtual-port.js";
import { type Frame, isSameFrame, type LineSettings, receivingFrame, sendingFrame } from "./line-frame.js";
import { isHarmless } from "./strict-line.js";

/** What goes from one port to the other. */
export interface Direction {
  readonly sender: Frame;
  readonly receiver: Frame;
  /** Whether the receiver feels a difference: one that nobody has open listens at no speed. */
  readonly isFelt: boolean;
}

export interface Mismatch {
  /** From `ports[from]` to the other one. */
  direction(from: number): Direction;
  /** Tells what has changed. `sending`: whose bytes are on their way, whoever has that port open by now. */
  judge(sending?: number): void;
}

export function watchMismatch(
  ports: readonly VirtualPort[],
  settings: readonly LineSettings[],
  tell: TellEvent,
): Mismatch {
  let told: string | undefined;
  const direction = (from: number): Direction => ({
    sender: sendingFrame(settings[from]!),
    receiver: receivingFrame(settings[1 - from]!),
    isFelt: ports[1 - from]!.end.isOpen,
  });
  return {
    direction,
    judge(sending) {
      const ways = [direction(0), direction(1)];
      const differ = ways.filter(({ sender, receiver }) => !isSameFrame(sender, receiver));
      const open = ports.filter(({ end }) => end.isOpen).length;
      if (differ.length === 0 || open === 0) {
        const reason = differ.length === 0 ? "alike" : "closed";
        if (told !== undefined) tell({ event: "mismatch", state: "end", reason, ...facts(ports, settings) });
        told = undefined;
        return;
      }
      const way = sending === undefined ? undefined : ways[sending]!;
      const isFelt = open === 2 || (way?.isFelt && differ.includes(way));
      const now = JSON.stringify(ways.map(({ sender, receiver }) => [sender, receiver]));
      if (!isFelt || told === now) return;
      told = now;
      const harmless = differ.every(({ sender, receiver }) => isHarmless(sender, receiver));
      tell({ event: "mismatch", state: "begin", ...facts(ports, settings), harmless });
    },
  };
}

function facts(ports: readonly VirtualPort[], [a, b]: readonly LineSettings[]) {
  const shown = ({ flow: _, ...frame }: LineSettings) => frame;
  return { ports: ports.map(({ name }) => name), a: shown(a!), b: shown(b!) };
}
