/**
 * A port whose device may be unplugged and come back: one port to the session, one opened port after the other
 * beneath. Knows that the end of a device is not the end of the port, and that every descriptor of a lost device has
 * to be closed, or it comes back under another name. How it is found again is `reopen`'s to know.
 *
 *     THERE --hang-up--> AWAY (reads and writes give NOTHING) --reopened--> THERE
 *       '------close-------'-----------------> closed
 */
import { RobinError } from "../errors.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "./ends.js";
import type { Port, Presence } from "./port.js";

interface ReturningOptions {
  /** Resolves with the same device, opened again with `before.asked`. Rejects only when `signal` aborts it. */
  readonly reopen: (before: Port, signal: AbortSignal) => Promise<Port>;
}

/** `first`, and what it is followed by. Has `presence`; its control functions reject with "lost" while it is away. */
export function returningPort(first: Port, { reopen }: ReturningOptions): Port {
  let port = first;
  let isThere = true;
  let isOpen = true;
  const abort = new AbortController();
  const listeners: ((port: Port | undefined) => void)[] = [];

  const lose = () => {
    if (!isThere || !isOpen) return;
    isThere = false;
    // On the next turn, for this may be a call of the poller that is to be closed, or of a pump that has yet to queue
    // what was not taken; but before anything is waited for: an open descriptor keeps the device's name taken.
    setImmediate(() => {
      void port.close();
      for (const listener of listeners) listener(undefined);
      if (!isOpen) return;
      reopen(port, abort.signal).then(comeBack, (error: unknown) => {
        if (!abort.signal.aborted) throw error;
      });
    });
  };
  const comeBack = (again: Port) => {
    if (!isOpen) return void again.close();
    port = again;
    isThere = true;
    source.attach();
    sink.attach();
    for (const listener of listeners) listener(again);
  };
  const now = {
    get port() {
      return port;
    },
    get isThere() {
      return isThere && isOpen;
    },
    lose,
  };
  const source = returningSource(now);
  const sink = returningSink(now);

  const presence: Presence = {
    get isThere() {
      return isThere;
    },
    onChange: (listener) => void listeners.push(listener),
  };

  /** Asks the device, and takes its loss for what it is. */
  async function control<T>(ask: (port: Port) => Promise<T>): Promise<T> {
    if (!isThere) throw new RobinError("lost", `use ${port.path}: it is away, and awaited`);
    try {
      return await ask(port);
    } catch (error) {
      if (error instanceof RobinError && error.code === "lost") lose();
      throw error;
    }
  }

  return {
    get path() {
      return port.path;
    },
    driver: first.driver,
    get abilities() {
      return port.abilities;
    },
    get asked() {
      return port.asked;
    },
    get refusals() {
      return port.refusals;
    },
    presence,
    source: source.end,
    sink: sink.end,
    settings: () => control((it) => it.settings()),
    configure: (settings) => control((it) => it.configure(settings)),
    modemLines: () => control((it) => it.modemLines()),
    get lineSource() {
      return isThere ? port.lineSource : undefined;
    },
    setModemLine: (line, on) => control((it) => it.setModemLine(line, on)),
    sendBreak: (...length) => control((it) => it.sendBreak(...length)),
    discard: () => control((it) => it.discard()),
    counters: () => (isThere ? port.counters() : undefined),
    restore: () => {
      if (isThere) port.restore();
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      abort.abort();
      await port.close(); // also one that is lost and not closed yet: its lock file has to go
    },
  };
}

interface Now {
  readonly port: Port;
  readonly isThere: boolean;
  readonly lose: () => void;
}

/** One side's wait, which outlives the device it was armed on. */
function returningWait(now: Now, side: "source" | "sink") {
  let ready = () => {};
  let armed = false;
  const listen = () => {
    now.port[side].onReady(() => {
      armed = false;
      ready();
    });
    if (armed) now.port[side].arm();
  };
  listen();
  return {
    attach: listen,
    end: {
      onReady(listener: () => void) {
        ready = listener;
      },
      arm() {
        armed = true;
        if (now.isThere) now.port[side].arm();
      },
      disarm() {
        armed = false;
        if (now.isThere) now.port[side].disarm();
      },
      close() {
        armed = false;
        if (now.isThere) now.port[side].close();
      },
    },
  };
}

function returningSource(now: Now): { end: ByteSource; attach: () => void } {
  const { end, attach } = returningWait(now, "source");
  return {
    attach,
    end: {
      ...end,
      read(into) {
        if (!now.isThere) return NOTHING;
        const count = now.port.source.read(into);
        if (count !== GONE) return count;
        now.lose();
        return NOTHING;
      },
      isHungUp() {
        if (now.isThere && now.port.source.isHungUp?.()) now.lose();
        return false;
      },
    },
  };
}

function returningSink(now: Now): { end: ByteSink; attach: () => void } {
  const { end, attach } = returningWait(now, "sink");
  return {
    attach,
    end: {
      ...end,
      write(from, start, stop) {
        if (!now.isThere) return NOTHING;
        const count = now.port.sink.write(from, start, stop);
        if (count !== GONE) return count;
        now.lose();
        return NOTHING;
      },
      unsent: () => (now.isThere ? now.port.sink.unsent() : 0),
      settling: () => now.isThere && (now.port.sink.settling?.() ?? false),
    },
  };
}
