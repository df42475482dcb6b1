/**
 * The process's standard descriptors as ends that never wait. Knows that the shell shares them: O_NONBLOCK is
 * set on descriptions of robin's own, reopened through /proc/self/fd, and never on the inherited ones.
 */
import { fstatSync } from "node:fs";
import type { ByteSink, ByteSource } from "../port/ends.js";
import { type DescriptorKind, fdSink, fdSource } from "../port/fd-ends.js";
import { isPtyMaster } from "../tty/ioctl.js";
import {
  accessMode,
  isatty,
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  open,
} from "../tty/libc.js";

/** makedev(1, 3), /dev/null (Documentation/admin-guide/devices.txt). */
const NULL_DEVICE = 0x103;

interface OpenedDescriptor {
  readonly fd: number;
  readonly kind: DescriptorKind;
}

/** One direction only: a pipe reopened for both would be its own writer, and its end would never come. */
function reopen(fd: number, direction: number): OpenedDescriptor {
  const stats = fstatSync(fd);
  if (stats.isSocket()) return { fd, kind: "socket" };
  if (stats.isFile() || stats.isBlockDevice()) return { fd, kind: "non-blocking" }; // never waits
  // To reopen a pty master is to open /dev/ptmx: that makes another pty.
  if (isatty(fd) && isPtyMaster(fd)) return { fd, kind: "blocking" };
  try {
    const own = open(`/proc/self/fd/${fd}`, direction | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return { fd: own, kind: "non-blocking" };
  } catch {
    // Another user's tty or pipe (after su), or no /proc: as it is, and with care.
    return { fd, kind: accessMode(fd).nonBlocking ? "non-blocking" : "blocking" };
  }
}

/**
 * Whether standard descriptor `fd` was closed when the process started. Node opens /dev/null for reading and writing
 * in its place, which nobody does on purpose.
 */
export function wasClosed(fd: number): boolean {
  const stats = fstatSync(fd);
  if (!stats.isCharacterDevice() || stats.rdev !== NULL_DEVICE) return false;
  const { readable, writable } = accessMode(fd);
  return readable && writable;
}

/** Standard input, or another inherited descriptor, as a source. */
export function openInput(fd: number): ByteSource {
  const { fd: own, kind } = reopen(fd, O_RDONLY);
  return fdSource(own, { kind, zero: "end" });
}

/** Standard output or error, or another inherited descriptor, as a sink. */
export function openOutput(fd: number): ByteSink {
  const { fd: own, kind } = reopen(fd, O_WRONLY);
  return fdSink(own, { kind });
}
