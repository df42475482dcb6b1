/**
 * The kernel's log, by /dev/kmsg (Documentation/ABI/testing/dev-kmsg). Knows the records; not what they mean.
 */
import { closeSync, constants, openSync, readSync, statSync } from "node:fs";
import type { KernelMessage } from "../facts.js";

/** CONSOLE_EXT_LOG_MAX of the kernel is 8192 bytes: a read with less room fails. */
const RECORD = 16_384;
/** Device 1:11 (Documentation/admin-guide/devices.txt). */
const KMSG = (1 << 8) | 11;
/** A kernel that logs faster than it is read must not keep anyone here. */
const MAX_RECORDS = 200_000;

/** All messages that are still there, or why they cannot be read: `EPERM` where dmesg is root's alone. */
export function readKernelLog(path: string): KernelMessage[] | string {
  let fd: number;
  try {
    // LXC once made it a link to the console, where a read would take what is typed.
    if (statSync(path).rdev !== KMSG) return "it is not the kernel's log";
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return codeOf(error);
  }
  try {
    return [...messages(fd)];
  } catch (error) {
    return codeOf(error);
  } finally {
    closeSync(fd);
  }
}

function* messages(fd: number): Generator<KernelMessage> {
  const record = Buffer.alloc(RECORD);
  const nowUs = Number(process.hrtime.bigint() / 1000n); // CLOCK_MONOTONIC
  for (let count = 0; count < MAX_RECORDS; count++) {
    let length: number;
    try {
      length = readSync(fd, record, 0, RECORD, null);
    } catch (error) {
      if (codeOf(error) === "EPIPE") continue; // overwritten before it was read: the next one is there
      if (codeOf(error) === "EAGAIN") return;
      throw error;
    }
    if (length === 0) return;
    const message = parseKernelRecord(record.toString("utf8", 0, length), nowUs);
    if (message) yield message;
  }
}

/** `level,sequence,microseconds,flags;text`, then lines of a dictionary. Times are those of CLOCK_MONOTONIC, nearly. */
export function parseKernelRecord(record: string, nowUs: number): KernelMessage | undefined {
  const match = /^\d+,\d+,(\d+),[^;]*;([^\n]*)/.exec(record);
  if (!match) return undefined;
  const text = match[2]!.replaceAll(/\\x([0-9a-f]{2})/g, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return { ageS: Math.max(0, (nowUs - Number(match[1])) / 1e6), text };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
