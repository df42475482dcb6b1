/**
 * A command started on a terminal, and its end. Knows why a program cannot be started, in words; not what its end means to
 * whoever started it.
 */
import { statSync } from "node:fs";
import { RobinError } from "../../errors.js";
import { type ChildExit, onChildExit } from "../../tty/child-exit.js";
import { spawnOnTerminal } from "../../tty/spawn.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import type { MasterPort } from "./master-port.js";

export interface StartedCommand {
  readonly pid: number;
  /** How it ended; undefined while it runs. */
  readonly exit: ChildExit | undefined;
  readonly exited: Promise<ChildExit>;
}

/**
 * Starts `command` on the terminal behind `port`, which is told of its end. Throws RobinError open-failed, whose cause is a
 * SysError: ENOENT where there is no such program.
 */
export function startCommand(command: string, args: readonly string[], port: MasterPort): StartedCommand {
  let pid: number;
  try {
    pid = spawnOnTerminal(command, args, port.path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const { reason, hint } = whyNot(command, error.errno);
    throw new RobinError("open-failed", `run ${command}: ${reason ?? error.message}`, { hint, cause: error });
  }
  let exit: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    onChildExit(pid, (how) => {
      exit = how;
      port.commandEnded();
      resolve(how);
    });
  });
  return {
    pid,
    get exit() {
      return exit;
    },
    exited,
  };
}

/** What the bare errno does not say. */
function whyNot(command: string, value: number): { reason?: string; hint?: string } {
  const file = command.includes("/") ? statSync(command, { throwIfNoEntry: false }) : undefined;
  if (file?.isDirectory()) return { reason: "it is a directory" };
  if (value === errno.ENOENT) {
    if (file) return { reason: "there is no such interpreter as its first line (#!) names" };
    if (!command.includes("/")) return { reason: "no such program in PATH" };
  }
  if (value === errno.ENOEXEC) {
    return {
      reason: "it is neither a program for this machine nor a script with a first line such as #!/bin/sh",
      hint: `sh ${command} runs it as a script`,
    };
  }
  if (value === errno.EACCES && file) return { hint: `chmod +x ${command} makes a program of it` };
  return {};
}
