/**
 * DTR and RTS as they were asked for at open: set before anything else is asked of the driver, and looked at again after
 * all settings are made. Knows that the circuits behind the two (auto-reset of ESP32 boards) react to one of them alone.
 */

import { getModemLines, setLines } from "../../tty/modem-lines.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { onOff } from "../describe.js";
import type { Refusal } from "../port.js";

type Line = "dtr" | "rts";
type Wanted = Readonly<Partial<Record<Line, boolean>>>;

const LINES: readonly Line[] = ["dtr", "rts"];

/** Sets what is asked for: those that are to fall by one request, those that are to rise by another. */
export function setOpeningLines(fd: number, wanted: Wanted): void {
  for (const on of [false, true]) {
    const lines = LINES.filter((line) => wanted[line] === on);
    if (lines.length > 0) ignoreMissing(() => setLines(fd, lines, on));
  }
}

/** Reads them back, and sets once more what a driver has changed meanwhile; says what does not stand then. Throws SysError when the port is gone. */
export function checkOpeningLines(fd: number, wanted: Wanted): Refusal[] {
  const asked = LINES.filter((line) => wanted[line] !== undefined);
  if (asked.length === 0) return [];
  try {
    const others = asked.filter((line) => getModemLines(fd)[line] !== wanted[line]);
    if (others.length === 0) return [];
    setOpeningLines(fd, Object.fromEntries(others.map((line) => [line, wanted[line]])));
    const stands = getModemLines(fd);
    return others
      .filter((line) => stands[line] !== wanted[line])
      .map((line) => ({ setting: line, asked: onOff(wanted[line]!), took: onOff(stands[line]) }));
  } catch (error) {
    if (!isErrno(error) || error.errno === errno.EIO || error.errno === errno.ENODEV) throw error;
    const why = `there is no such line (${error.code})`;
    return asked.map((line) => ({ setting: line, asked: onOff(wanted[line]!), took: "nothing", why }));
  }
}

function ignoreMissing(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isErrno(error)) throw error; // which the look afterwards tells
  }
}
