/** Bytes out of packets: unchanged however they are cut, and conditions between them. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GONE, NOTHING } from "../../../src/port/ends.js";
import type { PacketCondition } from "../../../src/tty/packet.js";
import { packetSource } from "../../../src/virtual/port/packet-source.js";
import { handMadeSource } from "../../session/hand-made.js";
import { until } from "../../support/until.js";

let source: ReturnType<typeof handMadeSource>;
let told: (readonly PacketCondition[])[];
let packets: ReturnType<typeof packetSource>;
beforeEach(start);
afterEach(() => packets.close());

function start() {
  source = handMadeSource();
  told = [];
  packets = packetSource(source, (conditions) => told.push(conditions));
}

const packet = fc.oneof(
  fc.uint8Array({ minLength: 0, maxLength: 40 }).map((bytes) => ({ control: 0, bytes })),
  fc.integer({ min: 1, max: 0x7f }).map((control) => ({ control, bytes: new Uint8Array(0) })),
);

it("gives the data of all packets in order, whatever the reader has room for, and tells every condition", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (list, room) => {
      start();
      for (const { control, bytes } of list) source.waiting.push(Buffer.from([control, ...bytes]));
      const into = new Uint8Array(room);
      const got: number[] = [];
      for (let empty = 0; empty < 10; ) {
        const n = packets.read(into);
        if (n === NOTHING) empty++;
        else got.push(...into.subarray(0, n));
      }
      expect(got).toEqual(list.flatMap(({ bytes }) => [...bytes]));
      expect(told).toHaveLength(list.filter(({ control }) => control !== 0).length);
    }),
  );
});

it("tells a condition after the bytes that came before it, and before those that came after", () => {
  for (const text of ["\0before", "\x01", "\0after"]) source.waiting.push(Buffer.from(text, "latin1"));
  const into = new Uint8Array(100);
  expect(packets.read(into)).toBe(6);
  expect(told).toEqual([]);
  expect(packets.read(into)).toBe(5);
  expect(told).toEqual([["flushRead"]]);
});

it("tells that there is more, which the descriptor knows nothing of, and not after disarm", async () => {
  let calls = 0;
  packets.onReady(() => calls++);
  source.waiting.push(Buffer.from("\0abc"));
  expect(packets.read(new Uint8Array(1))).toBe(1);
  packets.arm();
  expect(calls).toBe(0);
  await until("a call", () => calls === 1);
  packets.arm();
  packets.disarm();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toBe(1);
  expect(packets.read(new Uint8Array(9))).toBe(2);
  packets.arm();
  expect(source.isArmed()).toBe(true);
});

it("lets others have their turn in a flood of conditions, and passes an end on", () => {
  for (let at = 0; at < 100; at++) source.waiting.push(Buffer.from([4]));
  expect(packets.read(new Uint8Array(9))).toBe(NOTHING);
  expect(told.length).toBeLessThan(100);
  while (told.length < 100) expect(packets.read(new Uint8Array(9))).toBe(NOTHING);
  source.ended = true;
  expect(packets.read(new Uint8Array(9))).toBe(GONE);
});
