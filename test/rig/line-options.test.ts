/** Breaks of a given length, RS-485, low latency, DTR and RTS at open: what the drivers make of them. */
import { readFileSync, realpathSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { OpenOptions } from "../../src/port/open.js";
import { openPort } from "../../src/port/open.js";
import type { Port } from "../../src/port/port.js";
import { isLowLatency } from "../../src/tty/serial-struct.js";
import { getTermios, setFlag, setSpeed, setTermios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import type { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { connected, robinOnTerminal } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { type UsbEvent, UsbSim } from "./support/usb-sim.js";

const [UART, PEER] = UARTS;
const TIMEOUT_MS = 30_000;

let sim: UsbSim;
beforeAll(async () => {
  sim = await UsbSim.plug({ serial: "RIG-LINE" });
});
afterAll(() => sim.close());

let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

async function open(path: string, options: OpenOptions = {}): Promise<Port> {
  const port = await openPort(path, {
    ...options,
    settings: { bps: 115_200, flow: "none", ...options.settings },
  });
  toEnd.push(() => port.close());
  return port;
}

function session(args: readonly string[]): { robin: RobinRun; user: TestPty } {
  const { robin, user } = robinOnTerminal(args);
  toEnd.push(
    () => user.close(),
    () => robin.child.kill("SIGKILL"),
  );
  return { robin, user };
}

async function said(robin: RobinRun, text: string): Promise<void> {
  await until(
    () => `robin to say ${text}; it said ${robin.stderr}`,
    () => robin.stderr.includes(text),
    TIMEOUT_MS,
  );
}

/** What the adapter was asked since event `from`, by name. */
async function asked(from: number, ...names: UsbEvent["name"][]): Promise<UsbEvent[]> {
  await sim.heard();
  return sim.events.slice(from).filter(({ name }) => names.includes(name));
}
const words = (events: readonly UsbEvent[]) =>
  events.map(({ name, value }) => `${name} ${name === "tx" ? Buffer.from(value).toString() : value}`);

/** How long each break of the adapter was, ms. */
function lengths(events: readonly UsbEvent[]): number[] {
  const times = events.flatMap((event) => (event.name === "break" ? [event.atMs] : []));
  return times.flatMap((at, index) => (index % 2 === 1 ? [at - times[index - 1]!] : []));
}

describe("a break", () => {
  test("is as long as it was asked for, or some ms more; 0.25 s without a length", async () => {
    const port = await open(sim.path);
    const from = sim.events.length;
    const wanted = [1, 10, 50, 200, undefined];
    for (const durationMs of wanted) await port.sendBreak(durationMs);
    const measured = lengths(await asked(from, "break"));
    expect(measured).toHaveLength(wanted.length);
    for (const [index, durationMs = 250] of wanted.entries()) {
      expect(measured[index]).toBeGreaterThan(durationMs - 2);
      expect(measured[index]).toBeLessThan(durationMs + 150); // the guest is slow
    }
  });

  test("comes after what was written before it and before what is written meanwhile, none of which is lost", async () => {
    const from = sim.events.length;
    const { robin, user } = session(["-n", "-b", "9600", "--break-ms", "300", sim.path]);
    await connected(robin);
    await user.write(`${"before ".repeat(40)}\x1cbbehind`);
    await said(robin, `break sent on ${sim.path}, 300 ms`);
    await until("the rest to leave", () => sim.received.toString().endsWith("behind"), TIMEOUT_MS);
    const events = words(await asked(from, "tx", "break"));
    expect(events.join("|")).toMatch(/^tx [^|]*(\|tx [^|]*)*before \|break true\|break false\|tx behind$/);
    expect(`${sim.received}`).toBe(`${"before ".repeat(40)}behind`);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  test("is ended by a close, and by the end of robin, and the line is not left in it", async () => {
    const from = sim.events.length;
    const port = await open(sim.path);
    const broken = port.sendBreak(60_000);
    await until("the break", () => sim.last("break") === true);
    await port.close();
    await expect(broken).rejects.toMatchObject({ code: "lost" });
    expect(words(await asked(from, "break"))).toEqual(["break true", "break false"]);

    for (const end of ["\x1cq", "SIGTERM"] as const) {
      const { robin, user } = session(["-n", "--drain", "300", "--break-ms", "60000", sim.path]);
      await connected(robin);
      await user.write("\x1cb");
      await until("the break", () => sim.last("break") === true, TIMEOUT_MS);
      if (end === "SIGTERM") robin.child.kill(end);
      else await user.write(end);
      expect(await robin.status).toBe(end === "SIGTERM" ? 143 : 0);
      await sim.heard();
      expect(sim.last("break")).toBe(false);
    }
  });

  test("outlives no unplug, and does not hold the session's end", async () => {
    const { robin, user } = session(["-n", "--no-reconnect", "--break-ms", "60000", sim.path]);
    await connected(robin);
    await user.write("\x1cb");
    await until("the break", () => sim.last("break") === true, TIMEOUT_MS);
    await sim.unplug();
    expect(await robin.status).toBe(5);
    await sim.plugIn();
  });

  test("behind bytes that flow control holds is given up, and the keys behind it work", async () => {
    const peer = new SerialEnd(PEER, { bps: 115_200 });
    toEnd.push(() => peer.close());
    peer.setLine("rts", false);
    const { robin, user } = session(["-h", "-b", "115200", UART]);
    await connected(robin);
    await user.write("held\x1cb\x1cs");
    await said(robin, `send a break on ${UART}: 4 bytes before it do not leave; flow control may hold them`);
    await said(robin, "RTS/CTS flow control");
    peer.setLine("rts", true);
    await peer.expect("held");
    await user.write("on\x1cq");
    await peer.expect("on");
    expect(await robin.status).toBe(0);
  });

  test("is seen by the other end of a null-modem as one", async () => {
    const peer = new SerialEnd(PEER, { bps: 115_200 }, ["PARMRK"]);
    toEnd.push(() => peer.close());
    const port = await open(UART);
    port.sink.write(Buffer.from("a"), 0, 1);
    await peer.expect("a");
    await port.sendBreak(20);
    await peer.expect("\xff\0\0");
    port.sink.write(Buffer.from("b"), 0, 1);
    await peer.expect("b");
    expect(peer.received.toString("latin1")).toBe("a\xff\0\0b");
  });
});

describe("RS-485", () => {
  test("that a driver does not have is told, under --strict by status 3", async () => {
    for (const path of [UART, sim.path]) {
      const port = await open(path, { settings: { rs485: { enabled: true } } });
      expect(port.refusals).toEqual([
        { setting: "RS-485", asked: "on", took: "nothing", why: "the driver has no such setting" },
      ]);
      expect((await port.settings()).rs485?.enabled ?? false).toBe(false);
      await port.close();
    }
    const robin = runRobin(["--strict", "--rs485", "rts-on-send,delay-after=1", UART], { stdin: "ignore" });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain(
      `robin: set up ${UART}: the driver did not take RS-485 on: the driver has no such setting`,
    );
  });
});

describe("low latency", () => {
  /** What the driver does about it: how long the adapter waits for more bytes, ms. */
  const latencyTimer = () => {
    const device = realpathSync(`/sys/class/tty/${sim.path.slice("/dev/".length)}/device`);
    return Number(readFileSync(`${device}/latency_timer`, "utf8"));
  };

  test("is 1 ms and not 16 on an FT232R, shown, and given back at the end", async () => {
    expect(latencyTimer()).toBe(16);
    const { robin, user } = session(["-n", "-b", "115200", "--low-latency", "on", sim.path]);
    await connected(robin);
    expect(robin.stderr).toContain("115200 8N1, no flow control, low latency");
    expect(latencyTimer()).toBe(1);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expect(latencyTimer()).toBe(16);
  });

  test("is any user's to set", async () => {
    const dialout = readFileSync("/etc/group", "utf8").match(/^dialout:[^:]*:(\d+):/m)![1]!;
    const wrap = ["setpriv", "--reuid=65534", "--regid=65534", `--groups=${dialout}`];
    for (const path of [sim.path, UART]) {
      const robin = runRobin(["-v", "--strict", "--low-latency", "on", path], { stdin: "ignore", wrap });
      expect([await robin.status, robin.stderr]).toEqual([0, expect.stringContaining("low latency")]);
    }
  });

  test("is given back on a 16550A too", async () => {
    const before = new SerialEnd(UART);
    toEnd.push(() => before.close());
    expect(isLowLatency(before.fd)).toBe(false);
    const port = await open(UART, { lock: false, settings: { lowLatency: true } });
    expect(await port.settings()).toMatchObject({ lowLatency: true });
    expect(isLowLatency(before.fd)).toBe(true);
    await port.close();
    expect(isLowLatency(before.fd)).toBe(false);
  });
});

describe("DTR and RTS at open", () => {
  const lines = (events: readonly UsbEvent[]) => events.map(({ value }) => JSON.stringify(value));
  const UP = '{"dtr":true,"rts":true}';
  const DOWN = '{"dtr":false,"rts":false}';

  test("fall by one request, before any setting is asked for", async () => {
    const from = sim.events.length;
    await open(sim.path, { dtr: false, rts: false, settings: { bps: 57_600, flow: "hardware" } });
    const events = await asked(from, "lines", "bps", "frame", "flow");
    const down = events.findIndex(({ value }) => JSON.stringify(value) === DOWN);
    const up = events.findIndex(({ value }) => JSON.stringify(value) === UP);
    expect(lines(events.filter(({ name }) => name === "lines"))).toEqual([UP, DOWN]);
    expect(words(events.slice(up + 1, down))).toEqual([]);
  });

  test("fall again where a setting has raised them: a port that stood at B0", async () => {
    const end = new SerialEnd(sim.path);
    const termios = getTermios(end.fd);
    setSpeed(termios, 0);
    setFlag(termios, "HUPCL", false);
    setTermios(end.fd, termios);
    end.close();
    const from = sim.events.length;
    const port = await open(sim.path, { dtr: false, rts: false });
    expect(port.refusals).toEqual([]);
    expect(await port.modemLines()).toMatchObject({ dtr: false, rts: false });
    await sim.heard();
    expect(sim.lines).toEqual({ dtr: false, rts: false });
    expect(lines(await asked(from, "lines")).at(-1)).toBe(DOWN);
    await port.close();
    new SerialEnd(sim.path).close();
  });

  test("stand as asked beside RTS/CTS flow control", async () => {
    const peer = new SerialEnd(PEER, { bps: 115_200 });
    toEnd.push(() => peer.close());
    const port = await open(UART, { rts: false, settings: { flow: "hardware" } });
    expect(port.refusals).toEqual([]);
    expect(await port.modemLines()).toMatchObject({ dtr: true, rts: false });
    expect(peer.lines).toMatchObject({ cts: false, dsr: true });
  });
});
