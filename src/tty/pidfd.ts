/**
 * Descriptors of processes, and another process's descriptor as one of our own: the same open file, so that nothing is
 * opened. Knows two system calls, pidfd_open(2) of Linux 5.3 and pidfd_getfd(2) of 5.6, which the C library has no
 * functions for everywhere.
 */
import { createRequire } from "node:module";
import { RobinError } from "../errors.js";
import { whyNoLibc } from "./abi.js";
import { close } from "./libc.js";
import { SysError } from "./sys-error.js";

/** asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl: the same on both. */
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;

type Syscall = (number: number, ...args: [number, number, number]) => number;
interface Kernel {
  readonly syscall: Syscall;
  readonly errno: () => number;
}

let loaded: Kernel | undefined;
function kernel(): Kernel {
  if (loaded) return loaded;
  const why = whyNoLibc();
  if (why !== undefined) throw new RobinError("unsupported", `load libc: ${why}`);
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const syscall = koffi.load(null).func("long syscall(long number, long a, long b, long c)") as Syscall;
  loaded = { syscall, errno: koffi.errno as () => number };
  return loaded;
}

function call(name: string, number: number, ...args: [number, number, number]): number {
  const { syscall, errno } = kernel();
  const result = syscall(number, ...args);
  if (result < 0) throw new SysError(name, errno());
  return result;
}

/**
 * A descriptor of process `pid`, readable when it has ended; close-on-exec, the caller closes it. Throws SysError: ESRCH where
 * there is none, ENOSYS before Linux 5.3, EPERM where a filter of system calls refuses it.
 */
export function openPidfd(pid: number): number {
  return call("pidfd_open", SYS_PIDFD_OPEN, pid, 0, 0);
}

/**
 * A descriptor of the open file that process `pid` has as `fd`; the caller closes it. What is set through it is set for
 * that process too. Throws SysError: EPERM where ptrace(2) would not be allowed, ESRCH and EBADF where either is gone,
 * ENOSYS before Linux 5.6.
 */
export function borrowDescriptor(pid: number, fd: number): number {
  const pidfd = openPidfd(pid);
  try {
    return call("pidfd_getfd", SYS_PIDFD_GETFD, pidfd, fd, 0);
  } finally {
    close(pidfd);
  }
}
