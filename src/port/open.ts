/**
 * From a name to an open port: which device, which driver. Knows both drivers by name and loads the one it uses.
 */
import { RobinError } from "../errors.js";
import { whyNoLibc } from "../tty/abi.js";
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
  /** Told of what a user may want to know and need not act on. */
  readonly onNote?: (text: string) => void;
}

/** The device's path for the name that a user gave: a name without a slash is looked up in /dev. */
export function portPath(name: string): string {
  if (name === "") throw new RobinError("usage", "the port's name is empty");
  if (name.includes("\0")) throw new RobinError("usage", "the port's name has a NUL byte in it");
  return name.includes("/") || process.platform === "win32" ? name : `/dev/${name}`;
}

/**
 * Opens a port by its path (`/dev/ttyUSB0`), its name in /dev (`ttyUSB0`) or any link to a tty. Rejects with
 * RobinError: usage, open-failed, setup-failed (a refused setting under `strict`), busy, unsupported.
 */
export async function openPort(name: string, options: OpenOptions = {}): Promise<Port> {
  const path = portPath(name);
  if (whyNoLibc() === undefined) {
    const { openTtyPort } = await import("./tty-port.js");
    return openTtyPort(path, options);
  }
  const { openSerialportPort } = await import("./serialport-port.js");
  return openSerialportPort(path, options);
}
