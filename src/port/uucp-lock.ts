/**
 * The UUCP lock file of a device (Filesystem Hierarchy Standard, /var/lock): `LCK..ttyUSB0`, with the holder's
 * PID in ten ASCII columns and a newline. minicom, cu and others still look there.
 */
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { whyNoLibc } from "../tty/abi.js";
import { flock, LOCK_EX, LOCK_NB } from "../tty/libc.js";
import { commandOf, type Holder } from "./holders.js";

const LOCK_DIRECTORIES = ["/var/lock", "/run/lock"];

export type UucpLock =
  | { readonly state: "held"; readonly file: string; readonly stalePid?: number; release(): void }
  | { readonly state: "busy"; readonly file: string; readonly holder: Holder }
  /** No directory that may be written: nothing to hold, nothing to give back. */
  | { readonly state: "nowhere"; readonly why: string };

/** The lock file's name for a device: the path below /dev, with `_` for each `/`. */
export function uucpLockName(device: string): string {
  return `LCK..${device.replace(/^\/dev\//, "").replaceAll("/", "_")}`;
}

/** The PID in a lock file: ASCII as HDB UUCP writes it, or four binary bytes as older programs do. */
export function parseLockPid(content: Uint8Array): number | undefined {
  const text = Buffer.from(content).toString("latin1");
  const ascii = /^\s*(\d+)(?:\s|$)/.exec(text); // some write names behind it
  if (ascii) return Number(ascii[1]);
  if (content.length === 4) return new DataView(content.buffer, content.byteOffset).getInt32(0, true);
  return undefined;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false; // left by an earlier process with our number
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Whether it has ended and its parent has not looked yet: it holds nothing any more (proc_pid_stat(5)). */
function isZombie(pid: number): boolean {
  try {
    // The state follows the name, which stands in brackets and may hold some itself.
    return /\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Anybody may put anything into a lock directory: an open of a FIFO would wait for ever, and a link lead anywhere. */
function openLockFile(file: string): number {
  return openSync(
    file,
    constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY,
  );
}

/** The start of a lock file, which is all that has a meaning. */
export function readLockFile(file: string): Uint8Array {
  const fd = openLockFile(file);
  try {
    if (!fstatSync(fd).isFile()) return new Uint8Array(0);
    const bytes = new Uint8Array(64);
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** The live process that a lock file names, `undefined` for none, `"stale"` with the PID of a dead one. */
function reader(file: string): { pid: number; alive: boolean } | undefined {
  try {
    const pid = parseLockPid(readLockFile(file));
    return { pid: pid ?? 0, alive: pid !== undefined && pid > 0 && isAlive(pid) };
  } catch {
    return undefined;
  }
}

/** The lock file of `device` that a living process other than this one holds; changes nothing. */
export function uucpHolder(
  device: string,
  directories: readonly string[] = LOCK_DIRECTORIES,
): Extract<UucpLock, { state: "busy" }> | undefined {
  for (const directory of directories) {
    const file = `${directory}/${uucpLockName(device)}`;
    const found = reader(file);
    if (found?.alive) return busyLock(file, found.pid);
  }
  return undefined;
}

function busyLock(file: string, pid: number): Extract<UucpLock, { state: "busy" }> {
  return { state: "busy", file, holder: { pid, command: commandOf(pid) ?? "?" } };
}

/** Takes the lock file of `device` (a real path), over a stale one if need be. */
export function takeUucpLock(device: string, directories: readonly string[] = LOCK_DIRECTORIES): UucpLock {
  const name = uucpLockName(device);
  let why = "no lock directory";
  for (const directory of directories) {
    const file = `${directory}/${name}`;
    const found = reader(file);
    if (found?.alive) return busyLock(file, found.pid);
    const taken = create(directory, file);
    if (typeof taken === "string") {
      why = taken;
      continue;
    }
    if (taken.state === "held" && found) return { ...taken, stalePid: found.pid };
    return taken;
  }
  return { state: "nowhere", why };
}

/** A whole file appears by link(2) or not at all, so no reader ever sees one without its PID. */
function create(directory: string, file: string): UucpLock | string {
  const temporary = `${directory}/LTMP.${process.pid}`;
  try {
    rmSync(temporary, { force: true }); // left by an earlier process with our number
    writeFileSync(temporary, `${String(process.pid).padStart(10)}\n`, { flag: "wx", mode: 0o644 });
  } catch (error) {
    return `${directory}: ${codeOf(error)}`;
  }
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        linkSync(temporary, file);
        return { state: "held", file, release: () => release(file) };
      } catch (error) {
        if (codeOf(error) !== "EEXIST") return `${file}: ${codeOf(error)}`;
      }
      const other = reader(file);
      if (other?.alive) return busyLock(file, other.pid);
      const refusal = removeStale(file);
      if (refusal !== undefined) return refusal;
    }
    return `${file}: it changes hands all the time`;
  } finally {
    unlinkSync(temporary);
  }
}

/**
 * Removes a lock file that names no living process. Two that find the same one may come here at once: a flock on
 * what was found, and a second look, keep the later one from removing what the earlier one has put in its place.
 */
function removeStale(file: string): string | undefined {
  let found: number;
  try {
    found = openLockFile(file);
  } catch (error) {
    return codeOf(error) === "ENOENT" ? undefined : `${file}: ${codeOf(error)}`;
  }
  try {
    if (whyNoLibc() === undefined) flock(found, LOCK_EX | LOCK_NB);
    if (fstatSync(found).ino === statSync(file).ino && !reader(file)?.alive) unlinkSync(file);
    return undefined;
  } catch (error) {
    // EAGAIN: another one is at it, and the next look will find its PID.
    return ["ENOENT", "EAGAIN"].includes(codeOf(error)) ? undefined : `${file}: ${codeOf(error)}`;
  } finally {
    closeSync(found);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function release(file: string): void {
  try {
    if (parseLockPid(readLockFile(file)) === process.pid) unlinkSync(file);
  } catch {
    // taken away by someone else: nothing is left to give back
  }
}
