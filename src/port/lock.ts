/**
 * Holding a port against others: flock(2), TIOCEXCL and the UUCP lock file, taken in that order and given back
 * in the other. Knows the three; what is busy is told as RobinError "busy" with the holder's PID and command.
 */
import { printable } from "../bytes/printable.js";
import { RobinError } from "../errors.js";
import { isExclusive, isPtySlave, setExclusive } from "../tty/ioctl.js";
import { flock, LOCK_EX, LOCK_NB, LOCK_UN } from "../tty/libc.js";
import { errno, isErrno } from "../tty/sys-error.js";
import { flockHolder, flockOwnerOf, type Holder, holdersOf } from "./holders.js";
import { takeUucpLock, type UucpLock, uucpHolder } from "./uucp-lock.js";

export interface PortLock {
  /** What is worth telling under -v. */
  readonly notes: readonly string[];
  release(): void;
}

/** The error for a port that someone else holds. */
export function busyError(path: string, holder: Holder | undefined, how: string): RobinError {
  const who = holder
    ? `${printable(holder.command)} (PID ${holder.pid})`
    : "another process, which this user cannot see";
  return new RobinError("busy", `open ${path}: held by ${who}, ${how}`, {
    hint: holder
      ? `end it (kill ${holder.pid}), or use --no-lock to share the port`
      : "use --no-lock to share the port",
  });
}

/**
 * Throws RobinError "busy" where a lock file or a flock of another process is seen. To be asked before the port is opened, for
 * every open(2) raises DTR and RTS, and resets the board of whoever holds it.
 */
export function refuseLocked(path: string): void {
  const lock = uucpHolder(path);
  if (lock) throw fileError(path, lock);
  // A pty has no lines to raise, and a look at /proc/locks takes 10 to 20 ms (the kernel waits for all its CPUs).
  const owner = path.startsWith("/dev/pts/") ? undefined : flockOwnerOf(path);
  if (owner && owner.pid !== process.pid) throw busyError(path, owner, "by flock");
}

function fileError(path: string, { file, holder }: { file: string; holder: Holder }): RobinError {
  return busyError(path, holder, `by its lock file ${file}`);
}

/** Takes all three for the open port `fd` at `path` (a real path). Throws RobinError "busy"; holds nothing then. */
export function lockPort(fd: number, path: string): PortLock {
  const notes: string[] = [];
  try {
    flock(fd, LOCK_EX | LOCK_NB);
  } catch (error) {
    if (isErrno(error, errno.EWOULDBLOCK)) throw busyError(path, flockHolder(path), "by flock");
    notes.push(`lock ${path}: flock: ${(error as Error).message}`); // a file system without locks
  }
  const exclusive = takeExclusive(fd, path);
  let file: UucpLock;
  try {
    file = takeUucpLock(path);
    if (file.state === "busy") throw fileError(path, file);
  } catch (error) {
    if (exclusive) giveUp(fd);
    throw error;
  }
  if (file.state === "nowhere") notes.push(`lock ${path}: no lock file: ${file.why}`);
  if (file.state === "held" && file.stalePid !== undefined) {
    notes.push(`lock ${path}: took over ${file.file}, ${leftBy(file.stalePid)}`);
  }
  return {
    notes,
    release: () => {
      if (file.state === "held") file.release();
      if (exclusive) giveUp(fd);
      try {
        flock(fd, LOCK_UN);
      } catch {
        // closing gives it back as well
      }
    },
  };
}

/**
 * TIOCEXCL, but not on a pty: there the flag outlives the last close as long as the master is open (seen on Linux
 * 6.18), so that a holder killed by SIGKILL would leave a port that no ordinary user could open again.
 */
function takeExclusive(fd: number, path: string): boolean {
  try {
    if (isExclusive(fd)) {
      // Only root gets here with someone else's flag; an open file tells that from one that was left behind.
      const holder = holdersOf(path)[0];
      if (holder) throw busyError(path, holder, "for exclusive use (TIOCEXCL)");
    }
    if (isPtySlave(fd)) return false;
    setExclusive(fd, true);
    return true;
  } catch (error) {
    if (error instanceof RobinError) throw error;
    return false;
  }
}

function leftBy(pid: number): string {
  return pid === 0 ? "which names no process" : `left by process ${pid}, which is gone`;
}

function giveUp(fd: number): void {
  try {
    setExclusive(fd, false);
  } catch {
    // hung up: the flag went with it
  }
}
