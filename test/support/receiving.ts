/** A session that receives at full speed, into a file in place of a screen. */
import { closeSync, openSync } from "node:fs";
import { write } from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import { type RobinRun, runRobin } from "./robin.js";
import type { TestPty } from "./test-pty.js";
import { until } from "./until.js";

/** c_lflag, asm-generic/termbits.h. */
export const ICANON = 2;

/** Starts one that goes on until its input ends, and waits until it is there. `screen`: a path, or "pipe". */
export async function receive(
  device: TestPty,
  screen: string,
  args: readonly string[],
  options: Parameters<typeof runRobin>[1] = {},
): Promise<RobinRun> {
  const fd = screen === "pipe" ? undefined : openSync(screen, "w");
  // Some are killed: what a lock file says then would be another test's concern, who gets the same pty.
  const run = runRobin(["--noflow", "--no-lock", ...args, device.path], {
    ...options,
    stdin: "pipe",
    stdout: fd ?? "pipe",
  });
  if (fd !== undefined) closeSync(fd);
  await until("the port to be set up", () => !(device.termios.lflag & ICANON));
  return run;
}

/** Sends at full speed, as the port takes it, while `goesOn`. Resolves with how much it took. */
export async function sendAll(device: TestPty, bytes: Uint8Array, goesOn = () => true): Promise<number> {
  let at = 0;
  while (at < bytes.length && goesOn()) {
    const count = write(device.master, bytes, at, bytes.length);
    if (count > 0) at += count;
    else if (count !== -errno.EAGAIN) throw new Error(`write ${device.path}: errno ${-count}`);
    else await new Promise(setImmediate);
  }
  return at;
}

/** Ends its input, and waits for the end. */
export async function finish(run: RobinRun): Promise<number | string> {
  run.child.stdin!.end();
  return await run.status;
}
