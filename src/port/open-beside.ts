/**
 * A port's device, to look at or change beside whoever has it open, with the least effect on its lines. Every
 * open(2) of a serial port raises DTR and RTS, also one of a port that is open already and whose holder has lowered
 * them (tty_port_block_til_ready of the kernel, seen on Linux 6.1 with every driver), and that resets boards. So
 * where a holder is seen whose lines are not both up, its own descriptor is borrowed and nothing is opened; where
 * they are, an open changes nothing; where that cannot be known, it is told.
 */
import { readdirSync, readlinkSync } from "node:fs";
import { isExclusive } from "../tty/ioctl.js";
import { close, O_RDWR } from "../tty/libc.js";
import { getModemLines } from "../tty/modem-lines.js";
import { borrowDescriptor } from "../tty/pidfd.js";
import { isErrno } from "../tty/sys-error.js";
import { existingDevice } from "./device.js";
import { type Holder, holdersOf } from "./holders.js";
import { type OpenDevice, openDevice, readTermios } from "./open-device.js";

export interface SharedDevice extends OpenDevice {
  readonly path: string;
  /** Other processes that are seen to have it open. */
  readonly holders: readonly Holder[];
  /** Whether getting it has raised DTR and RTS: "maybe" where a holder's lines could not be seen before. */
  readonly raised: "yes" | "maybe" | "no";
}

/** Opened for `access` where it has to be opened. Throws RobinError open-failed, busy. */
export function openBeside(path: string, access = O_RDWR): SharedDevice {
  const device = existingDevice(path);
  const holders = holdersOf(device);
  const borrowed = borrow(device, holders);
  if (borrowed !== undefined && isDown(borrowed) && isShared(borrowed)) {
    return { path, holders, raised: "no", fd: borrowed, termios: readTermios(borrowed, path) };
  }
  try {
    // One's own is better where it costs nothing: what is borrowed keeps its holder's lock.
    const own = openDevice(path, access);
    const raised = borrowed !== undefined ? "no" : holders.length > 0 ? "maybe" : "yes";
    return { path, holders, raised, ...own };
  } finally {
    if (borrowed !== undefined) close(borrowed);
  }
}

/**
 * A descriptor of a holder's; undefined where there is none, and where this user may not (ptrace(2), as for
 * pidfd_getfd).
 */
function borrow(device: string, holders: readonly Holder[]): number | undefined {
  for (const { pid } of holders) {
    for (const fd of descriptorsOf(pid, device)) {
      const borrowed = unlessRefused(() => borrowDescriptor(pid, fd));
      if (borrowed === undefined) continue;
      if (unlessRefused(() => getModemLines(borrowed)) !== undefined) return borrowed;
      close(borrowed); // of a device that is gone, or one without lines
    }
  }
  return undefined;
}

function descriptorsOf(pid: number, device: string): number[] {
  try {
    const all = readdirSync(`/proc/${pid}/fd`);
    return all.filter((fd) => targetOf(`/proc/${pid}/fd/${fd}`) === device).map(Number);
  } catch {
    return []; // ended meanwhile
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined; // closed meanwhile
  }
}

/** Whether an open would raise a line. */
function isDown(fd: number): boolean {
  const { dtr, rts } = getModemLines(fd);
  return !(dtr && rts);
}

/** Whether an open would be let through: TIOCEXCL keeps all out but root. */
function isShared(fd: number): boolean {
  return process.geteuid?.() === 0 || unlessRefused(() => isExclusive(fd)) !== true;
}

function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (!isErrno(error)) throw error;
    return undefined;
  }
}
