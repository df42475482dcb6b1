/**
 * The library: the same ports and sessions as the command's.
 *
 *     import { connect, listPorts, openPort } from "robin-serial";
 */
import type { Readable, Writable } from "node:stream";
import type { ByteSink, ByteSource } from "./port/ends.js";
import type { Port } from "./port/port.js";
import { streamSink, streamSource } from "./port/stream-ends.js";
import { Session } from "./session/session.js";
import type { SessionOptions } from "./session/session-options.js";

export { type ErrorCode, RobinError } from "./errors.js";
export type { PortInfo } from "./port/discovery/discover.js";
export { type ListedPort, listPorts } from "./port/discovery/list-ports.js";
export { followPorts, type PortChange } from "./port/discovery/port-changes.js";
export { type ByteSink, type ByteSource, GONE, NOTHING } from "./port/ends.js";
export type { Holder } from "./port/holders.js";
export { type MemoryPipe, type MemoryPort, memoryPipe, memoryPort } from "./port/memory-port.js";
export type { OpenOptions } from "./port/open.js";
export type {
  Abilities,
  ActualSettings,
  BreakHandling,
  ErrorHandling,
  FlowControl,
  LineSettings,
  ModemLine,
  ModemLines,
  Parity,
  Port,
  Refusal,
  Rs485,
} from "./port/port.js";
export { Session } from "./session/session.js";
export type { EndReason, SessionEnd } from "./session/session-options.js";
export { openAnyPort as openPort } from "./virtual/demo/demo.js";
export {
  type DeviceContext,
  type DeviceDefinition,
  device,
  type Handled,
  type LineHandler,
  type Printable,
  type WaitOptions,
} from "./virtual/emulate/device.js";
export { type PlayedDevice, type PlayOptions, playDevice } from "./virtual/emulate/play-device.js";
export { type RunningDevice, type RunOptions, runDevice } from "./virtual/emulate/run-device.js";

export interface ConnectOptions
  extends Omit<SessionOptions, "input" | "output" | "terminal" | "suspend" | "controls" | "prompt"> {
  /** Where bytes for the port come from: a Node stream, or a source of one's own. */
  readonly input: Readable | ByteSource;
  /** Where the port's bytes go: a Node stream, or a sink of one's own. */
  readonly output: Writable | ByteSink;
  /** Ends the session in order when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Bridges `port` with `input` and `output` until the input ends, the port is lost, the output closes, it has been
 * idle for `idleExitMs`, or `end` is called. The port stays open; closing it restores it. `ended` never rejects.
 */
export function connect(port: Port, options: ConnectOptions): Session {
  const input = "arm" in options.input ? options.input : streamSource(options.input);
  const output = "arm" in options.output ? options.output : streamSink(options.output);
  const session = new Session(port, { ...options, input, output });
  const stop = () => session.end("stopped");
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  void session.ended.then(() => {
    options.signal?.removeEventListener("abort", stop);
    // A stream that is still listened to would keep the process alive.
    if (input !== options.input) input.close();
    if (output !== options.output) output.close();
  });
  return session;
}
