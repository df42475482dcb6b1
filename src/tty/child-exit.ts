/**
 * The end of a child process: seen by a pidfd, or by SIGCHLD where the kernel has none, and taken by waitpid(2) of that one
 * process, so that no other child's end is taken from whoever waits for it. Knows the words of a wait status.
 */
import { createRequire } from "node:module";
import { constants } from "node:os";
import { close } from "./libc.js";
import { openPidfd } from "./pidfd.js";
import { type Readiness, watch } from "./poller.js";
import { errno, isErrno, SysError } from "./sys-error.js";

/** asm-generic/wait.h */
const WNOHANG = 1;

/** How a process ended: by exit(3) with a status 0..255, or by a signal. */
export type ChildExit =
  | { readonly status: number }
  | { readonly signal: number; readonly name: string; readonly dumpedCore: boolean };

/** The status of wait(2), bits/waitstatus.h: the signal in the low 7 bits, 0x80 a core, above them the exit status. */
export function decodeWaitStatus(status: number): ChildExit {
  const signal = status & 0x7f;
  if (signal === 0) return { status: (status >> 8) & 0xff };
  return { signal, name: signalName(signal), dumpedCore: (status & 0x80) !== 0 };
}

function signalName(number: number): string {
  // Some have two names; the usual one comes first, but for SIGIOT.
  const names = Object.entries(constants.signals).filter(([, value]) => value === number);
  return names.find(([name]) => name !== "SIGIOT")?.[0] ?? `signal ${number}`;
}

interface Wait {
  readonly waitpid: (pid: number, status: Int32Array, options: number) => number;
  readonly errno: () => number;
}

let loaded: Wait | undefined;
function libc(): Wait {
  if (loaded) return loaded;
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const waitpid = koffi.load(null).func("int waitpid(int pid, void *status, int options)");
  loaded = { waitpid: waitpid as Wait["waitpid"], errno: koffi.errno as () => number };
  return loaded;
}

/** waitpid(2) without waiting: how child `pid` ended, undefined while it runs. Throws SysError: ECHILD where it is none. */
export function reap(pid: number): ChildExit | undefined {
  const status = new Int32Array(1);
  const { waitpid, errno: lastErrno } = libc();
  const result = waitpid(pid, status, WNOHANG);
  if (result < 0) throw new SysError("waitpid", lastErrno());
  return result === 0 ? undefined : decodeWaitStatus(status[0]!);
}

/**
 * Calls `ended` once, when child `pid` has ended and is reaped. Never from inside this call. `open` opens the pidfd.
 * The result gives up waiting.
 */
export function onChildExit(
  pid: number,
  ended: (exit: ChildExit) => void,
  open: (pid: number) => number = openPidfd,
): () => void {
  let stop = () => {};
  let isOver = false;
  const look = () => {
    if (isOver) return;
    const exit = reap(pid);
    if (exit === undefined) return;
    giveUp();
    ended(exit);
  };
  const giveUp = () => {
    isOver = true;
    stop();
  };
  let wait: Readiness;
  try {
    const pidfd = open(pid);
    try {
      wait = watch(pidfd, "readable", () => {
        look();
        if (!isOver) wait.arm();
      });
    } finally {
      close(pidfd); // the wait has a descriptor of its own
    }
  } catch (error) {
    if (!isErrno(error, errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.EMFILE, errno.ENFILE)) throw error;
    process.on("SIGCHLD", look);
    stop = () => void process.off("SIGCHLD", look);
    setImmediate(look); // it may have ended before anybody listened
    return giveUp;
  }
  stop = () => wait.close();
  wait.arm();
  return giveUp;
}
