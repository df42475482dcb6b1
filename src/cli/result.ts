/**
 * A command's result on stdout: text, or JSON for programs. Knows that a reader may leave early, which is no fault of
 * anyone; not what the result is.
 */
import { writeSync } from "node:fs";
import { jsonLine } from "../bytes/json-line.js";
import { RobinError } from "../errors.js";
import { errno, SysError } from "../tty/sys-error.js";

/**
 * Writes all of `text`, waiting for a slow reader: a command that prints holds nothing that has to be given back, so a
 * signal may end it here. False when nobody reads on (`| head -1`); throws RobinError "unsent" where it cannot be written.
 */
export function print(text: string): boolean {
  return printBytes(Buffer.from(text));
}

/** The same of bytes, and also to another descriptor, which is `name` in messages. */
export function printBytes(bytes: Uint8Array, fd = 1, name = "stdout"): boolean {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const cause = new SysError("write", -((error as NodeJS.ErrnoException).errno ?? 0));
      if (cause.errno === errno.EPIPE) return false;
      if (cause.errno !== errno.EAGAIN) {
        throw new RobinError("unsent", `write ${name}: ${cause.message}`, { cause });
      }
      // A description that someone made non-blocking: look again soon.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

/** One JSON document, or one of many, on a line of its own. */
export function printJson(value: unknown): boolean {
  return print(jsonLine(value));
}

/** The last line of stdout when a command fails under `--json`; the status tells the failure all the same. */
export function printError(error: unknown): void {
  const { code, message, hint } =
    error instanceof RobinError ? error : new RobinError("internal", `a fault of robin's own: ${error}`);
  try {
    printJson({ error: { code, message, ...(hint === undefined ? {} : { hint }) } });
  } catch {
    // It may be stdout that has failed.
  }
}
