/**
 * Opening a port by serialport: the package itself, the locks around it, and its failures in robin's words. Knows
 * bindings-cpp's error texts, which are all that it says; nothing of what settings mean.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import type { OpenOptions as BindingOpenOptions } from "@serialport/bindings-cpp";
import type { SerialPort } from "serialport";
import { RobinError } from "../../errors.js";
import { errno, SysError } from "../../tty/sys-error.js";
import { flockHolder, type Holder } from "../holders.js";
import { busyError } from "../lock.js";
import { openHint } from "../open-hints.js";
import { takeUucpLock, type UucpLock } from "../uucp-lock.js";
import { type Line, lineOf } from "./serialport-line.js";
import type { SerialportOptions } from "./serialport-settings.js";

const require = createRequire(import.meta.url);

/** Bytes that may wait in the stream, each way: what a key that discards, or a loss, can take. */
export const STREAM_BOUND = 16 * 1024;

export interface Opened {
  readonly stream: SerialPort;
  readonly line: Line;
}

/** Loads serialport and opens the port on a binding whose ports are `Line`s. */
export async function openStream(path: string, options: SerialportOptions, lock: boolean): Promise<Opened> {
  // Not by import(), which a bundle that starts from V8's code cache cannot do.
  const { SerialPort } = require("serialport") as typeof import("serialport");
  const system = SerialPort.binding;
  let line: Line | undefined;
  const binding = {
    list: system.list,
    async open(wanted: BindingOpenOptions) {
      line = lineOf(await system.open(wanted as never)); // each platform's binding has a type of its own
      return line;
    },
  };
  const all = { ...options, path, lock, binding, autoOpen: false, highWaterMark: STREAM_BOUND };
  const stream = new SerialPort(all as unknown as ConstructorParameters<typeof SerialPort>[0]);
  stream.on("error", () => {}); // both ends listen while they are open; this one is for what comes after
  await new Promise<void>((resolve, reject) => {
    stream.open((error) => (error ? reject(error) : resolve()));
  });
  return { stream, line: line! };
}

/** What strerror(3) says on Linux and macOS. A text that is the start of another comes after it. */
const ERROR_TEXTS: readonly (readonly [text: string, value: number])[] = [
  ["No such file or directory", errno.ENOENT],
  ["Permission denied", errno.EACCES],
  ["Operation not permitted", errno.EPERM],
  ["Device or resource busy", errno.EBUSY],
  ["Resource busy", errno.EBUSY],
  ["Resource temporarily unavailable", errno.EAGAIN],
  ["Input/output error", errno.EIO],
  ["No such device or address", errno.ENXIO],
  ["Device not configured", errno.ENXIO],
  ["No such device", errno.ENODEV],
  ["Inappropriate ioctl for device", errno.ENOTTY],
  ["Invalid argument", errno.EINVAL],
];

/** The errno value behind an error of bindings-cpp, or undefined where it says nothing that is known. */
export function errnoOf(error: unknown): number | undefined {
  const message = error instanceof Error ? error.message : String(error);
  return ERROR_TEXTS.find(([text]) => message.includes(text))?.[1];
}

/** The lock file, taken before serialport opens the port, because that changes settings before it looks for a lock. */
export interface HeldFile {
  readonly notes: readonly string[];
  release(): void;
}

/** Throws RobinError busy where someone else holds `device` (a real path). */
export function lockFirst(path: string, device: string): HeldFile {
  if (isFlocked(device)) throw busyError(path, holder(device), "by flock");
  const file: UucpLock = takeUucpLock(device);
  if (file.state === "busy") throw busyError(path, file.holder, `by its lock file ${file.file}`);
  const notes = [`lock ${path}: by flock and lock file: the portable driver has no exclusive use (TIOCEXCL)`];
  if (file.state === "nowhere")
    return { notes: [...notes, `lock ${path}: no lock file: ${file.why}`], release() {} };
  if (file.stalePid !== undefined) {
    notes.push(`lock ${path}: took over ${file.file}, left by process ${file.stalePid}, which is gone`);
  }
  return { notes, release: () => file.release() };
}

/** The RobinError for an open of `device` at `path` that failed: busy or open-failed. */
export function openError(path: string, device: string, error: unknown): RobinError {
  const value = errnoOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (value === errno.EAGAIN) return busyError(path, holder(device), "by flock");
  if (value === errno.EBUSY) return busyError(path, holder(device), "for exclusive use (TIOCEXCL)");
  // CreateFile gives this where another process has the port (serialport_win.cpp: no sharing).
  if (process.platform === "win32" && /access denied/i.test(message)) {
    return busyError(path, undefined, "for exclusive use");
  }
  if (value === undefined) return new RobinError("open-failed", `open ${path}: ${message}`, { cause: error });
  if (value === errno.ENOTTY || value === errno.EINVAL) {
    return new RobinError("open-failed", `open ${path}: it is not a tty`, {
      cause: new SysError("ioctl", value),
    });
  }
  const cause = new SysError("open", value);
  return new RobinError("open-failed", `open ${path}: ${cause.message}`, {
    cause,
    hint: openHint(path, cause),
  });
}

/** Who has the device, as far as /proc is there to tell. */
function holder(device: string): Holder | undefined {
  try {
    return flockHolder(device);
  } catch {
    return undefined;
  }
}

/** Whether anyone holds a flock(2) on the device (proc_locks(5): device as hexadecimal major:minor, inode). */
function isFlocked(device: string): boolean {
  try {
    const { dev, ino } = statSync(device);
    // makedev(3) of glibc, the lower 32 bits
    const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
    const hex = (value: number) => value.toString(16).padStart(2, "0");
    const file = ` ${hex(major)}:${hex(minor)}:${ino} `;
    return readFileSync("/proc/locks", "utf8")
      .split("\n")
      .some((line) => line.includes(" FLOCK ") && line.includes(file));
  } catch {
    return false;
  }
}
