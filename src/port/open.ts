/**
 * From a name to an open port: which device, which driver. Knows both drivers by name and loads the one it uses.
 */
import { RobinError } from "../errors.js";
import { whyNoLibc } from "../tty/abi.js";
import { resolvePortName } from "./discovery/port-name.js";
import type { LineSettings, Port } from "./port.js";

export interface OpenOptions {
  readonly settings?: LineSettings;
  /** Change no setting at all. Default false. */
  readonly keep?: boolean;
  /** A setting that the driver did not take is an error. Default false: see `Port.refusals`. */
  readonly strict?: boolean;
  /** Hold the port against others. Default true. */
  readonly lock?: boolean;
  /** Modem lines to raise or lower right after opening; absent: as the driver does. */
  readonly dtr?: boolean;
  readonly rts?: boolean;
  /** An earlier port of the same device, lost since: what it was not asked for stands as it stood there. */
  readonly like?: Port;
  /** Told of what a user may want to know and need not act on. */
  readonly onNote?: (text: string) => void;
}

/**
 * The device's path for the name that a user gave: `usb:VID:PID[:SERIAL]` and `latest` are chosen from the ports that are
 * there, any other name without a slash is looked up in /dev. Throws RobinError: usage, open-failed, unsupported.
 */
export function portPath(name: string): string {
  if (name === "") throw new RobinError("usage", "the port's name is empty");
  if (name.includes("\0")) throw new RobinError("usage", "the port's name has a NUL byte in it");
  if (name === "demo:") throw new RobinError("usage", "port demo:: only a session has it: robin demo:");
  const path = resolvePortName(name);
  return path.includes("/") || process.platform === "win32" ? path : `/dev/${path}`;
}

/**
 * Opens a port by its path (`/dev/ttyUSB0`), its name in /dev (`ttyUSB0`), any link to a tty, `usb:VID:PID[:SERIAL]` or
 * `latest`. Rejects with RobinError: usage, open-failed, setup-failed (a refused setting under `strict`), busy, unsupported.
 */
export async function openPort(name: string, options: OpenOptions = {}): Promise<Port> {
  const path = portPath(name);
  if (whyNoLibc() === undefined) {
    const { openTtyPort } = await import("./tty/tty-port.js");
    return openTtyPort(path, options);
  }
  const { openSerialportPort } = await import("./serialport/serialport-port.js");
  return openSerialportPort(path, options);
}
