/**
 * A hub: what one port's program writes, every other port's program receives, in one order. Knows which parts make it and
 * what it has counted; turns are bus.ts, what waits for a port is listener.ts.
 */
import type { TellEvent, VirtualEvent } from "../port/virtual-event.js";
import { Bus, type Speaker } from "./bus.js";
import type { Ear } from "./ear.js";
import type { CutReason, Frame } from "./framer.js";
import type { HubPort } from "./hub-port.js";
import { Listener, type ListenerOptions, TELL_MS } from "./listener.js";
import type { ListenerState } from "./patience.js";
import type { ReadWatch } from "./read-watch.js";

export interface HubOptions extends Omit<ListenerOptions, "whole"> {
  readonly frame: Frame;
  readonly tell: TellEvent;
  readonly reads: ReadWatch;
}

/** How one port stands. Bytes; `received` is what its program said, `sent` what it was given. */
export interface PortStatus {
  readonly name: string;
  readonly path: string;
  readonly link: string | undefined;
  readonly open: boolean;
  readonly state: ListenerState;
  readonly queued: number;
  readonly received: number;
  readonly sent: number;
  readonly dropped: number;
  readonly bps: number;
}

interface Member {
  readonly port: HubPort;
  readonly listener: Listener;
  readonly speaker: Speaker;
}

export class Hub {
  readonly #members: Member[];
  readonly #bus: Bus;
  readonly #cuts: Cuts;

  /** Takes the ports over: their ends, and `onHolder`. */
  constructor(ports: readonly HubPort[], { frame, tell, reads, ...options }: HubOptions) {
    const whole = frame.kind !== "none";
    this.#cuts = new Cuts(tell);
    this.#bus = new Bus({
      frame,
      messageBytes: options.queueBytes,
      onCut: ({ name }, reason, bytes) => this.#cuts.add(name, reason, bytes),
    });
    this.#members = ports.map((port) => {
      const listener = new Listener(port, { ...options, whole }, reads, tell);
      this.#bus.addEar(listener);
      const speaker = this.#bus.addSpeaker(port, listener);
      port.onHolder = (isOpen) => {
        if (isOpen) return listener.opened();
        listener.closed();
        this.#bus.left(speaker);
      };
      return { port, listener, speaker };
    });
  }

  /** Somebody else who hears everything. */
  addEar(ear: Ear): void {
    this.#bus.addEar(ear);
  }

  status(): PortStatus[] {
    return this.#members.map(({ port, listener, speaker }) => ({
      name: port.name,
      path: port.path,
      link: port.link,
      open: listener.state !== "closed",
      state: listener.state,
      queued: listener.queued,
      received: speaker.received,
      sent: listener.sent,
      dropped: listener.dropped,
      bps: port.bps,
    }));
  }

  /** Behind what was counted and not told yet, which is told now: the events add up to them. */
  statistics(): VirtualEvent[] {
    this.#cuts.tellRest();
    for (const { listener } of this.#members) listener.tellRest();
    return this.#members.map(({ port, listener, speaker }) => ({
      event: "statistics",
      port: port.name,
      received: speaker.received,
      sent: listener.sent,
      dropped: listener.dropped,
      queued: listener.queued,
    }));
  }

  close(): void {
    this.#bus.close();
    for (const { listener } of this.#members) listener.close();
  }
}

interface Cut {
  readonly port: string;
  readonly reason: CutReason;
  atMs: number;
  pieces: number;
  bytes: number;
}

/** A program that finishes no line would have each piece of it told: those that come fast are told together. */
class Cuts {
  readonly #tell: TellEvent;
  readonly #last = new Map<string, Cut>();

  constructor(tell: TellEvent) {
    this.#tell = tell;
  }

  add(port: string, reason: CutReason, bytes: number): void {
    const key = `${reason} ${port}`;
    const last = this.#last.get(key) ?? { port, reason, atMs: Number.NEGATIVE_INFINITY, pieces: 0, bytes: 0 };
    this.#last.set(key, last);
    last.pieces++;
    last.bytes += bytes;
    if (performance.now() >= last.atMs + TELL_MS) this.#tellOf(last);
  }

  /** What has come since the last one was told. */
  tellRest(): void {
    for (const last of this.#last.values()) if (last.pieces > 0) this.#tellOf(last);
  }

  #tellOf(last: Cut): void {
    const { port, reason, bytes, pieces } = last;
    this.#tell({ event: "cut", port, reason, bytes, pieces });
    Object.assign(last, { atMs: performance.now(), pieces: 0, bytes: 0 });
  }
}
