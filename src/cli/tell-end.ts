/**
 * How a session ended, in words and as an exit status. Knows every reason there is; ends nothing itself.
 */
import { constants } from "node:os";
import { RobinError, signalStatus, statusOf } from "../errors.js";
import type { SessionEnd } from "../session/session-options.js";
import { SysError } from "../tty/sys-error.js";
import type { Words } from "./words.js";

interface EndContext {
  readonly path: string;
  readonly drainMs: number;
  /** Whether a person is told that it is over. */
  readonly interactive: boolean;
  /** Whether the input is a terminal. */
  readonly terminal: boolean;
  readonly outputIsTerminal: boolean;
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | undefined;
  readonly words: Words;
}

/** Says what there is to say of the end, and gives its exit status. */
export function tellEnd(end: SessionEnd, context: EndContext): number {
  const { path, words, signal } = context;
  if (end.reason === "lost") return tellLost(end, path, words);
  if (end.reason === "error") {
    words.error(bridgeError(end.error, path));
    return statusOf("internal");
  }
  if (end.reason === "expectation") {
    words.error(end.error);
    if (end.unsent > 0) words.warning(`send to ${path}: ${end.unsent} bytes were not sent`);
    return statusOf("expectation");
  }
  const lostBytes = tellLostBytes(end, context);
  if (signal !== undefined) return signalStatus(constants.signals[signal]);
  // A terminal's input ends when it is hung up; SIGHUP comes only to those whose controlling terminal it is.
  if (end.reason === "input-ended" && context.terminal) return signalStatus(constants.signals.SIGHUP);
  if (context.interactive) words.notice(`closed ${path}`);
  else words.detail(`closed ${path}: ${end.received} bytes received, ${end.sent} bytes sent`);
  return lostBytes ? statusOf("unsent") : 0;
}

function tellLost(end: SessionEnd, path: string, words: Words): number {
  const why = end.error instanceof Error ? `: ${end.error.message}` : "";
  const rest = end.unsent > 0 ? `; ${end.unsent} bytes for it were not sent` : "";
  words.error(new RobinError("lost", `bridge ${path}: the port was lost: hung up or unplugged${why}${rest}`));
  return statusOf("lost");
}

/** Whether bytes did not get where they should have: to the port, or to a stdout that is no screen. */
function tellLostBytes(end: SessionEnd, { path, drainMs, outputIsTerminal, words }: EndContext): boolean {
  const late = `when --drain ${drainMs} ran out`;
  if (end.unsent > 0) {
    words.error(new RobinError("unsent", `send to ${path}: ${end.unsent} bytes were left unsent ${late}`));
  }
  const unwritten = outputIsTerminal ? 0 : end.undelivered;
  if (unwritten > 0) {
    words.error(
      new RobinError("unsent", `write stdout: ${unwritten} bytes from ${path} were not taken ${late}`),
    );
  }
  return end.unsent > 0 || unwritten > 0;
}

function bridgeError(error: unknown, path: string): unknown {
  if (!(error instanceof SysError)) return error;
  return new RobinError("internal", `bridge ${path}: ${error.syscall}: ${error.message}`, { cause: error });
}
