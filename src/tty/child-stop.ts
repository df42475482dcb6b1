/**
 * A child process that was stopped by a signal (job control), seen by SIGCHLD and waitid(2), which takes no end from whoever
 * waits for that. Knows nothing of what is done about it.
 */
import { createRequire } from "node:module";

/** linux/wait.h */
const P_PID = 1;
const WNOHANG = 1;
const WSTOPPED = 2;
/** siginfo_t (asm-generic/siginfo.h) has 128 bytes; of SIGCHLD's, on 64 bits, si_pid is at 16 and si_status at 24. */
const SIGINFO_BYTES = 128;
const [PID_AT, STATUS_AT] = [16 / 4, 24 / 4];

type Waitid = (type: number, id: number, info: Uint8Array, options: number) => number;

let loaded: Waitid | undefined;
function waitid(): Waitid {
  if (loaded) return loaded;
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  loaded = koffi.load(null).func("int waitid(int type, int id, void *info, int options)") as Waitid;
  return loaded;
}

/** The number of the signal that has stopped child `pid` since the last call; undefined where none has. */
export function takeStop(pid: number): number | undefined {
  const info = new Uint8Array(SIGINFO_BYTES);
  if (waitid()(P_PID, pid, info, WNOHANG | WSTOPPED) < 0) return undefined; // ended and reaped
  const words = new Int32Array(info.buffer);
  return words[PID_AT] === 0 ? undefined : words[STATUS_AT];
}

/** Calls `stopped` with the signal's number each time child `pid` stops. The result gives up listening. */
export function onChildStop(pid: number, stopped: (signal: number) => void): () => void {
  const look = () => {
    const signal = takeStop(pid);
    if (signal !== undefined) stopped(signal);
  };
  process.on("SIGCHLD", look);
  setImmediate(look); // it may have stopped before anybody listened
  return () => void process.off("SIGCHLD", look);
}
