/**
 * Another program that a command starts beside a port, with its name in the environment: how it is started, and how it ended
 * as an exit status. Knows child processes; not what the program is for.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { printable } from "../../bytes/printable.js";
import { RobinError, signalStatus } from "../../errors.js";
import { SysError } from "../../tty/sys-error.js";

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Throws RobinError open-failed, as `exit` may reject. */
export function startChild(
  [name = "", ...args]: readonly string[],
  options: SpawnOptions,
): { readonly child: ChildProcess; readonly exit: Promise<ChildExit> } {
  let child: ChildProcess;
  try {
    child = spawn(name, args, options);
  } catch (error) {
    throw notStarted(name, error); // arguments that are too long, say
  }
  const exit = new Promise<ChildExit>((resolve, reject) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
    child.on("error", (error) => reject(notStarted(name, error)));
  });
  return { child, exit };
}

/** 128+n after signal n, as a shell has it. */
export function childStatus({ code, signal }: ChildExit): number {
  return signal === null ? (code ?? 0) : signalStatus(constants.signals[signal]);
}

function notStarted(name: string, error: unknown): RobinError {
  const cause = new SysError("exec", -((error as NodeJS.ErrnoException).errno ?? 0));
  return new RobinError("open-failed", `run ${printable(name)}: ${cause.message}`, { cause });
}
