/**
 * Standard input's terminal as a job reads it: while another job has it, a read stops this one. Knows the kernel's rule
 * (SIGTTIN, termios(3)); what is done before a stop is signals.ts's.
 *
 * Left to itself the kernel stops the process inside the read, and again whenever it goes on: a signal that is to end it would
 * be caught, and its turn would never come.
 */
import { constants } from "node:os";
import { type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { isForeground } from "../session/terminal.js";
import { ignoreSignal } from "../tty/libc.js";

/** Reads in vain between two stops: a stop takes a turn or two. More of them, and nobody can stop this process. */
const READS = 100;

/** `source` reads terminal `fd`. SIGTTIN is ignored from now on: such a read fails, and that is no end. */
export function jobInput(source: ByteSource, fd: number): ByteSource {
  ignoreSignal(constants.signals.SIGTTIN);
  let left = READS;
  return {
    ...source,
    read(into) {
      const n = source.read(into);
      if (n !== GONE || left === 0 || isForeground(fd)) return n;
      if (left === READS) {
        process.once("SIGCONT", () => {
          left = READS;
        });
        process.kill(process.pid, "SIGTSTP");
      }
      left--;
      return NOTHING;
    },
  };
}
