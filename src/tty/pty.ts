/**
 * Pseudo-terminals: a master of robin's own and the path of its slave (pty(7), Unix98 ptys).
 * Knows nothing of what stands behind the master.
 */
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, posixOpenpt, ptsname, unlockSlave } from "./libc.js";

export interface Pty {
  /** The master's descriptor, non-blocking and close-on-exec; the caller closes it. */
  readonly master: number;
  /** The slave's path, such as `/dev/pts/3`, for anyone to open. */
  readonly path: string;
}

/** A new pty. Throws SysError: ENOSPC or EAGAIN when there are no more (kernel.pty.max), ENOENT without /dev/ptmx. */
export function openPty(): Pty {
  const master = posixOpenpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  try {
    unlockSlave(master);
    return { master, path: ptsname(master) };
  } catch (error) {
    close(master);
    throw error;
  }
}
