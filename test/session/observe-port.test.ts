/** What a port shows beside its bytes, told to those who keep it. */
import { afterEach, describe, expect, it } from "vitest";
import type { LineSource, Look } from "../../src/port/lines/watch.js";
import { memoryPort } from "../../src/port/memory-port.js";
import type { Port } from "../../src/port/port.js";
import { returningPort } from "../../src/port/returning-port.js";
import { openTtyPort } from "../../src/port/tty/tty-port.js";
import { observePort, type PortObserver } from "../../src/session/observe-port.js";
import type { SessionEvent } from "../../src/session/session-event.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const observers: PortObserver[] = [];
afterEach(() => {
  for (const observer of observers.splice(0)) observer.stop();
});

function observe(port: Port) {
  const told: SessionEvent[] = [];
  const observer = observePort(port, (event) => told.push(event));
  observers.push(observer);
  const names = () => told.map(({ event }) => event);
  const last = async (event: SessionEvent) => {
    await until(
      () => `${JSON.stringify(event)}; it told ${JSON.stringify(told)}`,
      () => JSON.stringify(told.at(-1)) === JSON.stringify(event),
      5000,
    );
  };
  return { told, observer, names, last };
}

const LINES = { dtr: true, rts: true, cts: true, dsr: true, dcd: true, ri: false };

/** A port whose driver can wait for lines, by hand. */
function waitingPort() {
  let look: Look = {
    lines: { ...LINES, out1: false, out2: false, loop: false },
    counts: { cts: 0, dsr: 0, dcd: 0, ri: 0 },
  };
  let wake: (woken: boolean) => void = () => {};
  let waits = 0;
  const lineSource: LineSource = {
    look: () => look,
    waitForChange: () => {
      waits++;
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
  };
  const counts = { rx: 0, tx: 0, frame: 0, parity: 0, overrun: 0, bufOverrun: 0, brk: 0 };
  const port: Port = { ...memoryPort("mem").port, lineSource, counters: () => ({ ...counts }) };
  return {
    port,
    counts,
    waits: () => waits,
    change(lines: Partial<Look["lines"]>, changed: Partial<NonNullable<Look["counts"]>> = {}) {
      look = { lines: { ...look.lines, ...lines }, counts: { ...look.counts!, ...changed } };
      wake(true);
    },
  };
}

describe("what a port shows", () => {
  it("begins with its settings and lines, whole", async () => {
    const { port } = memoryPort("mem", { settings: { bps: 57600, parity: "even" } });
    const { told, last } = observe(port);
    await last({ event: "lines", lines: LINES });
    expect(told[0]).toEqual({ event: "settings", settings: await port.settings() });
    expect(told.length).toBe(2);
  });

  it("names what the driver did not take", async () => {
    const refusals = [{ setting: "bps", asked: "12", took: "9600" }];
    const { told } = observe({ ...memoryPort("mem").port, refusals });
    await until("settings", () => told.length > 0);
    expect(told[0]).toMatchObject({ event: "settings", refused: refusals });
  });

  it("has each change of a line, where the driver cannot wait for one", async () => {
    const { port } = memoryPort("mem");
    const { last } = observe(port);
    await last({ event: "lines", lines: LINES });
    await port.setModemLine("dtr", false);
    await last({ event: "lines", lines: { ...LINES, dtr: false } });
    await port.setModemLine("rts", false);
    await last({ event: "lines", lines: { ...LINES, dtr: false, rts: false } });
  });

  it("has each change at once where the driver can, and pulses that no look has seen", async () => {
    const { port, change, waits } = waitingPort();
    const { told, last } = observe(port);
    await until("the wait", () => waits() === 1);
    change({ dcd: false }, { dcd: 1 });
    await last({ event: "lines", lines: { ...LINES, dcd: false }, changes: { dcd: 1 } });
    await until("the next wait", () => waits() === 2);
    change({}, { dcd: 1, ri: 2 });
    await last({ event: "lines", lines: { ...LINES, dcd: false }, changes: { ri: 2 } });
    await until("the next wait", () => waits() === 3);
    change({ out1: true });
    await until("the next wait", () => waits() === 4);
    expect(told.length).toBe(4);
  });

  it("has no line again that a key has changed and told", async () => {
    const { port } = memoryPort("mem");
    const { told, observer, last } = observe(port);
    await last({ event: "lines", lines: LINES });
    observer.heard({ event: "lines", lines: { ...LINES, dtr: false } });
    await port.setModemLine("dtr", false);
    const other = memoryPort("mem"); // looked at every 100 ms, so that time has passed
    const { last: lastOther } = observe(other.port);
    for (const rts of [false, true, false]) {
      await other.port.setModemLine("rts", rts);
      await lastOther({ event: "lines", lines: { ...LINES, rts } });
    }
    expect(told.length).toBe(2);
  });

  it("is told again, whole, to somebody who begins to listen", async () => {
    const { port, waits } = waitingPort();
    const { names, observer } = observe(port);
    await until("the wait", () => waits() === 1);
    observer.show();
    await until("all of it", () => names().length === 4);
    expect(names()).toEqual(["settings", "lines", "settings", "lines"]);
    expect(waits()).toBe(1);
  });

  it("costs nothing at a pty, which has no lines", async () => {
    const pty = new TestPty();
    const real = openTtyPort(pty.path, {});
    let looks = 0;
    const port: Port = {
      ...memoryPort(pty.path).port,
      settings: () => real.settings(),
      get lineSource() {
        looks++;
        return real.lineSource;
      },
    };
    const { names } = observe(port);
    const other = memoryPort("mem"); // looked at every 100 ms, so that time has passed
    const { last } = observe(other.port);
    for (const dtr of [false, true, false]) {
      await other.port.setModemLine("dtr", dtr);
      await last({ event: "lines", lines: { ...LINES, dtr } });
    }
    expect(names()).toEqual(["settings"]);
    expect(looks).toBe(1);
    await real.close();
    pty.close();
  });
});

describe("errors and breaks that a driver counts", () => {
  it("are told after bytes have come, by how many they have become more", async () => {
    const { port, counts, waits } = waitingPort();
    const { told, observer, last } = observe(port);
    await until("the wait", () => waits() === 1);
    Object.assign(counts, { rx: 10, frame: 2, overrun: 1 });
    observer.seen();
    observer.seen();
    await last({ event: "error", counters: { frame: 2, overrun: 1 } });
    Object.assign(counts, { rx: 20, frame: 3, brk: 4 });
    observer.seen();
    await last({ event: "break", way: "rx", count: 4 });
    expect(told.at(-2)).toEqual({ event: "error", counters: { frame: 1 } });
    counts.rx = 30;
    const before = told.length;
    observer.stop();
    expect(told.length).toBe(before);
  });

  it("are told with a change of lines, and at the end", async () => {
    const { port, counts, change, waits } = waitingPort();
    const { told, observer, last } = observe(port);
    await until("the wait", () => waits() === 1);
    counts.parity = 1;
    change({ dcd: false }, { dcd: 1 });
    await last({ event: "error", counters: { parity: 1 } });
    counts.brk = 1;
    observer.stop();
    expect(told.at(-1)).toEqual({ event: "break", way: "rx", count: 1 });
    observer.stop();
    observer.seen();
    expect(told.at(-1)).toEqual({ event: "break", way: "rx", count: 1 });
  });
});

describe("a device that goes and comes back", () => {
  it("is told by its name, with what it shows then, and its own counters", async () => {
    const first = memoryPort("/dev/ttyUSB0");
    let resolve: ((port: Port) => void) | undefined;
    let frame = 7;
    const counting = (port: Port): Port => ({ ...port, counters: () => ({ frame }) });
    const port = returningPort(counting(first.port), {
      reopen: () =>
        new Promise((settle) => {
          resolve = settle;
        }),
    });
    const { told, names, observer, last } = observe(port);
    await last({ event: "lines", lines: LINES });
    port.source.onReady(() => port.source.read(new Uint8Array(1)));
    port.source.arm();
    first.unplug();
    await last({ event: "lost", port: "/dev/ttyUSB0" });
    frame = 1;
    await until("it to be looked for", () => resolve);
    resolve!(counting(memoryPort("/dev/ttyUSB1", { dtr: false }).port));
    await last({ event: "lines", lines: { ...LINES, dtr: false } });
    expect(names()).toEqual(["settings", "lines", "lost", "back", "settings", "lines"]);
    expect(told[3]).toEqual({ event: "back", port: "/dev/ttyUSB1" });
    frame = 3;
    observer.stop();
    expect(told.at(-1)).toEqual({ event: "error", counters: { frame: 2 } });
  });
});
