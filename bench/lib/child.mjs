/**
 * Processes that the bench starts, and that all of them end: when they are told to, and when the bench itself does.
 * Knows no program and no descriptor.
 */
import { spawn } from "node:child_process";

const KILL_AFTER_MS = 500;
/** When the bench itself is interrupted: enough for a program to remove its lock file. */
const GOODBYE_MS = 200;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  if (running.size === 0) return;
  for (const child of running) child.kill("SIGTERM");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GOODBYE_MS);
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Starts a command in a session of its own: some programs, as they end, signal their whole process group.
 * @param {readonly string[]} command
 * @param {import("node:child_process").StdioOptions} stdio
 * @param {Record<string, string>} [env]
 */
export function start(command, stdio, env = {}) {
  const child = spawn(command[0], command.slice(1), {
    stdio,
    detached: true,
    env: { ...process.env, TERM: "vt100", ...env },
  });
  // Without a pid nothing was started, and to kill it would be kill(0): this process's whole group.
  if (child.pid !== undefined) running.add(child);
  const ended = new Promise((resolve) => {
    child.on("error", resolve);
    child.on("exit", resolve);
  });
  void ended.then(() => running.delete(child));
  return { child, ended };
}

/** Ends a started command, at the latest by SIGKILL. */
export async function end({ child, ended }) {
  if (running.has(child)) child.kill("SIGTERM");
  const timer = setTimeout(() => running.has(child) && child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(timer);
}
