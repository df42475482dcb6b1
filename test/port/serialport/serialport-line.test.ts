/** What a line puts right, on a made-up port of the binding: its descriptor is a file, its poller is the test's. */
import { EventEmitter } from "node:events";
import { closeSync, openSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lineOf } from "../../../src/port/serialport/serialport-line.js";
import { TestPty } from "../../support/test-pty.js";

const READABLE = 1;
const WRITABLE = 2;

/** As the Poller of bindings-cpp: what is asked for last replaces what was asked for. */
class FakePoller extends EventEmitter {
  readonly poller = { poll: vi.fn<(events: number) => void>(), stop: vi.fn<() => void>() };
  poll(_events?: number): void {
    throw new Error("the line has its own");
  }
  override once(event: "readable" | "writable", listener: (error: Error | null) => void): this {
    this.poll(event === "readable" ? READABLE : WRITABLE);
    return super.once(event, listener);
  }
  stop(): void {
    const canceled = Object.assign(new Error("Canceled"), { canceled: true });
    for (const event of ["readable", "writable"]) this.emit(event, canceled);
  }
  /** The last wait that the native poller was asked for. */
  get waitsFor(): number | undefined {
    return this.poller.poll.mock.lastCall?.[0];
  }
}

function fakePort(fd: number) {
  const port = {
    fd: fd as number | null,
    isOpen: true,
    openOptions: {},
    poller: new FakePoller(),
    close: async () => {
      port.fd = null;
      port.isOpen = false;
    },
  };
  const rest = ["read", "write", "update", "set", "get", "getBaudRate", "flush", "drain"];
  for (const name of rest) Object.assign(port, { [name]: async () => {} });
  return { port, line: lineOf(port as unknown as Parameters<typeof lineOf>[0]) };
}

describe("a line", () => {
  let pty: TestPty;
  beforeEach(() => {
    pty = new TestPty();
  });
  afterEach(() => pty.close());

  test("that reads 0 bytes of what is no tty any more is lost, and does not try again", async () => {
    const fd = openSync("/dev/null", "r+");
    const { line } = fakePort(fd);
    await expect(line.read(Buffer.alloc(8), 0, 8)).rejects.toThrow("hung up");
    closeSync(fd);
  });

  test("waits both ways at once: a write that waits keeps the wait of a read", async () => {
    const { port, line } = fakePort(pty.slave);
    const reading = line.read(Buffer.alloc(8), 0, 8);
    await vi.waitUntil(() => port.poller.waitsFor === READABLE);
    const writing = line.write(Buffer.alloc(1_000_000));
    await vi.waitUntil(() => port.poller.waitsFor === (READABLE | WRITABLE));
    await line.close();
    await expect(Promise.all([reading, writing])).rejects.toMatchObject({ canceled: true });
    await expect(writing).rejects.toMatchObject({ canceled: true });
  });

  test("stops the native wait when nobody waits, so that data which is not read wakes nobody up", async () => {
    const { port, line } = fakePort(pty.slave);
    pty.termios = { ...pty.termios, lflag: 0 };
    const reading = line.read(Buffer.alloc(8), 0, 8);
    await vi.waitUntil(() => port.poller.waitsFor === READABLE);
    await pty.write("x");
    expect(port.poller.poller.stop).not.toHaveBeenCalled();
    port.poller.emit("readable", null);
    expect(port.poller.poller.stop).toHaveBeenCalledOnce();
    expect(await reading).toMatchObject({ bytesRead: 1 });
  });

  test("counts what the system has taken, and drops what it has not", async () => {
    const { port, line } = fakePort(pty.slave);
    const size = 1_000_000;
    let done = false;
    const writing = line.write(Buffer.alloc(size)).then(() => {
      done = true;
    });
    await vi.waitUntil(() => port.poller.waitsFor === WRITABLE);
    expect(line.accepted).toBeGreaterThan(0);
    expect(line.accepted).toBeLessThan(size);
    expect(done).toBe(false);
    line.drop(size - line.accepted);
    await writing;
    expect(line.accepted).toBe(size);
    await line.write(Buffer.alloc(0));
  });

  test("closes once, after the calls that are on their way", async () => {
    const { port, line } = fakePort(pty.slave);
    const order: string[] = [];
    const close = vi.spyOn(port, "close").mockImplementation(async () => void order.push("close"));
    const reading = line.read(Buffer.alloc(8), 0, 8).catch(() => order.push("read"));
    await Promise.all([line.close(), line.close(), reading]);
    expect(order).toEqual(["read", "close"]);
    expect(close).toHaveBeenCalledOnce();
    expect(line.isOpen).toBe(false);
    await expect(line.read(Buffer.alloc(8), 0, 8)).rejects.toMatchObject({ canceled: true });
  });
});

test("a port without a poller, as on Windows, keeps its own reads and counts what was written", async () => {
  const port = {
    isOpen: true,
    openOptions: {},
    write: vi.fn(async () => {}),
    read: vi.fn(async () => ({ bytesRead: 3 })),
  };
  for (const name of ["update", "set", "get", "getBaudRate", "flush", "drain", "close"]) {
    Object.assign(port, { [name]: async () => {} });
  }
  const line = lineOf(port as unknown as Parameters<typeof lineOf>[0]);
  await line.write(Buffer.alloc(7));
  expect(line.accepted).toBe(7);
  expect(await line.read(Buffer.alloc(8), 0, 8)).toEqual({ bytesRead: 3 });
});
