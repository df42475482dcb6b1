/** A recording on a line of memory: what is read of a program, and what is not. */
import { expect, it } from "vitest";
import { type ByteSink, type ByteSource, NOTHING } from "../../../src/port/ends.js";
import type { ReplayListener } from "../../../src/virtual/replay/replay-contract.js";
import { Replay } from "../../../src/virtual/replay/run-replay.js";
import { until } from "../../support/until.js";
import { records, type Step } from "./recordings.js";

/** A program that has sent `lines`, one a read. */
function program(lines: readonly string[]) {
  const rest = [...lines];
  const told = { ready: () => {} };
  const source: ByteSource = {
    read(into) {
      const line = rest.shift();
      return line === undefined ? NOTHING : Buffer.from(line).copy(into);
    },
    onReady: (ready) => {
      told.ready = ready;
    },
    arm: () => {},
    disarm: () => {},
    close: () => {},
  };
  const sink: ByteSink = {
    ...source,
    onReady: () => {},
    write: (_, start, end) => end - start,
    unsent: () => 0,
  };
  return { source, sink, rest, told };
}

const listener: ReplayListener = {
  onDeparture: () => {},
  onHangUp: () => {},
  onEvent: () => {},
  onEnd: () => {},
  onError: (error) => {
    throw error;
  },
};

it("hears a program up to a bound ahead of the device's answers, and all of it when it has left", async () => {
  const lines = Array.from({ length: 3000 }, (_, at) => `line ${at}\n`);
  // Each is answered, ten seconds later.
  const steps = lines.flatMap((line, at): Step[] => [
    [at * 20_000, `>${line}`],
    [at * 20_000 + 10_000, "<OK\n"],
  ]);
  async function* open() {
    yield* records(steps);
  }
  const { source, sink, rest } = program(lines);
  const replay = new Replay(source, sink, { open, speed: 1, match: { anyNewline: false } }, listener);
  let before = -1;
  await until("it to hear no more", async () => {
    const isStill = rest.length === before && rest.length < lines.length;
    before = rest.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return isStill;
  });
  expect(rest.length).toBeGreaterThan(1000);
  expect(replay.isComplete).toBe(false);
  await replay.finish();
  expect(rest.length).toBe(0);
  expect(replay.isComplete).toBe(true);
  expect(replay.matched).toBe(3000);
});

it("does nothing in the callback that tells of bytes: promises made there would wait for the next event", async () => {
  async function* open() {
    yield* records([[0, ">AT\r"]]);
  }
  const { source, sink, rest, told } = program([]);
  const replay = new Replay(source, sink, { open, speed: 1, match: { anyNewline: false } }, listener);
  await new Promise((resolve) => setTimeout(resolve, 5));
  rest.push("AT\r");
  told.ready();
  expect(replay.received).toBe(0);
  await until("it to be heard", () => replay.received === 3);
  await replay.finish();
  expect(replay.isComplete).toBe(true);
});
