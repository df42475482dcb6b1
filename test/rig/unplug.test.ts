/** The plug is pulled while bytes are on their way. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { unreadBytes } from "../../src/tty/ioctl.js";
import { encodeTermios } from "../../src/tty/termios.js";
import type { RobinRun } from "../support/robin.js";
import type { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { connected, cpuMs, payload, robinOnTerminal } from "./support/port-user.js";
import { UsbSim } from "./support/usb-sim.js";

/** What the device has to say: more than robin, the user's terminal and all queues between can hold. */
const FLOOD = payload(200_000);

let sim: UsbSim;
beforeEach(async () => {
  sim = await UsbSim.plug({ serial: "RIG-PULLED" });
});
afterEach(async () => {
  await sim.close();
});

/** A session that is in the middle of bytes both ways. */
async function busySession(
  ...args: string[]
): Promise<{ robin: RobinRun; user: TestPty; found: Uint8Array }> {
  const { robin, user } = robinOnTerminal(["--no-reconnect", "-b", "9600", ...args, sim.path]);
  const found = encodeTermios(user.termios);
  await connected(robin);
  await sim.send(FLOOD);
  await user.write("typed ".repeat(500)); // takes 3 s at 9600 bps
  await until("bytes on the screen", () => unreadBytes(user.master) > 2000);
  return { robin, user, found };
}

/** Waits until a process has used no processor time for a while. */
async function resting(pid: number): Promise<void> {
  let used = -1;
  let since = 0;
  await until("it to rest", () => {
    const now = performance.now();
    if (cpuMs(pid) !== used) [used, since] = [cpuMs(pid), now];
    return now - since > 400;
  });
}

test("the session ends at once with status 5, and the terminal is as before", async () => {
  const { robin, user, found } = await busySession();
  const reading = setInterval(() => user.drain(), 5);
  await user.expect((_, bytes) => bytes.length > 10_000);
  await sim.unplug();
  const start = performance.now();
  expect(await robin.status).toBe(5);
  expect(performance.now() - start).toBeLessThan(1500);
  clearInterval(reading);
  expect(robin.stderr).toContain(`bridge ${sim.path}: the port was lost: hung up or unplugged`);
  expect(encodeTermios(user.termios)).toEqual(found);
  user.close();
});

test("behind a stopped terminal it is noticed without a key: it ends when --drain runs out, and rests until then", async () => {
  const { robin, user, found } = await busySession("--drain", "2000");
  const pid = robin.child.pid!;
  await resting(pid); // everything between it and the screen is full
  await sim.unplug();
  const start = performance.now();
  const before = cpuMs(pid);
  let used = 0;
  const watch = setInterval(() => {
    used = cpuMs(pid) - before;
  }, 50);
  robin.child.once("exit", () => clearInterval(watch));
  expect(await robin.status).toBe(5);
  expect(performance.now() - start).toBeGreaterThan(1800);
  expect(performance.now() - start).toBeLessThan(6000);
  expect(used).toBeLessThan(700); // a loop around a read of 0 bytes takes all of the time
  expect(encodeTermios(user.termios)).toEqual(found);
  user.close();
});
