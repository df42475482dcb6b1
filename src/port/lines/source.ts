/**
 * The lines of an open port, for a watch to look at and wait for. Knows that no request tells lines and counts
 * together, and that not every driver counts.
 */
import {
  getAllLines,
  getChangeCounts,
  getCounters,
  type LineCounters,
  waitForInputChange,
} from "../../tty/modem-lines.js";
import type { LineSource, Look } from "./watch.js";

/** A look at lines that change all the time ends after so many tries; what it missed, the next one sees. */
const TRIES = 5;

export function lineSource(fd: number): LineSource {
  return { look: () => lookAt(fd), waitForChange: () => waitForInputChange(fd) };
}

/** Throws SysError where there are no lines, or no more. */
function lookAt(fd: number): Look {
  let before = unlessRefused(() => getChangeCounts(fd));
  for (let tries = 1; ; tries++) {
    const lines = getAllLines(fd);
    if (before === undefined) return { lines };
    // A line that changes between two requests would show in the one and not in the other.
    const counts = unlessRefused(() => getChangeCounts(fd)) ?? before;
    const { cts, dsr, dcd, ri } = before;
    const isSame = counts.cts === cts && counts.dsr === dsr && counts.dcd === dcd && counts.ri === ri;
    if (isSame || tries === TRIES) return { lines, counts };
    before = counts;
  }
}

/** What the driver has counted; undefined where it does not. */
export function countersOf(fd: number): LineCounters | undefined {
  return unlessRefused(() => getCounters(fd));
}

function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
