/**
 * Noticing that nobody reads a pipe any more while there is nothing to write. Knows pipes and sockets; a terminal tells
 * by a signal, a file has no reader.
 */
import { fstatSync } from "node:fs";
import { wasClosed } from "../session/stdio.js";
import { whyNoLibc } from "../tty/abi.js";
import { POLLERR, POLLHUP, pollNow } from "../tty/libc.js";
import { watch } from "../tty/poller.js";

/** Calls `gone` once when the reader of `fd` has left; without the libc layer only a write will tell. */
export function onReaderGone(fd: number, gone: () => void): { close(): void } {
  const stats = fstatSync(fd);
  if (whyNoLibc() !== undefined) return { close() {} };
  if (wasClosed(fd)) setImmediate(gone); // it never had one
  if (!(stats.isFIFO() || stats.isSocket())) return { close() {} };
  // The writing end of a pipe is never readable, so this wakes up for the end alone; a socket may also have been sent
  // something, which nobody wants and which must not wake it up again.
  const end = watch(fd, "readable", () => {
    if ((pollNow(fd, 0) & (POLLERR | POLLHUP)) !== 0) gone();
  });
  end.arm();
  return end;
}
