/** What the port in memory and its pipe do beyond the contract. */
import { expect, test } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { memoryPipe, memoryPort } from "../../src/port/memory-port.js";
import { nextReady, receive, receiveToEnd, send } from "../contract/traffic.js";

test("a pipe holds as much as it was made for, and what is not read is unsent", async () => {
  const { source, sink } = memoryPipe(10);
  const bytes = Buffer.from("0123456789abc");
  expect(sink.write(bytes, 0, bytes.length)).toBe(10);
  expect(sink.write(bytes, 10, bytes.length)).toBe(NOTHING);
  expect(sink.unsent()).toBe(10);
  expect(`${await receive(source, 4)}`).toBe("0123");
  expect(sink.unsent()).toBe(6);
  expect(sink.write(bytes, 10, bytes.length)).toBe(3);
  expect(`${await receive(source, 9)}`).toBe("456789abc");
});

test("an ended pipe gives what it holds, and takes nothing more", async () => {
  const { source, sink, end } = memoryPipe();
  await send(sink, Buffer.from("rest"));
  end();
  expect(sink.write(Buffer.from("x"), 0, 1)).toBe(GONE);
  expect(`${await receiveToEnd(source)}`).toBe("rest");
});

test("the device reads what the port sent before it closed, and then sees it gone", async () => {
  const { port, device } = memoryPort("memory");
  await send(port.sink, Buffer.from("bye"));
  await port.close();
  expect(`${await receiveToEnd(device.source)}`).toBe("bye");
  await nextReady(device.sink);
  expect(device.sink.write(Buffer.from("x"), 0, 1)).toBe(GONE);
});

test("the port takes any settings, and gives back those that it had", async () => {
  const { port } = memoryPort("memory", { settings: { bps: 300, parity: "mark" } });
  expect(await port.settings()).toMatchObject({ bps: 300, parity: "mark", databits: 8 });
  await port.configure({ crnl: true });
  expect(await port.settings()).toMatchObject({ bps: 300, crnl: true });
  port.restore();
  expect(await port.settings()).toMatchObject({ bps: 9600, parity: "none", crnl: false });
});

test("with keep no setting is changed", async () => {
  const { port } = memoryPort("memory", { keep: true, settings: { bps: 300 } });
  expect(port.asked).toEqual({});
  expect(await port.settings()).toMatchObject({ bps: 9600 });
});
