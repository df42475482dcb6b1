/** How far bytes are on their way, on a line whose driver is made up: the test says when it has sent them. */
import { Writable } from "node:stream";
import { expect, test, vi } from "vitest";
import type { Line } from "../../../src/port/serialport/serialport-line.js";
import { lineSink } from "../../../src/port/serialport/serialport-sink.js";
import { until } from "../../support/until.js";

function setUp(bps: number) {
  let transmitted!: (error?: Error) => void;
  const line = {
    accepted: 0,
    isOpen: true,
    drop: vi.fn(),
    flush: vi.fn(async () => {}),
    drain: vi.fn(
      () =>
        new Promise<void>((resolve, reject) => {
          transmitted = (error) => (error ? reject(error) : resolve());
        }),
    ),
  };
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      line.accepted += chunk.length;
      done();
    },
  });
  const sink = lineSink(stream, line as unknown as Line, () => bps);
  return { line, sink, transmitted: (error?: Error) => transmitted(error) };
}
const bytes = new Uint8Array(1000);

test("what the system has taken leaves at the line's speed, until the driver says that it has left", async () => {
  const { line, sink, transmitted } = setUp(9600);
  sink.write(bytes, 0, 1000);
  const first = sink.unsent();
  expect(first).toBeGreaterThan(900);
  expect(first).toBeLessThanOrEqual(1000);
  await until("some to have left", () => sink.unsent() < first);
  await until("the driver to be asked", () => line.drain.mock.calls.length > 0);
  transmitted();
  await until("all to have left", () => sink.unsent() === 0);
  expect(line.drain).toHaveBeenCalledOnce();
});

test("at least one byte is unsent while the driver does not say that all has left", async () => {
  const { line, sink, transmitted } = setUp(1e9);
  sink.write(bytes, 0, 1000);
  await until("the reckoning to be over", () => sink.unsent() === 1);
  await until("the driver to be asked", () => line.drain.mock.calls.length > 0);
  expect(sink.unsent()).toBe(1);
  transmitted();
  await until("all to have left", () => sink.unsent() === 0);
});

test("a driver that cannot tell has nothing unsent", async () => {
  const { line, sink, transmitted } = setUp(300);
  sink.write(bytes, 0, 1000);
  expect(sink.unsent()).toBeGreaterThan(0);
  await until("the driver to be asked", () => line.drain.mock.calls.length > 0);
  transmitted(new Error("Inappropriate ioctl for device"));
  await until("it to give up", () => sink.unsent() === 0);
});

test("discard flushes what has not left, and nothing where all has", async () => {
  const { line, sink } = setUp(300);
  await sink.discard();
  expect(line.flush).not.toHaveBeenCalled();
  sink.write(bytes, 0, 1000);
  await sink.discard();
  expect(line.drop).toHaveBeenCalledWith(0);
  expect(line.flush).toHaveBeenCalledOnce();
  expect(sink.unsent()).toBe(0);
});

test("one wait serves all who ask whether everything has left", async () => {
  const { line, sink, transmitted } = setUp(300);
  sink.write(bytes, 0, 1000);
  const all = [sink.allLeft(), sink.allLeft()];
  await until("the driver to be asked", () => line.drain.mock.calls.length > 0);
  transmitted();
  await Promise.all(all);
  expect(line.drain).toHaveBeenCalledOnce();
});
