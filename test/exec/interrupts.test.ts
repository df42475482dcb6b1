/** ^C at a process group of the real system. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Guest, startGuest } from "../../src/exec/guest.js";
import { watchInterrupts } from "../../src/exec/interrupts.js";
import { until } from "../support/until.js";

let guest: Guest;
let interrupts: number;
let stop: () => void;
beforeEach(() => {
  guest = startGuest("trap '' INT; while :; do sleep 1000; done");
  interrupts = 0;
  stop = watchInterrupts(guest.pid, () => void interrupts++);
});
afterEach(async () => {
  stop();
  await guest.end("SIGKILL", 0);
  guest.close();
});

/** Children of ours that are in the command's process group (proc(5)). */
function watchers(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").trim().split(" ");
  return children.map(Number).filter((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ");
    return fields[2] === `${guest.pid}` && fields[0] !== "Z" && pid !== guest.pid;
  });
}

describe("interrupts of a job", () => {
  it("are told one by one, as long as it is watched", async () => {
    for (const count of [1, 2, 3]) {
      const [watcher] = await until("a watcher", () => (watchers().length === 1 ? watchers() : undefined));
      process.kill(-guest.pid, "SIGINT");
      await until("it to be told", () => interrupts === count);
      expect(watchers()).not.toContain(watcher);
    }
  });

  it("are no other signals", async () => {
    const [watcher] = await until("a watcher", () => (watchers().length === 1 ? watchers() : undefined));
    process.kill(watcher!, "SIGTERM");
    await until("it to have ended", () => watchers().length === 0);
    expect(interrupts).toBe(0);
  });

  it("leave nobody behind", async () => {
    await until("a watcher", () => watchers().length === 1);
    stop();
    await until("it to have ended", () => watchers().length === 0);
    expect(interrupts).toBe(0);
  });

  it("cannot be watched where the job has ended, and that is no fault", async () => {
    const ended = startGuest("exit 0");
    await ended.exited;
    ended.close();
    expect(() => watchInterrupts(ended.pid, () => {})()).not.toThrow();
  });
});
