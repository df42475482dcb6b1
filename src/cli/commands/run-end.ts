/**
 * How `robin run` ended, in words and as an exit status: the command's own wherever there is one. Knows every reason a session
 * ends by; ends nothing itself.
 */
import { constants } from "node:os";
import { RobinError, signalStatus, statusOf } from "../../errors.js";
import type { SessionEnd } from "../../session/session-options.js";
import { SysError } from "../../tty/sys-error.js";
import type { StartedCommand } from "../../virtual/run/start-command.js";
import type { Words } from "../words.js";

interface RunEndContext {
  readonly command: string;
  readonly child: Pick<StartedCommand, "pid" | "exit">;
  /** Whether the input is a terminal. */
  readonly isTerminal: boolean;
  /** The signal that ended robin, if one did. */
  readonly signal: NodeJS.Signals | undefined;
  readonly words: Pick<Words, "error" | "warning" | "notice" | "detail">;
}

/** Says what there is to say of the end, and gives its exit status. */
export function tellRunEnd(
  end: SessionEnd,
  { command, child, isTerminal, signal, words }: RunEndContext,
): number {
  const { exit, pid } = child;
  if (end.reason === "error") {
    words.error(bridgeError(end.error, command));
    return statusOf("internal");
  }
  if (end.reason === "lost" && end.undelivered > 0) {
    words.warning(
      `show what ${command} printed: ${end.undelivered} bytes were not taken when --drain ran out`,
    );
  }
  if (signal !== undefined) return signalStatus(constants.signals[signal]);
  // SIGHUP comes only to those whose controlling terminal it was.
  if (end.reason === "input-ended" && isTerminal) return signalStatus(constants.signals.SIGHUP);
  if (exit === undefined) {
    words.notice(`hung up ${command}: it still runs, as PID ${pid}`);
    return 0;
  }
  if ("status" in exit) {
    words.detail(`${command} exited with status ${exit.status}`);
    return exit.status;
  }
  // After a hang-up that was asked for it is no news.
  const say = end.reason === "lost" ? "notice" : "detail";
  words[say](`${command} was ended by ${exit.name}${exit.dumpedCore ? ", core dumped" : ""}`);
  return signalStatus(exit.signal);
}

function bridgeError(error: unknown, command: string): unknown {
  if (!(error instanceof SysError)) return error;
  const text = `bridge ${command}: ${error.syscall}: ${error.message}`;
  return new RobinError("internal", text, { cause: error });
}
