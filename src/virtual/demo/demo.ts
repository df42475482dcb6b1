/**
 * `demo:`, a port for when there is no hardware: the emulated board behind a pty of robin's own, or in memory
 * where there are no ptys.
 */
import { RobinError } from "../../errors.js";
import { fdSink, fdSource } from "../../port/fd-ends.js";
import { memoryPort } from "../../port/memory-port.js";
import { type OpenOptions, openPort } from "../../port/open.js";
import type { Port } from "../../port/port.js";
import { whyNoLibc } from "../../tty/abi.js";
import { close } from "../../tty/libc.js";
import { openPty, type Pty } from "../../tty/pty.js";
import { SysError } from "../../tty/sys-error.js";
import { runDevice } from "../emulate/run-device.js";
import { board } from "./board.js";

export const DEMO = "demo:";

/** Opens a port by name as `openPort` does, `demo:` included. */
export function openAnyPort(name: string, options: OpenOptions = {}): Promise<Port> {
  return name === DEMO ? openDemo(options) : openPort(name, options);
}

async function openDemo(options: OpenOptions): Promise<Port> {
  if (whyNoLibc() !== undefined) {
    const { port, device } = memoryPort(DEMO, options);
    const { off } = runDevice(board, device.source, device.sink);
    return withClose(port, off);
  }
  const { master, path } = newPty();
  let port: Port;
  try {
    // Nobody else knows the name, and the locks of the last process that had this pty number mean nothing.
    port = await openPort(path, { ...options, lock: false });
  } catch (error) {
    close(master);
    throw error;
  }
  const { off } = runDevice(
    board,
    fdSource(master, { kind: "non-blocking", zero: "end" }),
    fdSink(master, { kind: "non-blocking" }),
  );
  return withClose(port, () => {
    off();
    close(master);
  });
}

function newPty(): Pty {
  try {
    return openPty();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new RobinError(
      "open-failed",
      `open ${DEMO}: no pty to be had: ${error.syscall}: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** `port`, whose device is switched off after it is closed. */
function withClose(port: Port, off: () => void): Port {
  const closePort = port.close.bind(port);
  let closed: Promise<void> | undefined;
  port.close = () => {
    if (closed === undefined) {
      closed = closePort();
      off(); // once: the master's number may be another file's later
    }
    return closed;
  };
  return port;
}
