/** What has changed between two looks, and when a watch looks. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  changesBetween,
  type LineChange,
  type LineWatch,
  LOOK_MS,
  type Look,
  watchLines,
} from "../../../src/port/lines/watch.js";
import type { AllLines, AnyLine, InputLine } from "../../../src/tty/modem-lines.js";

const LINES: readonly AnyLine[] = ["dtr", "rts", "cts", "dcd", "ri", "dsr", "out1", "out2", "loop"];

function look(raised: readonly AnyLine[], counts?: Partial<Record<InputLine, number>>): Look {
  const lines = Object.fromEntries(LINES.map((line) => [line, raised.includes(line)])) as AllLines;
  return counts ? { lines, counts: { cts: 0, dsr: 0, dcd: 0, ri: 0, ...counts } } : { lines };
}

describe("between two looks", () => {
  it.each<[string, Look, Look, LineChange[]]>([
    ["nothing", look(["dtr"], { cts: 5 }), look(["dtr"], { cts: 5 }), []],
    ["a line that rose", look([]), look(["cts"]), [{ line: "cts", on: true, was: false }]],
    ["a line that fell", look(["rts"]), look([]), [{ line: "rts", on: false, was: true }]],
    [
      "a line that rose, as the driver counted it",
      look([], { cts: 7 }),
      look(["cts"], { cts: 8 }),
      [{ line: "cts", on: true, was: false, counted: 1 }],
    ],
    [
      "a line that went and came back",
      look(["cts"], { cts: 7 }),
      look(["cts"], { cts: 9 }),
      [{ line: "cts", on: true, was: true, counted: 2 }],
    ],
    [
      "a ring, of which a 16550A counts the end alone",
      look([], { ri: 1 }),
      look([], { ri: 2 }),
      [{ line: "ri", on: false, was: false, counted: 1 }],
    ],
    [
      "a count that wrapped",
      look([], { cts: 2 ** 31 - 1 }),
      look([], { cts: -(2 ** 31) + 1 }),
      [{ line: "cts", on: false, was: false, counted: 2 }],
    ],
    [
      "several lines, those that the host drives without a count",
      look(["dtr", "dsr"], { dsr: 1 }),
      look(["out1"], { dsr: 2 }),
      [
        { line: "dtr", on: false, was: true },
        { line: "dsr", on: false, was: true, counted: 1 },
        { line: "out1", on: true, was: false },
      ],
    ],
    [
      "a driver that counts no more",
      look([], { cts: 1 }),
      look(["cts"]),
      [{ line: "cts", on: true, was: false }],
    ],
  ])("%s is seen", (_, before, after, changes) => {
    expect(changesBetween(before, after)).toEqual(changes);
  });
});

describe("a watch", () => {
  let now: Look;
  let looks: number;
  let told: LineChange[][];
  /** Ends the wait in the kernel: true for a change, false where there is no such wait. */
  let wake: ((woken: boolean) => void) | undefined;
  let waits: number;
  let gone: boolean;
  let watch: LineWatch;
  const slow = vi.fn();
  const start = () => {
    watch = watchLines(
      {
        look() {
          looks++;
          if (gone) throw new Error("EIO");
          return now;
        },
        waitForChange: () =>
          new Promise((resolve) => {
            waits++;
            wake = resolve;
          }),
      },
      look([]),
      (changes) => told.push([...changes]),
      slow,
    );
    watch.lost.catch(() => {});
  };
  beforeEach(() => {
    vi.useFakeTimers();
    [now, looks, waits, told, gone] = [look([]), 0, 0, [], false];
    slow.mockClear();
    start();
  });
  afterEach(() => {
    watch.close();
    vi.useRealTimers();
  });
  const change = async (next: Look, woken = true) => {
    now = next;
    wake!(woken);
    await vi.advanceTimersByTimeAsync(0);
  };

  it("tells a change as soon as the driver wakes it up, and waits again", async () => {
    await change(look(["cts"]));
    expect(told).toEqual([[{ line: "cts", on: true, was: false }]]);
    expect(waits).toBe(2);
    await change(look([]));
    expect(told).toHaveLength(2);
  });

  it("sees what changed before the kernel began to wait, though nobody wakes it up", async () => {
    now = look(["dsr"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([[{ line: "dsr", on: true, was: false }]]);
  });

  it("does nothing at all while nothing happens", async () => {
    await vi.advanceTimersByTimeAsync(1000);
    const before = looks;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(looks).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
    expect(waits).toBe(1);
  });

  it("looks ten times a second where the driver cannot wait, and says so once", async () => {
    await change(now, false);
    now = look(["dcd"]);
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    now = look([]);
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(told).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(LOOK_MS * 100);
    expect(slow).toHaveBeenCalledTimes(1);
    expect(waits).toBe(1);
  });

  it("does not spin where a driver wakes it up for nothing", async () => {
    for (let time = 0; time < 5; time++) {
      wake!(true);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(waits).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(waits).toBe(2);
    now = look(["ri"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(told).toHaveLength(1);
  });

  it.each<[string, () => Promise<void>]>([
    ["while it waits", () => change(look([]), false)],
    ["when it is woken up", () => change(look([]))],
    ["in a look after the wait has begun", () => vi.advanceTimersByTimeAsync(1000).then(() => {})],
  ])("ends with what a look throws, %s", async (_, act) => {
    gone = true;
    await act();
    await expect(watch.lost).rejects.toThrow("EIO");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when looking slowly, too", async () => {
    await change(now, false);
    gone = true;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    await expect(watch.lost).rejects.toThrow("EIO");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("tells nothing after it was closed", async () => {
    watch.close();
    await change(look(["cts"]));
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
