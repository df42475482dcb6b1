/** Events for a program that reads along, and for one that reads too slowly. */
import { describe, expect, it } from "vitest";
import { NOTHING } from "../../src/port/ends.js";
import { createEventStream } from "../../src/recording/event-stream.js";
import { decodeLine } from "../../src/recording/format.js";
import { createClock } from "../../src/session/clock.js";
import { eventOutput } from "../../src/sink/event-output.js";
import { handMadeSink } from "../session/hand-made.js";

function stream() {
  const sink = handMadeSink();
  const clock = createClock();
  const tap = createEventStream(eventOutput(sink), clock);
  const records = () =>
    sink.taken
      .toString()
      .split("\n")
      .slice(0, -1)
      .map((line) => decodeLine(line)!);
  return { sink, clock, tap, records };
}

describe("an event stream", () => {
  it("has the lines of a recording, at once", () => {
    const { tap, records } = stream();
    tap.event!({ event: "lines", lines: { dcd: true } }, 5);
    tap.rx!(Buffer.from("ok\r\nrest"), 4, 1_500_000);
    tap.tx!(Buffer.from("..AT\r"), 2, 5, 2_000_001);
    expect(records()).toMatchObject([
      { kind: "event", event: { event: "lines", lines: { dcd: true } }, elapsed: 0.000005 },
      { kind: "bytes", way: "rx", bytes: Buffer.from("ok\r\n"), elapsed: 1.5 },
      { kind: "bytes", way: "tx", bytes: Buffer.from("AT\r"), elapsed: 2.000001 },
    ]);
  });

  it("has times that never go back, whoever is late", () => {
    const { tap, records } = stream();
    tap.event!({ event: "mark", text: "early" }, 2_000_000);
    tap.rx!(Buffer.from("a"), 1, 1_999_999);
    tap.rx!(Buffer.from("b"), 1, 2_000_001);
    expect(records().map(({ elapsed }) => elapsed)).toEqual([2, 2, 2.000001]);
  });

  it("holds nobody: what a slow reader misses is told as soon as there is room", async () => {
    const { sink, tap, records } = stream();
    sink.take = () => NOTHING;
    const bytes = Buffer.from("x".repeat(4000));
    const count = 2000;
    for (let n = 0; n < count; n++) {
      tap.rx!(bytes, bytes.length, n);
      expect(tap.hasRoom).toBe(true);
    }
    sink.take = (offered) => offered;
    sink.ready();
    tap.event!({ event: "mark", text: "after" }, count);
    const all = records();
    const kept = all.filter((one) => one.kind === "bytes").length;
    expect(kept).toBeGreaterThan(900);
    expect(all.slice(kept)).toMatchObject([
      { kind: "event", event: { event: "drop", events: count - kept } },
      { kind: "event", event: { event: "mark", text: "after" } },
    ]);
    await tap.settle(1000);
    tap.close();
  });

  it("keeps out what a mask hides", () => {
    const { tap, records } = stream();
    const create = () => ({ push: () => Buffer.from("****"), flush: () => Buffer.from("!") });
    tap.setMask(create);
    tap.rx!(Buffer.from("secret"), 6, 0);
    tap.setMask(undefined);
    tap.rx!(Buffer.from("open"), 4, 0);
    expect(records().map((one) => one.kind === "bytes" && `${one.way} ${Buffer.from(one.bytes)}`)).toEqual([
      "rx ****",
      "rx !",
      "tx !",
      "rx open",
    ]);
  });
});
