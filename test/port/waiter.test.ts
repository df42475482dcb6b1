/** A wait: one call for each arm, later, and none once it was taken back. */
import { beforeEach, expect, test } from "vitest";
import { createWaiter, type Waiter } from "../../src/port/waiter.js";

let isReady: boolean;
let calls: number;
let waiter: Waiter;
beforeEach(() => {
  isReady = false;
  calls = 0;
  waiter = createWaiter(() => isReady);
  waiter.end.onReady(() => {
    calls++;
  });
});
const turns = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test("calls once for each arm, on a later turn", async () => {
  isReady = true;
  waiter.end.arm();
  waiter.end.arm();
  expect(calls).toBe(0);
  await turns();
  expect(calls).toBe(1);
  waiter.look();
  await turns();
  expect(calls).toBe(1);
});

test("calls when it is told to look and there is something", async () => {
  waiter.end.arm();
  waiter.look();
  await turns();
  expect(calls).toBe(0);
  isReady = true;
  waiter.look();
  waiter.look();
  await turns();
  expect(calls).toBe(1);
});

test("does not call after disarm or close, not even when the call was on its way", async () => {
  isReady = true;
  waiter.end.arm();
  waiter.end.disarm();
  await turns();
  waiter.end.arm();
  waiter.end.close();
  waiter.end.arm();
  await turns();
  expect(calls).toBe(0);
});
