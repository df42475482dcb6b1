/** A port whose device goes and comes back: the session sees one port, and no byte of either device is lost. */
import { describe, expect, it } from "vitest";
import { NOTHING } from "../../src/port/ends.js";
import { type MemoryPort, memoryPort } from "../../src/port/memory-port.js";
import type { Port } from "../../src/port/port.js";
import { returningPort } from "../../src/port/returning-port.js";
import { until } from "../support/until.js";

function returning() {
  const first = memoryPort("first");
  let resolve: (port: Port) => void = () => {};
  const seen = { before: undefined as Port | undefined, aborted: false };
  const port = returningPort(first.port, {
    reopen: (before, signal) => {
      seen.before = before;
      signal.addEventListener("abort", () => {
        seen.aborted = true;
      });
      return new Promise((settle) => {
        resolve = settle;
      });
    },
  });
  const changes: (string | undefined)[] = [];
  port.presence!.onChange((device) => changes.push(device?.path));
  return { first, port, seen, changes, comeBack: (device: MemoryPort) => resolve(device.port) };
}

const bytes = (text: string) => Buffer.from(text);

function read(port: Port): string {
  const into = new Uint8Array(64);
  const count = port.source.read(into);
  return count > 0 ? Buffer.from(into.subarray(0, count)).toString() : "";
}

function say({ device }: MemoryPort, text: string): void {
  device.sink.write(bytes(text), 0, text.length);
}

function hear({ device }: MemoryPort): string {
  const into = new Uint8Array(64);
  const count = device.source.read(into);
  return count > 0 ? Buffer.from(into.subarray(0, count)).toString() : "";
}

/** Unplugged, and noticed by a read. */
async function lose(set: ReturnType<typeof returning>): Promise<void> {
  set.first.unplug();
  expect(set.port.source.read(new Uint8Array(8))).toBe(NOTHING);
  await until("the loss to be told", () => set.changes.length === 1);
}

describe("a port that comes back", () => {
  it("is its first device while that is there", () => {
    const { first, port } = returning();
    say(first, "hello");
    expect(read(port)).toBe("hello");
    port.sink.write(bytes("hi"), 0, 2);
    expect(hear(first)).toBe("hi");
    expect([port.path, port.presence!.isThere]).toEqual(["first", true]);
  });

  it("gives all that the device had said before it went", async () => {
    const set = returning();
    say(set.first, "last words");
    set.first.unplug();
    expect(read(set.port)).toBe("last words");
    expect(set.port.presence!.isThere).toBe(true);
    await lose(set);
    expect(set.port.presence!.isThere).toBe(false);
  });

  it("takes and gives nothing while the device is away, and is not lost", async () => {
    const set = returning();
    await lose(set);
    expect(set.port.source.read(new Uint8Array(8))).toBe(NOTHING);
    expect(set.port.sink.write(bytes("x"), 0, 1)).toBe(NOTHING);
    expect([set.port.sink.unsent(), set.port.sink.settling!(), set.port.counters()]).toEqual([
      0,
      false,
      undefined,
    ]);
  });

  it("notices a loss by a write and by a request as well", async () => {
    const byWrite = returning();
    byWrite.first.unplug();
    expect(byWrite.port.sink.write(bytes("x"), 0, 1)).toBe(NOTHING);
    await until("the loss", () => byWrite.changes.length === 1);
    const byRequest = returning();
    byRequest.first.unplug();
    await expect(byRequest.port.settings()).rejects.toMatchObject({ code: "lost" });
    await until("the loss", () => byRequest.changes.length === 1);
  });

  it("notices a loss while nobody reads, and is not hung up itself", async () => {
    const set = returning();
    let isGone = false;
    set.first.port.source.isHungUp = () => isGone;
    expect(set.port.source.isHungUp!()).toBe(false);
    expect(set.port.presence!.isThere).toBe(true);
    isGone = true;
    expect(set.port.source.isHungUp!()).toBe(false);
    await until("the loss", () => set.changes.length === 1);
  });

  it("closes the lost device before it looks for it again", async () => {
    const set = returning();
    let closed = 0;
    const { close } = set.first.port;
    set.first.port.close = async () => {
      expect(set.seen.before).toBeUndefined();
      closed++;
      await close();
    };
    await lose(set);
    await until("a look", () => set.seen.before);
    expect(closed).toBe(1);
    expect(set.seen.before).toBe(set.first.port);
  });

  it("wakes who waited on both sides when it is back, and goes on with the new device", async () => {
    const set = returning();
    const woken: string[] = [];
    set.port.source.onReady(() => woken.push("source"));
    set.port.sink.onReady(() => woken.push("sink"));
    await lose(set);
    set.port.source.arm();
    set.port.sink.arm();
    const again = memoryPort("again");
    say(again, "boot");
    set.comeBack(again);
    await until("both to be woken", () => woken.length === 2);
    expect(woken.sort()).toEqual(["sink", "source"]);
    expect(read(set.port)).toBe("boot");
    set.port.sink.write(bytes("hi"), 0, 2);
    expect(hear(again)).toBe("hi");
    expect([set.port.path, set.changes]).toEqual(["again", [undefined, "again"]]);
    expect(await set.port.settings()).toBeDefined();
  });

  it("goes and comes any number of times", async () => {
    const set = returning();
    await lose(set);
    for (let round = 1; round <= 5; round++) {
      const device = memoryPort(`round ${round}`);
      set.comeBack(device);
      await until("the return", () => set.port.path === `round ${round}`);
      say(device, `${round}`);
      expect(read(set.port)).toBe(`${round}`);
      device.unplug();
      expect(set.port.source.read(new Uint8Array(8))).toBe(NOTHING);
      await until("the loss", () => set.changes.length === 1 + 2 * round);
    }
  });

  it("refuses requests with a reason while it is away", async () => {
    const set = returning();
    await lose(set);
    await expect(set.port.setModemLine("dtr", true)).rejects.toThrow(/first.*away/);
  });

  it("stops waiting when it is closed, and closes a device that comes too late", async () => {
    const set = returning();
    await lose(set);
    await until("a look", () => set.seen.before);
    await set.port.close();
    expect(set.seen.aborted).toBe(true);
    const late = memoryPort("late");
    set.comeBack(late);
    await until("it to be closed", () => late.device.sink.write(bytes("x"), 0, 1) === -1);
    await set.port.close();
  });
});
