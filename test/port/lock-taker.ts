/**
 * A process that takes a UUCP lock when it is told to, for uucp-lock.test.ts to race several of.
 * argv: the device, the lock directory. Messages in: the time to take it (ms since the epoch), or "release".
 */
import { takeUucpLock, type UucpLock } from "../../src/port/uucp-lock.js";

const [device = "", directory = ""] = process.argv.slice(2);
let lock: UucpLock | undefined;

process.on("message", (message: number | "release") => {
  if (message === "release") {
    if (lock?.state === "held") lock.release();
    return process.send!("released");
  }
  // Spinning, because a timer would be late by more than the whole race lasts.
  while (performance.timeOrigin + performance.now() < message);
  lock = takeUucpLock(device, [directory]);
  process.send!(lock.state);
});
process.on("disconnect", () => process.exit());
