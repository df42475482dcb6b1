/**
 * What can go wrong, by a stable code, and what the process says to its caller for each.
 * Knows no terminal, no port and no wording of a particular failure.
 */

/** Why robin failed. Programs match on this, never on the text. */
export type ErrorCode =
  | "internal"
  | "usage"
  | "open-failed"
  | "setup-failed"
  | "busy"
  | "lost"
  | "expectation"
  | "unsent"
  | "unsupported";

interface StatusRow {
  readonly status: number;
  readonly meaning: string;
  readonly codes: readonly ErrorCode[];
}

/** The exit statuses, in the order of the manual page; 128+n (ended by signal n) is `signalStatus`. */
export const EXIT_STATUSES: readonly StatusRow[] = [
  { status: 0, meaning: "ended as asked: the quit key, the end of input, the idle limit", codes: [] },
  { status: 1, meaning: "a fault of robin's own", codes: ["internal"] },
  { status: 2, meaning: "usage", codes: ["usage"] },
  {
    status: 3,
    meaning:
      "the port cannot be opened or set up: no such file, no permission, not a tty, a setting refused under --strict",
    codes: ["open-failed", "setup-failed", "unsupported"],
  },
  {
    status: 4,
    meaning: "the port is held by another process, whose PID and name are in the message",
    codes: ["busy"],
  },
  { status: 5, meaning: "the port was lost: hang-up, unplug", codes: ["lost"] },
  { status: 6, meaning: "an expectation failed or timed out", codes: ["expectation"] },
  {
    status: 7,
    meaning: "bytes were left unsent when --drain ran out; how many is in the message",
    codes: ["unsent"],
  },
];

/** The exit status that belongs to an error's code. */
export function statusOf(code: ErrorCode): number {
  return EXIT_STATUSES.find((row) => row.codes.includes(code))?.status ?? 1;
}

/** The exit status of a process ended by signal number `signal` (1..64), as a shell reports it. */
export function signalStatus(signal: number): number {
  return 128 + signal;
}

interface ErrorDetails {
  /** What the user can do about it; one line. */
  readonly hint?: string | undefined;
  /** The error beneath, usually a `SysError` that keeps `errno`. */
  readonly cause?: unknown;
}

/**
 * The one error that leaves robin's functions on purpose. `message` has the shape
 * `<what was tried> <path>: <reason>`, so that a `robin: ` in front of it is the whole line.
 */
export class RobinError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "RobinError";
    this.code = code;
    this.hint = details.hint;
  }
}
