/**
 * Waiting until a port opens: a try whenever something has changed in /dev, and now and then while a device is there
 * that does not let itself be opened yet. Knows when to try; not what is opened, nor where changes come from.
 */
import { RobinError } from "../errors.js";
import { errno, isErrno } from "../tty/sys-error.js";
import { NO_DEVICE, OTHER_DEVICE } from "./device.js";
import type { Port } from "./port.js";

/** A device that is there and refuses: its rights come a moment after it, and ModemManager holds a new one for seconds. */
const RETRY_MS = 250;
/** Whoever still has it after the first second is asked less often: every try costs a look at what others do. */
const LATER_RETRY_MS = 2000;
/** A device that has just come may fail at first, without another change to come; one that is not there does so for ever. */
const SETTLING_MS = 5000;
/** A refusal that lasts so long is worth a word. */
const TELL_AFTER_MS = 1000;

interface AwaitOptions {
  /** One try. */
  readonly open: () => Promise<Port>;
  /** Calls `onChange` whenever a device may have come. */
  readonly watch: (onChange: () => void) => { close(): void };
  /** For how long a device that is there may refuse, ms; then its refusal is the answer. Infinity: for ever. */
  readonly patienceMs: number;
  /** Told that there is no such device yet, and again when the reason changes. */
  readonly onAbsent?: (error: RobinError, isFirst: boolean) => void;
  /** Told why a device that is there does not open, when that lasts, and again when the reason changes. */
  readonly onRefused?: (error: RobinError) => void;
  readonly signal?: AbortSignal;
}

/** Whether an open failed for want of a device. EIO: a UART that is not fitted, a pty without its other end. */
export function isAbsent(error: RobinError): boolean {
  if (error.code === "lost") return true;
  return (
    error.code === "open-failed" &&
    isErrno(error.cause, errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.EIO)
  );
}

/** Whether there is a node, and the device behind it does not answer. */
function isFailing({ cause }: RobinError): boolean {
  return (
    isErrno(cause, errno.EIO, errno.ENODEV, errno.ENXIO) && cause !== NO_DEVICE && cause !== OTHER_DEVICE
  );
}

/** Whether the name leads to something that is no port: no system call failed then. */
function isForGood(error: RobinError): boolean {
  return error.code === "open-failed" && !isErrno(error.cause);
}

/** Resolves with the open port. Rejects with the last RobinError when patience ends, or when `signal` aborts. */
export async function awaitPort(options: AwaitOptions): Promise<Port> {
  const { open, patienceMs, onAbsent, onRefused, signal } = options;
  const changes = createChanges(options.watch, signal);
  let refusedSinceMs: number | undefined;
  let toldAbsence: string | undefined;
  let toldRefusal: string | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      changes.forget();
      try {
        return await open();
      } catch (error) {
        if (!(error instanceof RobinError) || error.code === "usage") throw error;
        if (patienceMs < Number.POSITIVE_INFINITY && isForGood(error)) throw error;
        if (isAbsent(error)) {
          refusedSinceMs = undefined;
          if (toldAbsence !== error.message) onAbsent?.(error, toldAbsence === undefined);
          toldAbsence = error.message;
          const mayComeUp = isFailing(error) && performance.now() - changes.lastMs < SETTLING_MS;
          await changes.next(mayComeUp ? RETRY_MS : undefined);
          continue;
        }
        const nowMs = performance.now();
        refusedSinceMs ??= nowMs;
        if (nowMs - refusedSinceMs >= patienceMs) throw error;
        if (nowMs - refusedSinceMs >= TELL_AFTER_MS && toldRefusal !== error.message) {
          toldRefusal = error.message;
          onRefused?.(error);
        }
        await changes.next(nowMs - refusedSinceMs < TELL_AFTER_MS ? RETRY_MS : LATER_RETRY_MS);
      }
    }
  } finally {
    changes.close();
  }
}

/** Changes as something to wait for: one that came since `forget` is not waited for again. */
function createChanges(watch: AwaitOptions["watch"], signal: AbortSignal | undefined) {
  let changed = false;
  let lastMs = performance.now();
  let wake = () => {};
  const onChange = () => {
    changed = true;
    lastMs = performance.now();
    wake();
  };
  const watching = watch(onChange);
  signal?.addEventListener("abort", onChange);
  return {
    /** When the last change was, or the wait began: ms of performance.now(). */
    get lastMs() {
      return lastMs;
    },
    forget() {
      changed = false;
    },
    /** Resolves at a change, or after `limitMs`. */
    next(limitMs?: number): Promise<void> {
      return new Promise((resolve) => {
        if (changed) return resolve();
        const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    close() {
      watching.close();
      signal?.removeEventListener("abort", onChange);
    },
  };
}
