/** The far end of a port under contract: a pty's master, or the device side of a port in memory. */

import type { ByteSink, ByteSource } from "../../src/port/ends.js";
import { fdSink, fdSource } from "../../src/port/fd-ends.js";
import { type MemoryPort, memoryPort } from "../../src/port/memory-port.js";
import type { OpenOptions } from "../../src/port/open.js";
import type { Port } from "../../src/port/port.js";
import { TestPty } from "../support/test-pty.js";

export interface ContractDevice {
  readonly path: string;
  /** What the port sends comes out here; what goes in here the port receives. After `open`. */
  readonly source: ByteSource;
  readonly sink: ByteSink;
  open(options?: OpenOptions): Promise<Port>;
  /** Hangs up. */
  unplug(): void;
  /** Closes what is still open: ports first. */
  close(): Promise<void>;
}

/** A driver's way to open a path. */
export type OpenPath = (path: string, options: OpenOptions) => Promise<Port>;

export interface PtyDevice extends ContractDevice {
  readonly pty: TestPty;
}

export function ptyDevice(openPath: OpenPath): PtyDevice {
  const pty = new TestPty();
  const source = fdSource(pty.master, { kind: "non-blocking", zero: "end" });
  const sink = fdSink(pty.master, { kind: "non-blocking" });
  const ports: Port[] = [];
  return {
    pty,
    path: pty.path,
    source,
    sink,
    async open(options = {}) {
      const port = await openPath(pty.path, options);
      ports.push(port);
      return port;
    },
    unplug() {
      source.close();
      sink.close();
      pty.hangUp();
    },
    async close() {
      for (const port of ports) await port.close();
      source.close();
      sink.close();
      pty.close();
    },
  };
}

export function memoryDevice(): ContractDevice {
  let memory: MemoryPort | undefined;
  const plugged = () => {
    if (!memory) throw new Error("open the port first");
    return memory;
  };
  return {
    path: "memory",
    get source() {
      return plugged().device.source;
    },
    get sink() {
      return plugged().device.sink;
    },
    async open(options = {}) {
      memory = memoryPort("memory", options);
      return memory.port;
    },
    unplug: () => plugged().unplug(),
    close: async () => memory?.port.close(),
  };
}
