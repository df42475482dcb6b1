/**
 * A port in memory: what one side writes, the other reads. For tests, and for a device that lives in this process
 * where there are no ptys. Knows no kernel; it takes every setting and keeps it.
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "./ends.js";
import type { OpenOptions } from "./open.js";
import type { ActualSettings, LineSettings, ModemLines, Port } from "./port.js";

/** A pipe of `capacity` bytes, both of whose ends are here. */
export interface MemoryPipe {
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** Ends it: what was written can still be read, then both ends are gone. */
  end(): void;
}

/** As much as a pty holds. */
const CAPACITY = 4096;

export function memoryPipe(capacity = CAPACITY): MemoryPipe {
  const queue = new ByteQueue();
  let ended = false;
  const reader = waiter(() => queue.length > 0 || ended);
  const writer = waiter(() => queue.length < capacity || ended);
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
      unsent: () => 0,
    },
    end() {
      ended = true;
      reader.look();
      writer.look();
    },
  };
}

/** One side's wait: armed, and called on a later turn of the loop once `isReady`. */
function waiter(isReady: () => boolean) {
  let ready = () => {};
  let armed = false;
  let turn: NodeJS.Immediate | undefined;
  const look = () => {
    if (!armed || !isReady()) return;
    armed = false;
    turn = setImmediate(() => ready());
  };
  const disarm = () => {
    armed = false;
    clearImmediate(turn);
  };
  return {
    look,
    end: {
      onReady: (listener: () => void) => {
        ready = listener;
      },
      arm: () => {
        clearImmediate(turn);
        armed = true;
        look();
      },
      disarm,
      close: disarm,
    },
  };
}

export interface MemoryPort {
  readonly port: Port;
  /** The device's side of the line. */
  readonly device: { readonly source: ByteSource; readonly sink: ByteSink };
  /** Pulls the plug. */
  unplug(): void;
}

const FACTORY_SETTINGS: ActualSettings = {
  bps: 9600,
  flow: "none",
  databits: 8,
  parity: "none",
  stopbits: 1,
  crnl: false,
  vmin: 1,
  vtime: 0,
  translations: [],
};

export function memoryPort(path: string, options: OpenOptions = {}): MemoryPort {
  const incoming = memoryPipe();
  const outgoing = memoryPipe();
  const asked = { ...(options.keep ? {} : options.settings) };
  let settings: ActualSettings = { ...FACTORY_SETTINGS, ...asked };
  let lines: ModemLines = {
    dtr: options.dtr ?? true,
    rts: options.rts ?? true,
    cts: true,
    dsr: true,
    dcd: true,
    ri: false,
  };
  const unplug = () => {
    incoming.end();
    outgoing.end();
  };
  const port: Port = {
    path,
    driver: "memory",
    abilities: { restore: true, leaveAsFound: true, readBack: true },
    asked,
    refusals: [],
    source: incoming.source,
    sink: outgoing.sink,
    settings: async () => settings,
    configure: async (wanted: LineSettings) => {
      Object.assign(asked, wanted);
      settings = { ...settings, ...wanted };
      return [];
    },
    modemLines: async () => lines,
    setModemLine: async (line, on) => {
      lines = { ...lines, [line]: on };
    },
    sendBreak: async () => {},
    discard: async () => {
      const drop = new Uint8Array(CAPACITY);
      for (const { source } of [incoming, outgoing]) while (source.read(drop) > 0);
    },
    counters: () => undefined,
    restore: () => {
      settings = FACTORY_SETTINGS;
    },
    close: async () => unplug(),
  };
  return { port, device: { source: outgoing.source, sink: incoming.sink }, unplug };
}
