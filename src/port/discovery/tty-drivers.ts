/**
 * /proc/tty/drivers: which numbers belong to which driver, and of what kind its ttys are (fs/proc/proc_tty.c). Pure.
 */

export interface TtyDriver {
  /** Such as `usbserial`; `serial` for the 8250's. */
  readonly name: string;
  readonly major: number;
  readonly firstMinor: number;
  readonly lastMinor: number;
  /** `serial`, `console`, `pty:slave`, `system:/dev/tty`, … */
  readonly type: string;
}

/** One driver a line: name, node's name, major, minor or minors, type. A name may have blanks in it. */
export function parseTtyDrivers(text: string): TtyDriver[] {
  const drivers: TtyDriver[] = [];
  for (const line of text.split("\n")) {
    const match = /^(.+?)\s+\S+\s+(\d+)\s+(\d+)(?:-(\d+))?\s+(\S+)\s*$/.exec(line);
    if (match === null) continue;
    const [, name, major, first, last, type] = match;
    drivers.push({
      name: name!,
      major: Number(major),
      firstMinor: Number(first),
      lastMinor: Number(last ?? first),
      type: type!,
    });
  }
  return drivers;
}

/** The driver of a device number such as `188:0`. */
export function ttyDriverOf(number: string, drivers: readonly TtyDriver[]): TtyDriver | undefined {
  const [major, minor] = number.split(":").map(Number) as [number, number];
  return drivers.find((one) => one.major === major && one.firstMinor <= minor && minor <= one.lastMinor);
}
