/** Lines for programs: readers that are slow, that leave, that have no room. */
import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { openOutput } from "../../src/session/stdio.js";
import { eventOutput, settleOutputs } from "../../src/sink/event-output.js";
import { handMadeSink } from "../session/hand-made.js";

const lines = (bytes: Buffer): { event: string; events?: number; n?: number }[] =>
  bytes
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const MIB = 1024 * 1024;

describe("events", () => {
  it("are one JSON line each, at once, behind a text that was printed", () => {
    const sink = handMadeSink();
    const output = eventOutput(sink);
    output.print("/dev/pts/1\n");
    output.write({ event: "open", port: "a" });
    expect(sink.taken.toString()).toBe('/dev/pts/1\n{"event":"open","port":"a"}\n');
    expect(output.isSettled).toBe(true);
  });

  it("wait for a reader that takes a few bytes at a time, in order and whole", () => {
    const sink = handMadeSink();
    const output = eventOutput(sink);
    sink.take = () => NOTHING;
    for (let n = 0; n < 100; n++) output.write({ event: "open", n });
    expect(output.isSettled).toBe(false);
    let turn = 0;
    sink.take = () => [3, NOTHING, 50][turn++ % 3]!;
    while (sink.ready());
    expect(lines(sink.taken).map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(output.isSettled).toBe(true);
  });

  it("are dropped behind 4 MiB that wait, and their number is told in their place", () => {
    const sink = handMadeSink();
    const output = eventOutput(sink);
    sink.take = () => NOTHING;
    const text = "x".repeat(1000);
    const count = 10_000;
    for (let n = 0; n < count; n++) output.write({ event: "data", n, text });
    let room = 1_500_000; // less than half of what waits
    sink.take = (offered) => {
      const taken = Math.min(offered, room, 100_000);
      room -= taken;
      return taken;
    };
    sink.ready();
    output.write({ event: "data", n: count, text }); // there is room, but those before it are not told of yet
    room = Number.POSITIVE_INFINITY;
    sink.ready();
    output.write({ event: "after" });
    const got = lines(sink.taken);
    expect(sink.taken.length).toBeLessThan(4 * MIB + 3000);
    expect(sink.taken.length).toBeGreaterThan(4 * MIB);
    const kept = got.filter(({ event }) => event === "data");
    expect(kept.map(({ n }) => n)).toEqual(Array.from({ length: kept.length }, (_, n) => n));
    expect(got.slice(kept.length)).toMatchObject([
      { event: "lost", events: count + 1 - kept.length },
      { event: "after" },
    ]);
    expect(output.isSettled).toBe(true);
  });

  it("cost no more, the more of them wait", () => {
    const sink = handMadeSink();
    const output = eventOutput(sink);
    sink.take = () => NOTHING;
    const line = { event: "open", n: 1 };
    for (let n = 0; n < 150_000; n++) output.write(line);
    sink.take = (offered) => Math.min(offered, 4096);
    const before = process.cpuUsage();
    while (sink.ready());
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
    expect(output.isSettled).toBe(true);
  });

  it("end where the reader has left, which is told once and is no failure", () => {
    const failures: unknown[] = [];
    const output = eventOutput(
      handMadeSink(() => GONE),
      (error) => failures.push(error),
    );
    output.write({ event: "open" });
    output.write({ event: "close" });
    output.print("names\n");
    expect(failures).toEqual([undefined]);
    expect(output.isSettled).toBe(true);
  });

  it("end where the disk is full, with the reason", () => {
    const fd = openSync("/dev/full", "w");
    const failures: unknown[] = [];
    const output = eventOutput(openOutput(fd), (error) => failures.push(error));
    output.write({ event: "open" });
    output.write({ event: "close" });
    expect(failures).toEqual([expect.objectContaining({ code: "ENOSPC" })]);
    expect(output.isSettled).toBe(true);
    closeSync(fd);
  });

  it("are waited for at the end, though no longer than asked", async () => {
    const sink = handMadeSink();
    const output = eventOutput(sink);
    sink.take = () => NOTHING;
    output.write({ event: "statistics" });
    const from = performance.now();
    await settleOutputs([output], 30);
    expect(performance.now() - from).toBeGreaterThanOrEqual(29);
    sink.take = (offered) => offered;
    await settleOutputs([output], 10_000);
    expect(lines(sink.taken)).toMatchObject([{ event: "statistics" }]);
  });
});
