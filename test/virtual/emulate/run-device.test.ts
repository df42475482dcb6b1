/** A device on a line that nobody has open, or that nobody reads. */
import { afterEach, expect, it } from "vitest";
import { NOTHING } from "../../../src/port/ends.js";
import type { DeviceDefinition } from "../../../src/virtual/emulate/device.js";
import { type RunningDevice, type RunOptions, runDevice } from "../../../src/virtual/emulate/run-device.js";
import { handMadeSink, handMadeSource } from "../../session/hand-made.js";
import { until } from "../../support/until.js";

const running: RunningDevice[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.off();
});

function run<State>(definition: DeviceDefinition<State>, options?: RunOptions) {
  const [source, sink] = [handMadeSource(), handMadeSink()];
  const device = runDevice(definition, source, sink, options);
  running.push(device);
  const receive = (text: string) => {
    source.waiting.push(Buffer.from(text));
    source.ready();
  };
  return { source, sink, device, receive };
}

it("loses what is printed while nobody has the port open, and nothing of it comes later", async () => {
  let ticks = 0;
  const { sink, device } = run(
    { opened: (d) => d.print("opened "), start: (d) => void d.every(1, () => d.print(`${++ticks} `)) },
    { isHeard: false },
  );
  await until("some ticks", () => ticks > 3);
  const unheard = ticks;
  device.setHeard(true);
  await until("two more", () => sink.taken.toString().split(" ").length > 3);
  const [opened, first, second] = sink.taken.toString().split(" ");
  expect(opened).toBe("opened");
  expect(Number(first)).toBeGreaterThan(unheard);
  expect(Number(second)).toBe(Number(first) + 1);
  device.setHeard(false);
  const before = sink.taken.length;
  const heard = ticks;
  await until("some ticks", () => ticks > heard + 5);
  expect(sink.taken.length).toBe(before);
});

it("asks for no pieces while nobody has the port open", async () => {
  let asked = 0;
  const { device, sink } = run(
    {
      bps: 1_000_000,
      start: (d) =>
        d.print(
          (function* () {
            for (; asked < 5; asked++) yield "x";
          })(),
        ),
    },
    { isHeard: false },
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBe(0);
  device.setHeard(true);
  await until("all of them", () => sink.taken.toString() === "xxxxx");
});

it("receives also what a program wrote before it closed the port", async () => {
  const lines: string[] = [];
  const { device, receive } = run({
    on: [[/.*/, (_, [line]) => void lines.push(line)]],
    closed: () => void lines.push("closed"),
  });
  device.setHeard(false);
  receive("AT\r");
  expect(lines).toEqual(["closed", "AT"]);
});

it("lives on while its line is full, holds a bounded part and tells what it drops", async () => {
  let ticks = 0;
  const drops: number[] = [];
  const { sink, device } = run(
    { start: (d) => void d.every(1, () => d.print(Buffer.alloc(300_000, ++ticks))) },
    { onDrop: (bytes) => drops.push(bytes) },
  );
  sink.take = () => NOTHING;
  await until("more than fits", () => ticks > 6);
  expect(drops.reduce((sum, bytes) => sum + bytes, 0)).toBe(device.dropped);
  expect(device.dropped).toBeGreaterThan(300_000);
  sink.take = (offered) => offered;
  sink.ready();
  expect(sink.taken.length).toBeGreaterThanOrEqual(1024 * 1024);
  expect(sink.taken[0]).toBe(1);
  expect(device.sent).toBe(sink.taken.length);
});

it("counts what it received", () => {
  const { device, receive } = run({});
  receive("abc");
  expect(device.received).toBe(3);
});

it("waits for a time that no timer of Node's takes", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const { sink, receive } = run({
    start: (d) => void d.after(2 ** 40, () => d.print("never")),
    on: [["AT", "OK"]],
  });
  receive("AT\r");
  await until("the answer", () => sink.taken.toString() === "OK\r\n");
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});

it("goes on by itself after something that the device itself waited for", async () => {
  const { sink, receive } = run({
    on: [
      [
        "AT",
        async (d) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          d.println("OK");
        },
      ],
    ],
  });
  receive("AT\rAT\r");
  await until("both answers", () => sink.taken.toString() === "OK\r\nOK\r\n");
});

it("gives others a turn while its reader takes all that it prints without an end", async () => {
  const endless = function* () {
    for (;;) yield "x".repeat(4096);
  };
  const { sink } = run({ start: (d) => d.print(endless()) });
  let writes = 0;
  sink.take = (offered) => (++writes > 1000 ? new Error("nobody else had a turn") : offered);
  await new Promise((resolve) => setImmediate(resolve));
  expect(writes).toBeGreaterThan(0);
  sink.take = () => NOTHING;
});

it("gives others a turn while its writer never stops, and then goes on", () => {
  let bytes = 0;
  const { source, device } = run({ byte: () => ++bytes > 0 });
  for (let chunk = 0; chunk < 100; chunk++) source.waiting.push(Buffer.alloc(1000));
  source.ready();
  expect(device.received).toBeLessThan(20_000);
  while (source.waiting.length > 0) expect(source.ready()).toBe(true);
  expect(bytes).toBe(100_000);
});

it("keeps a bounded number of things to print while nobody has the port open", async () => {
  const errors: unknown[] = [];
  run(
    {
      start(d) {
        for (let count = 0; count < 2000; count++) d.print(["x"]);
      },
    },
    { isHeard: false, onError: (error) => errors.push(error) },
  );
  expect(errors).toEqual([new RangeError("1024 iterables wait to be printed already")]);
});
