/**
 * Where a secret comes from when it is asked for: the terminal a person sits at, or a line of standard input. Knows
 * descriptors; not how a terminal is kept from showing it.
 */
import { readSync } from "node:fs";
import { RobinError } from "../errors.js";
import { foregroundGroup, isPtyMaster } from "../tty/ioctl.js";
import { close, isatty, O_CLOEXEC, O_NOCTTY, O_RDWR, open } from "../tty/libc.js";
import { describeErrno } from "../tty/sys-error.js";

/** Bytes of the longest secret that is piped in. */
export const MAX_PIPED = 65536;

/**
 * The path of the terminal that a person sits at: standard input's if that is one, else the controlling terminal.
 * Undefined where there is none.
 */
export function secretTerminalPath(): string | undefined {
  const stdin = isatty(0) && !isPtyMaster(0) ? "/proc/self/fd/0" : undefined;
  if (stdin !== undefined && !isControlling(0)) return stdin;
  try {
    // Everybody may open /dev/tty; the terminal itself belongs to whoever logged in, and is refused after su.
    close(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
    return "/dev/tty";
  } catch {
    return stdin;
  }
}

function isControlling(fd: number): boolean {
  try {
    foregroundGroup(fd);
    return true;
  } catch {
    return false; // ENOTTY
  }
}

/**
 * One line of standard input without its newline, or what stands there before its end. What follows is left for whoever
 * reads next: a byte is taken at a time. Throws RobinError: "lost" where there is nothing, "unsupported" where the line is
 * longer than MAX_PIPED.
 */
export function readSecretLine(): Uint8Array {
  const line = new Uint8Array(MAX_PIPED + 1);
  for (let length = 0; length < line.length; length++) {
    if (!readByte(line, length)) {
      if (length === 0) throw new RobinError("lost", "read a secret from stdin: it ended before a line came");
      return line.subarray(0, length);
    }
    if (line[length] === 0x0a) return line.subarray(0, length);
  }
  line.fill(0);
  throw new RobinError("unsupported", `read a secret from stdin: the line is longer than ${MAX_PIPED} bytes`);
}

/** False at the end. */
function readByte(into: Uint8Array, at: number): boolean {
  for (;;) {
    try {
      return readSync(0, into, at, 1, null) === 1;
    } catch (error) {
      const { code, errno = 0 } = error as NodeJS.ErrnoException;
      if (code !== "EAGAIN") {
        const [, text] = describeErrno(-errno);
        throw new RobinError("lost", `read a secret from stdin: ${text} (${code})`, { cause: error });
      }
      // A description that someone made non-blocking: look again soon.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
