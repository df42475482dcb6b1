/**
 * A null-modem cable: what one port's program sends, the other port's program receives. Knows two ports and the way
 * between them.
 */
import { Pump } from "../../session/pump.js";
import type { VirtualPort } from "../virtual-port.js";

/** Joins two ports, both ways. A full port holds the other one: nothing is lost. */
export function joinPorts(a: VirtualPort, b: VirtualPort, onError: (error: unknown) => void): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    new Pump({
      source: from.source,
      sink: to.sink,
      holdAbove: 1,
      onSourceGone: () => {},
      onSinkGone: () => {},
      onError,
    }).start();
  }
}
