/** Received breaks and errors, on real drivers: what becomes of them, how they are shown, what is told. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openPort } from "../../src/port/open.js";
import type { BreakHandling, ErrorHandling, Port } from "../../src/port/port.js";
import { beginBreak, endBreak } from "../../src/tty/ioctl.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import type { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { connected, robinOnTerminal } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const TIMEOUT_MS = 30_000;

let sim: UsbSim;
beforeAll(async () => {
  sim = await UsbSim.plug({ serial: "RIG-ERRORS" });
});
afterAll(() => sim.close());

let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

async function open(path: string, onError: ErrorHandling, onBreak: BreakHandling): Promise<Port> {
  const port = await openPort(path, { settings: { bps: 115_200, flow: "none", onError, onBreak } });
  toEnd.push(() => port.close());
  expect(port.refusals).toEqual([]);
  expect(await port.settings()).toMatchObject({ onError, onBreak, translations: [] });
  return port;
}

/** Reads until `last` has come; what came, in hexadecimal. */
async function readUpTo(port: Port, last: number): Promise<string> {
  const into = new Uint8Array(4096);
  let received = "";
  const end = last.toString(16).padStart(2, "0");
  await until(
    () => `${end}, after ${received}`,
    () => {
      for (let n = port.source.read(into); n > 0; n = port.source.read(into)) {
        received += Buffer.from(into.subarray(0, n)).toString("hex");
      }
      return received.endsWith(end);
    },
    TIMEOUT_MS,
  );
  return received.slice(0, -end.length);
}

/** Bytes 61, a bad 41 with each kind of error, a break, and a good ff. */
async function sendAll(): Promise<void> {
  await sim.send("a");
  await sim.send("A", "parity");
  await sim.send("A", "frame");
  await sim.sendBreak();
  await sim.send("\xff\x03");
}

describe("an adapter's bad bytes and breaks", () => {
  test.each<[ErrorHandling, BreakHandling, string]>([
    ["pass", "pass", "61414100ff"],
    ["drop", "pass", "6100ff"],
    ["drop", "drop", "61ff"],
    ["pass", "drop", "614141ff"],
    ["mark", "mark", "61ff0041ff0041ff0000ffff"],
    ["mark", "drop", "61ff0041ff0041ffff"],
    ["pass", "mark", "614141ff0000ffff"],
    ["drop", "mark", "61ff0000ffff"],
  ])("with --on-error %s and --on-break %s are read as %s", async (onError, onBreak, bytes) => {
    const port = await open(sim.path, onError, onBreak);
    await sendAll();
    expect(await readUpTo(port, 3)).toBe(bytes);
  });

  test("with --on-break interrupt discard what is in the queues", async () => {
    const port = await open(sim.path, "pass", "interrupt");
    await sim.send("lost");
    await until("it to arrive", () => (port.counters()?.rx ?? 0) > 0);
    await sendAll();
    const received = await readUpTo(port, 3);
    expect(received).toMatch(/ff$/);
    expect(received).not.toMatch(/00/);
  });
});

describe("a 16550A's breaks", () => {
  test.each<[BreakHandling, string]>([
    ["pass", "6100ff"],
    ["drop", "61ff"],
    ["mark", "61ff0000ffff"],
    ["interrupt", "61ff"],
  ])("with --on-break %s are read as %s", async (onBreak, bytes) => {
    const peer = new SerialEnd(UARTS[1], { bps: 115_200 });
    toEnd.push(() => peer.close());
    const port = await open(UARTS[0], "pass", onBreak);
    const breaksBefore = port.counters()!.brk!;
    await peer.write("a");
    expect(await readUpTo(port, 0x61)).toBe("");
    await beginBreak(peer.fd);
    await until("the break", () => port.counters()!.brk === breaksBefore + 1);
    endBreak(peer.fd);
    await peer.write("\xff\x03");
    expect(`61${await readUpTo(port, 3)}`).toBe(bytes);
  });
});

function session(args: readonly string[]): { robin: RobinRun; user: TestPty } {
  const { robin, user } = robinOnTerminal(args);
  toEnd.push(
    () => user.close(),
    () => robin.child.kill("SIGKILL"),
  );
  return { robin, user };
}

async function warned(robin: RobinRun, text: string, times: number): Promise<void> {
  await until(
    () => `${times} times ${text}; it said ${robin.stderr}`,
    () => robin.stderr.split(text).length - 1 === times,
    TIMEOUT_MS,
  );
}

test("a terminal shows the marks, with what stands, and tells framing errors once for each speed", async () => {
  const { robin, user } = session(["-n", "-b", "9600", "--on-error", "mark", sim.path]);
  await connected(robin);
  expect(robin.stderr).toContain("9600 8N1, no flow control, errors marked, breaks marked");
  await sendAll();
  await user.expect("a<41?><41?><break>\xff\x03", TIMEOUT_MS);

  for (let time = 0; time < 3; time++) {
    await sim.send("garbage", "frame");
    await user.expect((text) => text.split("<65?>").length - 1 === time + 1, TIMEOUT_MS);
  }
  await warned(
    robin,
    "framing errors: most often the speed is wrong, it is 9600 bps; ^\\ + and ^\\ - try",
    1,
  );
  await user.write("\x1c+");
  await warned(robin, "19200 bps", 1);
  // The first look after a change is a beginning: more has to come after it.
  const shown = () => user.received.toString("latin1").split("<65?>").length - 1;
  await until(
    () => `a second warning; it said ${robin.stderr}`,
    async () => {
      const before = shown();
      await sim.send("garbage", "frame");
      await user.expect(() => shown() > before, TIMEOUT_MS);
      return robin.stderr.includes("it is 19200 bps");
    },
    TIMEOUT_MS,
  );
  await warned(robin, "it is 19200 bps; ^\\ + and ^\\ - try the neighbours", 1);
  await sim.send("x", "overrun");
  await warned(robin, "bytes were lost before robin could read them", 1);
  expect(robin.stderr.match(/framing errors/g)).toHaveLength(2);
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
});

test("a pipe gets the marks as they are", async () => {
  const robin = runRobin(["-v", "-n", "--on-error", "mark", "--idle-exit", "500", sim.path]);
  toEnd.push(() => robin.child.kill("SIGKILL"));
  await connected(robin);
  await sendAll();
  expect(await robin.status).toBe(0);
  expect(robin.stdout.toString("hex")).toBe("61ff0041ff0041ff0000ffff03");
});
