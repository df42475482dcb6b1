/**
 * Waiting for output to be sent, as tcdrain(3) does. Number from asm-generic/ioctls.h.
 */
import { ioctlIntOnThread } from "./libc.js";

const TCSBRK = 0x5409;

/**
 * Resolves when what was written is sent, the transmitter's own buffer included; false when the device is gone. Waits
 * on a thread of its own, without bound where the other end holds the output: a process with such a thread has to end
 * by _exit(2).
 */
export function drain(fd: number): Promise<boolean> {
  return ioctlIntOnThread(fd, TCSBRK, 1); // any argument but 0: no break behind it
}
