/**
 * What every driver keeps about bytes, waiting and hang-ups, over a device that the test plays; control-contract.ts
 * has the rest. Where drivers differ, the facts say how, and the test's name says it too.
 */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import type { OpenOptions } from "../../src/port/open.js";
import { until } from "../support/until.js";
import type { ContractDevice } from "./contract-device.js";
import { controlContract, type DriverFacts, openForBytes } from "./control-contract.js";
import { fill, nextReady, noise, numbers, receive, receiveToEnd, send } from "./traffic.js";

const SUM_BYTES = 4 * 1024 * 1024;

export function portContract(facts: DriverFacts, createDevice: () => ContractDevice): void {
  let device: ContractDevice;
  beforeEach(() => {
    device = createDevice();
  });
  afterEach(() => device.close());

  const open = (options: OpenOptions = {}) => openForBytes(device, options);

  describe("bytes", () => {
    test("all 256 values pass both ways unchanged", async () => {
      const port = await open();
      const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, value) => value));
      await send(device.sink, all);
      expect(await receive(port.source, 256)).toEqual(all);
      await send(port.sink, all);
      expect(await receive(device.source, 256)).toEqual(all);
    });

    test("bytes keep their order, however they are cut", async () => {
      const port = await open();
      const next = numbers(1);
      const sizes = [1, 2, 3, 7, 63, 64, 65, 1000, 4095, 4096, 4097, 20000];
      const size = () => sizes[next(sizes.length)]!;
      const bytes = noise(300_000, 2);
      const [received, sent] = await Promise.all([
        receive(port.source, bytes.length, { room: size }),
        receive(device.source, bytes.length, { room: size }),
        send(device.sink, bytes, size),
        send(port.sink, bytes, size),
      ]);
      expect(received.equals(bytes)).toBe(true);
      expect(sent.equals(bytes)).toBe(true);
    });

    test("4 MB each way at once lose and repeat nothing", async () => {
      const port = await open();
      const [there, back] = [noise(SUM_BYTES, 3), noise(SUM_BYTES, 4)];
      const [received, sent] = await Promise.all([
        receive(port.source, SUM_BYTES),
        receive(device.source, SUM_BYTES),
        send(device.sink, there),
        send(port.sink, back),
      ]);
      const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
      expect([received.length, sum(received)]).toEqual([SUM_BYTES, sum(there)]);
      expect([sent.length, sum(sent)]).toEqual([SUM_BYTES, sum(back)]);
      expect(port.source.read(new Uint8Array(16))).toBe(NOTHING);
    });
  });

  describe("waiting", () => {
    test("a read gives NOTHING when nothing is there", async () => {
      const port = await open();
      const into = new Uint8Array(16);
      for (let look = 0; look < 100; look++) expect(port.source.read(into)).toBe(NOTHING);
    });

    test("ready is called after arm and not before, and once for each arm", async () => {
      const port = await open();
      let calls = 0;
      let insideArm = false;
      let calledInside = false;
      port.source.onReady(() => {
        calls++;
        calledInside ||= insideArm;
      });
      const arm = () => {
        insideArm = true;
        port.source.arm();
        insideArm = false;
      };
      const readOne = () => until("a byte", () => port.source.read(new Uint8Array(1)) === 1);

      await send(device.sink, Buffer.from("a"));
      await readOne();
      expect(calls).toBe(0);

      arm();
      await send(device.sink, Buffer.from("bc"));
      await until("ready", () => calls > 0);
      await readOne();
      await readOne();
      expect(calls).toBe(1);

      arm();
      port.source.disarm();
      await send(device.sink, Buffer.from("de"));
      await readOne();
      expect(calls).toBe(1);

      arm(); // with a byte there already
      arm();
      await until("ready for what is there", () => calls > 1);
      await readOne();
      expect([calls, calledInside]).toEqual([2, false]);
    });

    test("an empty port is ready for bytes", async () => {
      const port = await open();
      await nextReady(port.sink);
      expect(port.sink.write(Buffer.from("x"), 0, 1)).toBe(1);
    });

    test("a full port takes NOTHING, is still read, and is ready when there is room again", async () => {
      const port = await open();
      const given = await fill(port.sink);
      let calls = 0;
      port.sink.onReady(() => {
        calls++;
      });
      port.sink.arm();
      for (let round = 0; round < 5; round++) {
        const bytes = noise(100, round);
        await send(device.sink, bytes);
        expect((await receive(port.source, bytes.length)).equals(bytes)).toBe(true);
      }
      expect(calls).toBe(0);

      const [received] = await Promise.all([
        receive(device.source, given.length),
        until("ready for more", () => calls > 0),
      ]);
      expect(received.equals(given)).toBe(true);
      await send(port.sink, Buffer.from("more"));
      expect(`${await receive(device.source, 4)}`).toBe("more");
      expect(calls).toBe(1);
    });

    test("what was sent is not unsent any more once the device has it", async () => {
      const port = await open();
      await send(port.sink, Buffer.from("hello"));
      await receive(device.source, 5);
      await until("nothing to be unsent", () => port.sink.unsent() === 0);
    });
  });

  describe("a hang-up", () => {
    const left = { all: "all", none: "nothing", "what was read ahead": "what the stream has read ahead" };
    test(`gives ${left[facts.keptAtHangUp]} of what had arrived, and then GONE`, async () => {
      const port = await open();
      await send(device.sink, Buffer.from("last words"));
      const first = new Uint8Array(1);
      await until("the first byte", () => port.source.read(first) === 1);
      expect(Buffer.from(first).toString()).toBe("l");
      device.unplug();
      const rest = await receiveToEnd(port.source);
      expect(`${rest}`).toBe(facts.keptAtHangUp === "none" ? "" : "ast words");
      expect(port.source.read(first)).toBe(GONE);
    });

    test("is told to a source that waits", async () => {
      const port = await open();
      const ready = nextReady(port.source);
      device.unplug();
      await ready;
      await until("the end", () => port.source.read(new Uint8Array(16)) === GONE);
    });

    test("is seen by a reader that comes late", async () => {
      const port = await open();
      const given = await fill(device.sink);
      device.unplug();
      const received = await receiveToEnd(port.source);
      expect(received.equals(given.subarray(0, received.length))).toBe(true);
      if (facts.keptAtHangUp === "all") expect(received.length).toBe(given.length);
    });

    test("ends a sink, also a full one", async () => {
      const port = await open();
      await fill(port.sink);
      const ready = nextReady(port.sink);
      device.unplug();
      await ready;
      await until("the end", () => port.sink.write(Buffer.from("x"), 0, 1) === GONE);
      expect(port.sink.write(Buffer.from("x"), 0, 1)).toBe(GONE);
    });

    test("makes control functions say that the port was lost, and a close go on", async () => {
      const port = await open();
      device.unplug();
      await until("the end", () => port.source.read(new Uint8Array(16)) === GONE);
      await expect(port.settings()).rejects.toMatchObject({ code: "lost" });
      await expect(port.discard()).rejects.toMatchObject({ code: "lost" });
      port.restore();
      await port.close();
    });
  });

  controlContract(facts, () => device);
}
