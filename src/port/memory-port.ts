/**
 * A port in memory: what one side writes, the other reads. For tests, and for a device that lives in this process
 * where there are no ptys. Knows no kernel; it takes every setting and keeps it.
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import { RobinError } from "../errors.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "./ends.js";
import type { OpenOptions } from "./open.js";
import { PLAIN_LINE } from "./plain-line.js";
import type { ActualSettings, LineSettings, ModemLines, Port } from "./port.js";
import { heldSink } from "./tty/held-sink.js";
import { NO_RS485, withRs485 } from "./tty/rs485.js";
import { createWaiter } from "./waiter.js";

/** A pipe, both of whose ends are here. What was written and not read is `unsent`. */
export interface MemoryPipe {
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** Ends it: what was written can still be read, then both ends are gone. */
  end(): void;
}

/** Bytes: as much as a tty gives in one read. */
const CAPACITY = 4096;
/** The usual length of a break, within the 0.25 to 0.5 s of tcsendbreak(3). */
const BREAK_MS = 250;

/** A pipe that holds `capacity` bytes (1 or more) and then takes NOTHING. */
export function memoryPipe(capacity = CAPACITY): MemoryPipe {
  const queue = new ByteQueue();
  let ended = false;
  const reader = createWaiter(() => queue.length > 0 || ended);
  const writer = createWaiter(() => queue.length < capacity || ended);
  return {
    source: {
      ...reader.end,
      read(into) {
        if (queue.length === 0) return ended ? GONE : NOTHING;
        const count = Math.min(into.length, queue.length);
        into.set(queue.bytes.subarray(queue.start, queue.start + count));
        queue.take(count);
        writer.look();
        return count;
      },
    },
    sink: {
      ...writer.end,
      write(from, start, end) {
        if (ended) return GONE;
        const count = Math.min(end - start, capacity - queue.length);
        if (count === 0) return NOTHING;
        queue.push(from, start, start + count);
        reader.look();
        return count;
      },
      unsent: () => queue.length,
    },
    end() {
      ended = true;
      reader.look();
      writer.look();
    },
  };
}

/** What stands once all that is asked was taken. */
function withAll(stands: ActualSettings, { rs485, ...asked }: LineSettings): ActualSettings {
  const flow = asked.flow ?? stands.flow;
  return {
    ...stands,
    ...asked,
    xonXoff: flow === "software" ? ["IXON", "IXOFF", "IXANY"] : [],
    ...(rs485 === undefined ? {} : { rs485: withRs485(stands.rs485 ?? NO_RS485, rs485) }),
  };
}

export interface MemoryPort {
  readonly port: Port;
  /** The device's side of the line. */
  readonly device: { readonly source: ByteSource; readonly sink: ByteSink };
  /** Pulls the plug. */
  unplug(): void;
}

/**
 * A port at `path`, a name that only messages use, and the device behind it. What the port sent is unsent until the
 * device reads it. After `unplug` or `close` its control functions reject with RobinError "lost".
 */
export function memoryPort(path: string, options: OpenOptions = {}): MemoryPort {
  const incoming = memoryPipe();
  const outgoing = memoryPipe();
  const held = heldSink(outgoing.sink);
  const asked = { ...(options.keep ? {} : options.settings) };
  let settings = withAll(PLAIN_LINE, asked);
  let lines: ModemLines = {
    dtr: options.dtr ?? true,
    rts: options.rts ?? true,
    cts: true,
    dsr: true,
    dcd: true,
    ri: false,
  };
  let plugged = true;
  const unplug = () => {
    plugged = false;
    incoming.end();
    outgoing.end();
  };
  async function control<T>(what: string, action: () => T): Promise<T> {
    if (!plugged) throw new RobinError("lost", `${what} ${path}: it was unplugged or closed`);
    return action();
  }
  const port: Port = {
    path,
    driver: "memory",
    abilities: { restore: true, leaveAsFound: true, readBack: true },
    asked,
    refusals: [],
    source: incoming.source,
    sink: held.sink,
    settings: () => control("read settings of", () => settings),
    configure: (wanted: LineSettings) =>
      control("set up", () => {
        Object.assign(asked, wanted);
        settings = withAll(settings, wanted);
        return [];
      }),
    modemLines: () => control("read modem lines of", () => lines),
    setModemLine: (line, on) =>
      control(`set ${line.toUpperCase()} of`, () => {
        lines = { ...lines, [line]: on };
      }),
    async sendBreak(durationMs = BREAK_MS) {
      held.hold();
      if (plugged) await new Promise((resolve) => setTimeout(resolve, durationMs));
      held.letGo();
      await control("send a break on", () => {});
    },
    discard: () =>
      control("discard the queues of", () => {
        const drop = new Uint8Array(CAPACITY);
        for (const { source } of [incoming, outgoing]) while (source.read(drop) > 0);
      }),
    counters: () => undefined,
    restore: () => {
      settings = PLAIN_LINE;
    },
    async close() {
      port.source.close();
      port.sink.close();
      port.restore();
      unplug();
    },
  };
  return { port, device: { source: outgoing.source, sink: incoming.sink }, unplug };
}
