/** The far end of a wire as a source: when it asks the sender, and when it comes again by itself. */
import { describe, expect, it } from "vitest";
import { type ByteSource, GONE, NOTHING } from "../../../src/port/ends.js";
import type { Frame } from "../../../src/virtual/pair/line-frame.js";
import { createWire, type WireOptions } from "../../../src/virtual/pair/wire.js";
import { wiredSource } from "../../../src/virtual/pair/wired-source.js";
import { until } from "../../support/until.js";

const PLAIN: WireOptions = {
  pace: false,
  strictLine: false,
  drop: 0,
  flip: 0,
  dup: 0,
  delayMs: 0,
  jitterMs: 0,
  stalls: [],
  seed: 1,
  stream: "a",
};
const at = (bps: number): Frame => ({ bps, databits: 8, parity: "none", stopbits: 1 });

/** A sender that has these bytes, then nothing, or its end; it counts what is asked of it. */
function sender(text: string, end = NOTHING) {
  let left = Buffer.from(text);
  let ready = () => {};
  const asked = { reads: 0, arms: 0, disarms: 0 };
  const source: ByteSource = {
    read(into) {
      asked.reads++;
      if (left.length === 0) return end;
      const n = left.copy(into);
      left = left.subarray(n);
      return n;
    },
    onReady: (listener) => {
      ready = listener;
    },
    arm: () => void asked.arms++,
    disarm: () => void asked.disarms++,
    close() {},
  };
  return { source, asked, wakes: () => ready() };
}

const into = new Uint8Array(1000);
function setUp(options: Partial<WireOptions>, text: string, end = NOTHING) {
  const from = sender(text, end);
  const wire = createWire({ ...PLAIN, ...options });
  const startMs = performance.now();
  const nowMs = () => performance.now() - startMs;
  const wired = wiredSource(from.source, wire, nowMs);
  let calls = 0;
  wired.onReady(() => calls++);
  const read = () => {
    const n = wired.read(into);
    return n > 0 ? Buffer.from(into.subarray(0, n)).toString() : n;
  };
  return { ...from, wire, wired, read, nowMs, calls: () => calls };
}

describe("a wired source", () => {
  it("gives what the sender has, and asks it again when it is armed", () => {
    const { wired, read, asked } = setUp({ stalls: [] }, "hello");
    expect(read()).toBe("hello");
    expect(read()).toBe(NOTHING);
    wired.arm();
    expect(asked.arms).toBe(1);
  });

  it("comes by itself when a delayed byte is due, and only when it is armed", async () => {
    const { wired, read, calls, nowMs } = setUp({ delayMs: 30 }, "x");
    expect(read()).toBe(NOTHING);
    wired.arm();
    await until("the byte", afterCalls({ wired, read, calls }, "x"));
    expect(nowMs()).toBeGreaterThanOrEqual(29);
  });

  it("does not come any more when it was disarmed", async () => {
    const { wired, read, calls, asked } = setUp({ delayMs: 5 }, "x");
    read();
    wired.arm();
    wired.disarm();
    const later = setUp({ delayMs: 15 }, "y");
    later.read();
    later.wired.arm();
    await until("a later call", () => later.calls() === 1);
    expect(calls()).toBe(0);
    expect(asked.disarms).toBeGreaterThan(0);
  });

  it("does not ask the sender during a stall, and comes when it is over", async () => {
    const { wired, read, asked, calls } = setUp({ stalls: [{ fromMs: 0, forMs: 40 }] }, "x");
    expect(read()).toBe(NOTHING);
    wired.arm();
    expect(asked).toMatchObject({ reads: 0, arms: 0 });
    await until("the byte", afterCalls({ wired, read, calls }, "x"));
  });

  it("does not ask the sender while the wire is full", () => {
    const { wire, wired, read, asked } = setUp({ pace: true }, "x".repeat(64));
    wire.setLine(at(300), at(300), false, 0);
    expect(read()).toBe(NOTHING);
    wired.arm();
    expect(asked).toMatchObject({ reads: 1, arms: 0 });
    wired.disarm();
  });

  it("is woken when a line that stood still has a speed", async () => {
    const { wire, wired, read, calls, nowMs } = setUp({ pace: true }, "x");
    expect(read()).toBe(NOTHING);
    wired.arm();
    wire.setLine(at(9600), at(9600), false, nowMs());
    wired.wake();
    await until("the call", () => calls() === 1);
    await until("the byte", () => read() === "x");
  });

  it("is gone when its sender is, behind the last byte that is on its way", async () => {
    const { read } = setUp({ delayMs: 20 }, "x", GONE);
    expect(read()).toBe(NOTHING);
    expect(await until("the end", () => [read()].find((found) => found !== NOTHING))).toBe("x");
    expect(read()).toBe(GONE);
  });
});

/**
 * Whether `text` is read, where each read comes after a call: a call may be in vain, as every end's, because Node's timers
 * are up to a millisecond early.
 */
function afterCalls(one: Pick<ReturnType<typeof setUp>, "wired" | "read" | "calls">, text: string) {
  let seen = 0;
  return () => {
    if (one.calls() === seen) return false;
    seen = one.calls();
    if (one.read() === text) return true;
    one.wired.arm();
    return false;
  };
}
