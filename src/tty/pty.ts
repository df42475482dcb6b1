/**
 * Pseudo-terminals: a master of robin's own and the path of its slave (pty(7)). Unix98 ptys, and where a system has none,
 * those of 4.3BSD. Knows nothing of what stands behind the master.
 */
import { accessSync, constants } from "node:fs";
import {
  close,
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDWR,
  open,
  posixOpenpt,
  ptsname,
  unlockSlave,
} from "./libc.js";
import { errno, isErrno, SysError } from "./sys-error.js";

export interface Pty {
  /** The master's descriptor, non-blocking and close-on-exec; the caller closes it. */
  readonly master: number;
  /** The slave's path, such as `/dev/pts/3` or `/dev/ttyp3`, for anyone to open. */
  readonly path: string;
}

/** What looking for a pty asks of the system. Its functions throw SysError. */
export interface PtySystem {
  /** A Unix98 pty that is unlocked. */
  openUnix98(): Pty;
  /** Opens a master of 4.3BSD by its path. */
  openMaster(path: string): number;
  /** Returns where the slave at `path` may be opened. */
  checkSlave(path: string): void;
  close(fd: number): void;
}

/** No /dev/ptmx, no driver behind it, no permission, no file system of slaves: then there may be others. */
const NO_UNIX98 = [errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EACCES, errno.EPERM];
/** No such name, or no driver behind it. */
const NO_MASTER = [errno.ENOENT, errno.ENODEV, errno.ENXIO];
/** Somebody's (pty(7): EIO), or not for us. */
const TAKEN = [errno.EIO, errno.EBUSY, errno.EACCES, errno.EPERM];

/** Linux names its 256 masters ptyp0 to ptyzf and ptya0 to ptyef (admin-guide/devices.txt), others go on with P to T. */
const BANKS = "pqrstuvwxyzabcdePQRST";
const UNITS = "0123456789abcdef";

/**
 * A new pty. Throws SysError: ENOSPC or EAGAIN when there are no more (kernel.pty.max), EMFILE, and ENOENT, ENODEV or EACCES
 * of /dev/ptmx where there are none of 4.3BSD either.
 */
export function openPty(system: PtySystem = LINUX): Pty {
  try {
    return system.openUnix98();
  } catch (error) {
    const other = isErrno(error, ...NO_UNIX98) ? searchBsdPty(system) : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

/**
 * The first master that nobody has, of those whose slave may be opened. A name that is not there ends its bank; as the
 * classic programs have it, it would end the search, but which banks there are differs.
 */
function searchBsdPty(system: PtySystem): Pty | undefined {
  for (const bank of BANKS) {
    for (const unit of UNITS) {
      let master: number;
      try {
        master = system.openMaster(`/dev/pty${bank}${unit}`);
      } catch (error) {
        if (isErrno(error, ...NO_MASTER)) break;
        if (isErrno(error, ...TAKEN)) continue;
        throw error;
      }
      const path = `/dev/tty${bank}${unit}`;
      try {
        system.checkSlave(path);
        return { master, path };
      } catch {
        system.close(master);
      }
    }
  }
  return undefined;
}

const MASTER_FLAGS = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;

const LINUX: PtySystem = {
  openUnix98() {
    const master = posixOpenpt(MASTER_FLAGS);
    try {
      unlockSlave(master);
      const path = ptsname(master);
      checkSlave(path);
      return { master, path };
    } catch (error) {
      close(master);
      throw error;
    }
  },
  openMaster: (path) => open(path, MASTER_FLAGS),
  checkSlave,
  close,
};

/** Asked, not tried: after a first open and close the master would hang up. */
function checkSlave(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new SysError("access", -((error as NodeJS.ErrnoException).errno ?? 0));
  }
}
