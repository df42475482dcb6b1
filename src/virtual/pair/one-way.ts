/**
 * One way of the cable: from a port's program to the other port's, through a wire where one is asked for, and by the bare pump
 * where not. Knows the ends and the counts; when something happens to the cable is cable.ts's.
 */
import type { ByteSource } from "../../port/ends.js";
import { Pump } from "../../session/pump.js";
import type { TellEvent } from "../port/virtual-event.js";
import type { VirtualPort } from "../port/virtual-port.js";
import { faultEvents } from "./fault-events.js";
import type { Direction } from "./mismatch.js";
import { createWire, type WireCounts, type WireOptions } from "./wire.js";
import { wiredSource } from "./wired-source.js";

interface OneWayOptions {
  readonly from: VirtualPort;
  readonly to: VirtualPort;
  /** Undefined for a wire that does nothing to bytes. */
  readonly wire: Omit<WireOptions, "stream" | "onFault"> | undefined;
  /** The wire's clock. */
  readonly nowMs: () => number;
  /** Who is told of single faults, if anybody. */
  readonly tell: TellEvent | undefined;
  /** Called with each chunk that was read, before it goes on; absent where nobody wants to know. */
  readonly onChunk?: (() => void) | undefined;
  readonly onError: (error: unknown) => void;
}

/** Bytes of one way. out + held = in - dropped + duplicated - garbled + misread - lost. */
export interface OneWay {
  start(): void;
  /** How it is sent and listened to from now on. */
  setLine(direction: Direction): void;
  /** Reads no more until the next `start`, and gives up all that is on its way. Returns how many bytes that was. */
  interrupt(): number;
  /** Tells what has not been told yet. */
  flush(): void;
  /** For good. */
  stop(): void;
  readonly counts: WireCounts;
}

const NO_WIRE = { in: 0, held: 0, dropped: 0, flipped: 0, duplicated: 0, garbled: 0, misread: 0, lost: 0 };

export function createOneWay({ from, to, tell, nowMs, onChunk, ...options }: OneWayOptions): OneWay {
  const faults = tell && faultEvents(from.name, tell);
  const wire =
    options.wire &&
    createWire({
      ...options.wire,
      stream: from.name,
      ...(faults ? { onFault: (kind, offset) => faults.add(kind, offset) } : {}),
    });
  const wired = wire && wiredSource(from.source, wire, nowMs, onChunk);
  const pump = new Pump({
    source: wired ?? (onChunk ? watched(from.source, onChunk) : from.source),
    sink: to.sink,
    holdAbove: 1,
    onSourceGone: () => {},
    onSinkGone: () => {},
    onError: options.onError,
  });
  /** Given up behind the wire. */
  let lost = 0;

  return {
    start: () => pump.start(),
    setLine({ sender, receiver, isFelt }) {
      wire?.setLine(sender, receiver, isFelt, nowMs());
      wired?.wake();
    },
    interrupt() {
      pump.stopReading();
      const behind = pump.discard();
      lost += behind;
      return behind + (wire?.discard() ?? 0);
    },
    flush: () => faults?.flush(),
    stop: () => pump.stop(),
    get counts() {
      const counts = wire?.counts ?? { ...NO_WIRE, in: pump.read };
      return {
        ...counts,
        out: pump.written,
        held: counts.held + pump.waiting,
        lost: counts.lost + lost,
      };
    },
  };
}

function watched(source: ByteSource, onChunk: () => void): ByteSource {
  return {
    ...source,
    read(into) {
      const n = source.read(into);
      if (n > 0) onChunk();
      return n;
    },
  };
}
