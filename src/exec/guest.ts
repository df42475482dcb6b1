/**
 * A command that has the port as its stdin and stdout, in a process group of its own, and its end. Knows processes and pipes;
 * not the session that lends it the port, nor the user's terminal.
 */
import { RobinError, signalStatus } from "../errors.js";
import type { ByteSink, ByteSource } from "../port/ends.js";
import { type ChildExit, onChildExit } from "../tty/child-exit.js";
import { spawnInGroup } from "../tty/spawn.js";
import { SysError } from "../tty/sys-error.js";
import { commandPipes } from "./command-pipes.js";

const SHELL = "/bin/sh";

/** What is known of the port. */
export interface GuestPort {
  /** Its speed, bits a second. */
  readonly bps?: number | undefined;
}

export interface Guest {
  /** Of the shell, and of the process group that it leads. */
  readonly pid: number;
  /** How the shell ended; undefined while it runs. */
  readonly exit: ChildExit | undefined;
  readonly exited: Promise<ChildExit>;
  /** What the command sends. GONE when the shell has ended and what was sent by then is read. */
  readonly source: ByteSource;
  /** What it is given. */
  readonly sink: ByteSink;
  /** What it was given and has not read: 64 KiB of it at most. Asked once, at the end. */
  leftover(): Uint8Array;
  /** The port is gone: the end of its stdin, and of its stdout. */
  hangUp(): void;
  /** Sends a signal to its whole process group, as far as that is allowed. Does nothing when it has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it by a signal; by SIGTERM if it has not ended `graceMs` later, and by SIGKILL after as long again. */
  end(signal: NodeJS.Signals, graceMs: number): Promise<ChildExit>;
  /** Lets go of it: what is left of it finds its stdin at the end and its stdout without a reader. */
  close(): void;
}

/**
 * Starts `command` by `/bin/sh -c`, with our stderr and our controlling terminal, not in its foreground. Throws RobinError
 * open-failed.
 */
export function startGuest(command: string, { bps }: GuestPort = {}): Guest {
  const failed = (error: unknown) => {
    if (!(error instanceof SysError)) return error;
    const why = `run ${command}: ${error.syscall} ${SHELL}: ${error.message}`;
    return new RobinError("open-failed", why, { cause: error });
  };
  let pipes: ReturnType<typeof commandPipes>;
  try {
    pipes = commandPipes(bps);
  } catch (error) {
    throw failed(error);
  }
  let pid: number;
  try {
    pid = spawnInGroup(SHELL, ["-c", command], pipes);
  } catch (error) {
    pipes.close();
    throw failed(error);
  }
  pipes.inherited();

  let exit: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    onChildExit(pid, (how) => {
      exit = how;
      pipes.commandEnded();
      resolve(how);
    });
  });
  const signal = (name: NodeJS.Signals) => {
    if (exit !== undefined) return; // its number may be another's by now
    try {
      process.kill(-pid, name);
    } catch {
      // it is another user's (sudo), or has ended and is not reaped yet
    }
  };
  return {
    pid,
    get exit() {
      return exit;
    },
    exited,
    source: pipes.source,
    sink: pipes.sink,
    leftover: pipes.leftover,
    hangUp: pipes.hangUp,
    signal,
    end(name, graceMs) {
      signal(name);
      signal("SIGCONT"); // one that is stopped hears nothing
      // sz does not end by SIGINT while it sends.
      const timers = [
        setTimeout(signal, graceMs, "SIGTERM"),
        setTimeout(signal, name === "SIGTERM" ? graceMs : 2 * graceMs, "SIGKILL"),
      ];
      void exited.then(() => timers.forEach(clearTimeout));
      return exited;
    },
    close: pipes.close,
  };
}

/** The exit status of a shell whose command ended so: its own, or 128 and the signal's number. */
export function exitStatus(exit: ChildExit): number {
  return "status" in exit ? exit.status : signalStatus(exit.signal);
}

/** How it ended, in words. */
export function describeExit(exit: ChildExit): string {
  if ("status" in exit) return exit.status === 0 ? "ended" : `ended with exit status ${exit.status}`;
  return `ended by ${exit.name}${exit.dumpedCore ? " with a core dump" : ""}`;
}
