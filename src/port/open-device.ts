/**
 * Opening the device of a port and nothing more: no controlling terminal, no wait for a carrier, no setting touched.
 * Knows what its errors mean to a user.
 */
import { RobinError } from "../errors.js";
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, open } from "../tty/libc.js";
import { errno, isErrno } from "../tty/sys-error.js";
import { getTermios, type Termios } from "../tty/termios.js";
import { existingDevice } from "./device.js";
import { flockHolder } from "./holders.js";
import { busyError } from "./lock.js";
import { openHint } from "./open-hints.js";

export interface OpenDevice {
  /** The caller closes it. */
  readonly fd: number;
  /** The settings it was found with. */
  readonly termios: Termios;
}

/** Opens the tty at `path` for `access` (O_RDONLY, O_RDWR). Throws RobinError open-failed, busy. */
export function openDevice(path: string, access: number): OpenDevice {
  const device = existingDevice(path);
  let fd: number;
  try {
    fd = open(path, access | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.errno === errno.EBUSY) throw exclusiveError(path, device, error);
    const hint = openHint(path, error);
    throw new RobinError("open-failed", `open ${path}: ${error.message}`, { cause: error, hint });
  }
  try {
    return { fd, termios: readTermios(fd, path) };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** The settings of an open file. Throws RobinError open-failed where it is no tty. */
export function readTermios(fd: number, path: string): Termios {
  try {
    return getTermios(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const isNoTty = error.errno === errno.ENOTTY || error.errno === errno.EINVAL;
    const why = isNoTty ? "it is not a tty" : error.message;
    throw new RobinError("open-failed", `open ${path}: ${why}`, { cause: error });
  }
}

/** Nobody may share what is open for exclusive use, so the only advice is to end its holder. */
function exclusiveError(path: string, device: string, cause: Error): RobinError {
  const holder = flockHolder(device);
  const { message } = busyError(path, holder, "for exclusive use (TIOCEXCL)");
  const hint = `${holder ? `end it (kill ${holder.pid}); ` : ""}root may open it all the same`;
  return new RobinError("busy", message, { cause, hint });
}
