/**
 * A null-modem cable: what one port's program sends, the other port's program receives. Knows two ports, the two ways between
 * them, and when something happens to them; what a wire does to bytes is wire.ts's to know.
 *
 * A cable that is asked for nothing is two bare pumps: no wire, no look at the settings, no timer.
 */
import { SysError } from "../../tty/sys-error.js";
import type { TellEvent } from "../port/virtual-event.js";
import type { VirtualPort } from "../port/virtual-port.js";
import { watchMismatch } from "./mismatch.js";
import { createOneWay, type OneWay } from "./one-way.js";
import { type SettingsWatch, watchSettings } from "./settings-watch.js";
import { mergeStalls, type Stall } from "./stall.js";
import type { WireCounts } from "./wire.js";

export interface CableOptions {
  /** Bytes take their time on the line, by the sender's speed and frame. */
  readonly pace: boolean;
  /** Ends that are set differently do not understand each other. */
  readonly strictLine: boolean;
  /** Probabilities for each byte, 0..1. */
  readonly drop: number;
  readonly flip: number;
  readonly dup: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  /** In ms since the cable is there. */
  readonly stalls: readonly Stall[];
  readonly hangupsMs: readonly number[];
  /** 0..MAX_SEED (random.ts). */
  readonly seed: number;
}

interface CableHost {
  readonly tell: TellEvent;
  /** Whether anybody reads what is told: settings are looked at for them, and each fault is told. */
  readonly wantsEvents: boolean;
  readonly onError: (error: unknown) => void;
}

/** One port's bytes: what its program sent, what it received, and what became of what it sent. */
export interface PortCounts extends Omit<WireCounts, "in" | "out" | "held"> {
  readonly port: string;
  readonly sent: number;
  readonly received: number;
  /** On their way from it. */
  readonly waiting: number;
}

export interface Cable {
  /** received of the other = sent - waiting - dropped + duplicated - garbled + misread - lost. Faults are told by then. */
  counts(): readonly PortCounts[];
  /** Tells what has not been told yet, and lets nothing happen any more. */
  close(): void;
}

/** With events alone, settings are looked at by the clock and with a chunk of bytes, but not with each of a flood. */
const LOOK_WITHIN_MS = 10;

/** Joins two ports, both ways. A full port holds the other one: nothing is lost that nobody asked to lose. */
export function joinPorts(
  ports: readonly [VirtualPort, VirtualPort],
  options: CableOptions,
  host: CableHost,
): Cable {
  const { tell } = host;
  const startedMs = performance.now();
  const nowMs = () => performance.now() - startedMs;
  const stalls = mergeStalls(options.stalls);
  const followsLine = options.pace || options.strictLine;
  const timers: NodeJS.Timeout[] = [];

  const watch =
    followsLine || host.wantsEvents ? watchSettings(ports, tellSettings, () => followLine()) : undefined;
  const mismatch = watch && watchMismatch(ports, watch.settings, tell);
  const ways = [makeWay(0), makeWay(1)];
  if (watch) setLines();
  for (const port of ports) port.onHolder = () => watch && seeHolders(watch);
  for (const way of ways) way.start();
  for (const { fromMs, forMs } of stalls) {
    timers.push(setTimeout(() => tell({ event: "fault", kind: "stall", state: "begin", forMs }), fromMs));
    timers.push(setTimeout(() => tell({ event: "fault", kind: "stall", state: "end" }), fromMs + forMs));
  }
  for (const atMs of options.hangupsMs) timers.push(setTimeout(hangUp, atMs));

  function makeWay(from: number): OneWay {
    const look = () => {
      watch?.look(followsLine ? 0 : LOOK_WITHIN_MS);
      followLine(from);
    };
    return createOneWay({
      from: ports[from]!,
      to: ports[1 - from]!,
      wire: needsWire(options) ? { ...options, stalls } : undefined,
      nowMs,
      tell: host.wantsEvents ? tell : undefined,
      onChunk: watch && look,
      onError: host.onError,
    });
  }

  function tellSettings(at: number): void {
    tell({ event: "settings", port: ports[at]!.name, ...watch!.settings[at] });
    setLines();
  }

  /** After a look, when the settings and the holders are known. */
  function followLine(sending?: number): void {
    if (options.strictLine) mismatch?.judge(sending);
  }

  function setLines(): void {
    ways.forEach((way, from) => {
      way.setLine(mismatch!.direction(from));
    });
  }

  function seeHolders(settings: SettingsWatch): void {
    settings.holdersChanged();
    setLines();
    // Who opens a port sets it next: that is judged by the next look.
    if (!ports.every(({ end }) => end.isOpen)) followLine();
  }

  function hangUp(): void {
    ports.forEach(({ name }, at) => {
      const count = ways[at]!.interrupt();
      if (count > 0) tell({ event: "drop", port: name, count, reason: "hangup" });
    });
    for (const port of ports) {
      try {
        port.hangUp();
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        tell({
          event: "fault",
          port: port.name,
          kind: "hangup",
          error: `${error.syscall}: ${error.message}`,
        });
      }
    }
    if (watch) seeHolders(watch);
    for (const way of ways) way.start();
  }

  return {
    counts: () =>
      ports.map(({ name }, at) => {
        ways[at]!.flush();
        const { in: sent, out: _, held: waiting, ...became } = ways[at]!.counts;
        return { port: name, sent, received: ways[1 - at]!.counts.out, waiting, ...became };
      }),
    close() {
      for (const timer of timers) clearTimeout(timer);
      watch?.close();
      for (const way of ways) {
        way.flush();
        way.stop();
      }
    },
  };
}

function needsWire(options: CableOptions): boolean {
  const { pace, strictLine, drop, flip, dup, delayMs, jitterMs, stalls } = options;
  return pace || strictLine || stalls.length > 0 || [drop, flip, dup, delayMs, jitterMs].some((n) => n > 0);
}
