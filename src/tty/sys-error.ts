/**
 * A system call that failed, with its errno. Knows names and texts of errno values; decides nothing.
 */
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

/** errno values by name, for the running kernel (errno(3)). */
export const errno = constants.errno;

/** The name and the text of an errno value, such as `["EIO", "i/o error"]`. */
export function describeErrno(value: number): readonly [name: string, text: string] {
  return getSystemErrorMap().get(-value) ?? [`errno ${value}`, "unknown error"];
}

/** A failed system call. `errno` is positive; `syscall` is the call's name in its man page. */
export class SysError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, value: number) {
    const [name, text] = describeErrno(value);
    super(`${text} (${name})`);
    this.name = "SysError";
    this.errno = value;
    this.code = name;
    this.syscall = syscall;
  }
}

/** Whether `error` is a failed system call, with one of these errno values where any are named. */
export function isErrno(error: unknown, ...values: number[]): error is SysError {
  return error instanceof SysError && (values.length === 0 || values.includes(error.errno));
}
