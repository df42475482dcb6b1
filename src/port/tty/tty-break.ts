/**
 * A break on an open tty: after what was written before it, not into what is written behind it, and never left on. Knows
 * the steps and their bounds.
 *
 *     WAITING (until all is sent) --> BEGINNING (on a thread) --> ON (for its length) --> over
 *        '---- nothing moves: "unsent" ----'      `stop` ends it from every state
 */
import { RobinError } from "../../errors.js";
import { beginBreak, endBreak, isPtySlave, sendBreak } from "../../tty/ioctl.js";
import { close, dup } from "../../tty/libc.js";
import type { Transmitter } from "./transmitter.js";

const LOOK_MS = 5;
/** For how long the driver's queue may stand still, beside the time that the transmitter's own buffer can last. */
const STANDSTILL_MS = 2000;

interface BreakOptions {
  readonly fd: number;
  readonly path: string;
  readonly transmitter: Transmitter;
  /** Holds what is written from now on, and lets it go. */
  readonly hold: () => void;
  readonly letGo: () => void;
}

export interface TtyBreak {
  /** Whether one is under way, from the call of `send` on. */
  readonly isUnderWay: boolean;
  /**
   * Sends one of `durationMs`, or of the kernel's usual length, after those under way. Rejects with RobinError unsupported
   * or unsent, or SysError when the port is gone.
   */
  send(durationMs: number | undefined): Promise<void>;
  /** Ends those under way now. */
  stop(): void;
}

/** A wait that can be cut short. */
interface Pause {
  isStopped: boolean;
  wake: () => void;
}

export function createBreak(options: BreakOptions): TtyBreak {
  const underWay = new Set<Pause>();
  let last: Promise<void> = Promise.resolve();
  return {
    get isUnderWay() {
      return underWay.size > 0;
    },
    send(durationMs) {
      if (isPtySlave(options.fd)) {
        return Promise.reject(failure(options, "unsupported", "a pty has no line to hold"));
      }
      const pause: Pause = { isStopped: false, wake: () => {} };
      underWay.add(pause);
      options.hold();
      last = last
        .catch(() => {})
        .then(() => sendOne(options, pause, durationMs))
        .finally(() => {
          underWay.delete(pause);
          if (underWay.size === 0) options.letGo();
        });
      return last;
    },
    stop() {
      if (underWay.size > 0) end(options.fd);
      for (const pause of underWay) {
        pause.isStopped = true;
        pause.wake();
      }
    },
  };
}

async function sendOne(options: BreakOptions, pause: Pause, durationMs: number | undefined): Promise<void> {
  const { fd } = options;
  await untilSent(options, pause);
  if (pause.isStopped) return;
  const hasBegun = await begin(options, pause, durationMs);
  if (pause.isStopped) return; // the descriptor may be closed
  if (!hasBegun) {
    endBreak(fd); // says why
    throw failure(options, "unsupported", "the driver refused it");
  }
  if (durationMs !== undefined) await keepOn(fd, pause, durationMs);
}

/** Resolves when all that was written has left. */
async function untilSent(options: BreakOptions, pause: Pause): Promise<void> {
  const { transmitter } = options;
  const settling = transmitter.settling();
  let left = Number.POSITIVE_INFINITY;
  let deadlineMs = 0;
  while (!pause.isStopped && settling()) {
    const now = performance.now();
    const unsent = transmitter.unsent();
    if (unsent < left) deadlineMs = now + STANDSTILL_MS + transmitter.bufferMs();
    left = unsent;
    if (now > deadlineMs) throw failure(options, "unsent", `${unsent} bytes before it do not leave`);
    await sleep(pause, LOOK_MS);
  }
}

/**
 * Resolves when it has begun, or, in its usual length, is over; false where the driver refuses it. It works on a descriptor
 * of its own, so that a break which begins when it is wanted no more is ended all the same.
 */
async function begin(options: BreakOptions, pause: Pause, durationMs: number | undefined): Promise<boolean> {
  const own = dup(options.fd);
  let isLate = false;
  const begun = (durationMs === undefined ? sendBreak(own) : beginBreak(own)).then((ok) => {
    if (pause.isStopped || isLate) end(own);
    close(own);
    return ok;
  });
  const late = sleep(pause, STANDSTILL_MS + options.transmitter.bufferMs()).then(() => "late" as const);
  const outcome = await Promise.race([begun, late]);
  pause.wake(); // its timer
  if (outcome !== "late") return outcome;
  isLate = true;
  if (pause.isStopped) return true;
  throw failure(options, "unsent", "the bytes before it do not leave the device");
}

/** Keeps it on for at least so long, and ends it. */
async function keepOn(fd: number, pause: Pause, durationMs: number): Promise<void> {
  const endMs = performance.now() + durationMs;
  // A timer counts from the turn of the loop that it is made in, which may have begun some ms ago.
  for (let left = durationMs; left > 0 && !pause.isStopped; left = endMs - performance.now()) {
    await sleep(pause, Math.ceil(left));
  }
  if (!pause.isStopped) endBreak(fd);
}

function sleep(pause: Pause, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    pause.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

function failure({ path }: BreakOptions, code: "unsent" | "unsupported", why: string): RobinError {
  const hold = code === "unsent" ? "; flow control may hold them" : "";
  return new RobinError(code, `send a break on ${path}: ${why}${hold}`);
}

function end(fd: number): void {
  try {
    endBreak(fd);
  } catch {
    // gone, and the break with it
  }
}
