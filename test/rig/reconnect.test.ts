/** A session whose adapter is pulled: it ends at once, or waits without burning CPU and goes on with the same adapter. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { encodeTermios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { UsbSim } from "./support/usb-sim.js";

const TIMEOUT_MS = 30_000;
let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

function session(args: string[], wrap: readonly string[] = []): { robin: RobinRun; user: TestPty } {
  const user = new TestPty();
  const robin = runRobin(args, { stdin: user, stdout: user, wrap });
  toEnd.push(
    () => user.close(),
    () => robin.child.kill("SIGKILL"),
  );
  return { robin, user };
}

async function plug(serial: string, port: number): Promise<UsbSim> {
  const sim = await UsbSim.plug({ serial, port });
  toEnd.push(() => sim.close());
  return sim;
}

const said = (robin: RobinRun, text: string) =>
  until(
    () => `robin to say ${text}; it said ${robin.stderr}`,
    () => robin.stderr.includes(text),
    TIMEOUT_MS,
  );

/** CPU time of a process so far, in ticks of 10 ms (proc_pid_stat(5): utime, stime). */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function openTtys(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    .filter((path) => path.includes("ttyUSB"));
}

test("a pulled adapter that comes back under another name is taken back, set up as before", async () => {
  const sim = await plug("RIG-BACK", 0);
  const name = sim.path;
  const { robin, user } = session(["-b", "57600", "--line", "7E1", name]);
  await said(robin, "connected to");
  const pid = robin.child.pid!;
  await sim.unplug();
  await said(robin, `lost ${name}: hung up or unplugged; waiting for it to come back`);
  await until("robin to let go of it", () => openTtys(pid).length === 0);
  await until("the node to go", () => !existsSync(name), TIMEOUT_MS);
  const [before, beforeMs] = [ticks(pid), performance.now()];

  const other = await plug("RIG-OTHER", 1); // takes the name that is free now
  expect(other.path).toBe(name);
  await user.write("typed while it is away");
  await user.expect("\x07", TIMEOUT_MS);
  // With a device coming there is something to do; a loop would have used all of the time, in ticks of 10 ms.
  expect(ticks(pid) - before).toBeLessThan((performance.now() - beforeMs) / 10 / 2);

  await sim.plugIn();
  expect(sim.path).not.toBe(name);
  await said(robin, `${name} is back as ${sim.path}: 57600 7E1`);
  await user.write("at");
  await until("the bytes to leave", () => sim.received.toString().endsWith("at"), TIMEOUT_MS);
  expect(sim.received.toString()).toBe("at");
  expect(sim.last("frame")).toBe("7E1");
  expect(Math.abs(sim.last("bps")! - 57_600)).toBeLessThan(1000);
  await sim.send("hello");
  await user.expect("hello", TIMEOUT_MS);
  expect(robin.stderr.match(/waiting for it to come back/g)).toHaveLength(1);
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
});

test("an adapter that is pulled and plugged at once, with the session talking, keeps its name", async () => {
  const sim = await plug("RIG-FAST", 0);
  const name = sim.path;
  const { robin, user } = session([name]);
  await said(robin, "connected to");
  for (let round = 1; round <= 2; round++) {
    await user.write("some words to send ".repeat(100));
    await sim.unplug();
    await until("the loss", () => robin.stderr.match(/lost/g)?.length === round, TIMEOUT_MS);
    await sim.plugIn();
    await until("the return", () => robin.stderr.match(/is back/g)?.length === round, TIMEOUT_MS);
    expect(sim.path).toBe(name);
  }
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
});

test("--no-reconnect ends with status 5 when the adapter is pulled, and the terminal is as before", async () => {
  const sim = await plug("RIG-GONE", 0);
  const { robin, user } = session(["--no-reconnect", sim.path]);
  const before = encodeTermios(user.termios);
  await said(robin, "connected to");
  await sim.unplug();
  expect(await robin.status).toBe(5);
  expect(robin.stderr).toContain("the port was lost: hung up or unplugged");
  expect(encodeTermios(user.termios)).toEqual(before);
  await sim.plugIn();
});

test("an ordinary user waits for a port by its ids, whose rights come a moment after it, and for its return", async () => {
  const dialout = readFileSync("/etc/group", "utf8").match(/^dialout:[^:]*:(\d+):/m)![1]!;
  const asUser = ["setpriv", "--reuid=65534", "--regid=65534", `--groups=${dialout}`];
  const { robin, user } = session(["--wait", "usb:0403:6001:RIG-USER"], asUser);
  await said(robin, "waiting for usb:0403:6001:RIG-USER");
  const sim = await plug("RIG-USER", 0);
  await said(robin, `connected to ${sim.path}`);
  await sim.unplug();
  await said(robin, "waiting for it to come back");
  await sim.plugIn();
  await said(robin, "is back");
  await sim.send("hello");
  await user.expect("hello", TIMEOUT_MS);
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
});
