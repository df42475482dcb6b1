/**
 * Following the lines of a port: what has changed between two looks, and when to look. Knows that a driver may wait
 * for the device's lines or not, and may count their changes or not; not how a change is told.
 */
import { type AllLines, type AnyLine, INPUT_LINES, type InputLine } from "../../tty/modem-lines.js";

/** The lines at a moment, and how often the device's have changed, where the driver counts that. */
export interface Look {
  readonly lines: AllLines;
  readonly counts?: Readonly<Record<InputLine, number>>;
}

export interface LineChange {
  readonly line: AnyLine;
  /** How it stands now, and how it stood at the look before: the same where it went and came back meanwhile. */
  readonly on: boolean;
  readonly was: boolean;
  /** How often the driver saw it change since then, where it counts. */
  readonly counted?: number;
}

/** Where looks come from. Both throw, or reject with, what the driver says. */
export interface LineSource {
  look(): Look;
  /** Resolves true when one of the device's lines has changed, false at once where the driver cannot wait. */
  waitForChange(): Promise<boolean>;
}

/** Counters are ints that wrap. */
const WRAP = 2 ** 32;

/** Every line that stands otherwise, or went and came back. In the order of `after`. */
export function changesBetween(before: Look, after: Look): LineChange[] {
  const changes: LineChange[] = [];
  for (const line of Object.keys(after.lines) as AnyLine[]) {
    const [was, on] = [before.lines[line], after.lines[line]];
    const counted = isInput(line) ? countOf(line, before, after) : undefined;
    if (on === was && !counted) continue;
    changes.push({ line, on, was, ...(counted ? { counted } : {}) });
  }
  return changes;
}

function isInput(line: AnyLine): line is InputLine {
  return INPUT_LINES.includes(line as InputLine);
}

function countOf(line: InputLine, before: Look, after: Look): number | undefined {
  if (!before.counts || !after.counts) return undefined;
  return (after.counts[line] - before.counts[line] + WRAP) % WRAP;
}

/**
 * Between a look and the moment in which the kernel begins to wait there is a gap, the start of a thread, and a
 * change in it wakes nobody: so look again when that must be over, and once more when it is over on the slowest
 * machine.
 */
const SETTLE_MS: readonly number[] = [5, 50, 500];
/** Where the driver cannot wait. */
export const LOOK_MS = 100;
/** A driver that wakes us up for nothing (cdc_acm does, for a device that is going) is not asked again at once. */
const FALSE_ALARM_MS = 10;

export interface LineWatch {
  /** Rejects with what a look throws: the port is gone. Never resolves. */
  readonly lost: Promise<never>;
  /** No more looks. What waits in the kernel stays there until the process ends. */
  close(): void;
}

/** Calls `tell` for all that has changed since `first`. `onSlow` is told when it turns out that looks have to do. */
export function watchLines(
  source: LineSource,
  first: Look,
  tell: (changes: readonly LineChange[], look: Look) => void,
  onSlow: () => void = () => {},
): LineWatch {
  let last = first;
  let open = true;
  let timers: NodeJS.Timeout[] = [];
  let fail!: (error: unknown) => void;
  const lost = new Promise<never>((_, reject) => {
    fail = (error) => {
      close();
      reject(error);
    };
  });
  const close = () => {
    open = false;
    for (const timer of timers) clearTimeout(timer);
  };

  const see = (): boolean => {
    const look = source.look();
    const changes = changesBetween(last, look);
    last = look;
    if (changes.length > 0) tell(changes, look);
    return changes.length > 0;
  };
  /** Does something later, as long as the watch is open. */
  const after = (ms: number, action: () => void) => {
    const timer = setTimeout(() => {
      if (open) guard(action);
    }, ms);
    timers.push(timer);
  };
  const guard = (action: () => void) => {
    try {
      action();
    } catch (error) {
      fail(error);
    }
  };

  const lookAgain = () => {
    timers = [];
    see();
    after(LOOK_MS, lookAgain);
  };
  const wait = () => {
    timers = [];
    for (const ms of SETTLE_MS) after(ms, see);
    source.waitForChange().then((woken) => {
      if (open) guard(() => wake(woken));
    }, fail);
  };
  const wake = (woken: boolean) => {
    for (const timer of timers) clearTimeout(timer);
    const isAlarm = see();
    if (!woken) {
      onSlow();
      lookAgain();
    } else if (isAlarm) wait();
    else after(FALSE_ALARM_MS, wait);
  };

  wait();
  return { lost, close };
}
