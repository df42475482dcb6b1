import { describe, expect, it } from "vitest";
import { memoryPipe, memoryPort } from "../../src/port/memory-port.js";
import { createClock } from "../../src/session/clock.js";
import { lendPort } from "../../src/session/lend.js";
import { Taps } from "../../src/session/taps.js";
import { until } from "../support/until.js";

/** A port in memory lent to a guest whose stdin and stdout the test holds. */
function lent(capacity = 4096) {
  const memory = memoryPort("mem");
  const [stdin, stdout] = [memoryPipe(capacity), memoryPipe()];
  const taps = new Taps();
  const log: string[] = [];
  let heard = "";
  taps.add({
    hasRoom: true,
    onRoom: () => {},
    rx: (bytes, end) => {
      heard += `<${Buffer.from(bytes.subarray(0, end))}`;
    },
    tx: (bytes, start, end) => {
      heard += `>${Buffer.from(bytes.subarray(start, end))}`;
    },
    settle: async () => {},
    close: () => {},
  });
  let leftover = "";
  const lending = lendPort(
    {
      source: stdout.source,
      sink: stdin.sink,
      leftover: () => Buffer.from(leftover),
      hangUp: () => void log.push("hung up"),
    },
    {
      port: memory.port,
      taps,
      clock: createClock(),
      onReceived: () => {},
      show: (bytes) => void log.push(`shown ${Buffer.from(bytes)}`),
      onLost: () => void log.push("lost"),
      onError: (error) => void log.push(`error ${error}`),
    },
  );
  const read = (source: { read(into: Uint8Array): number }) => {
    const chunk = Buffer.alloc(65536);
    const n = source.read(chunk);
    return n > 0 ? chunk.toString("latin1", 0, n) : "";
  };
  const write = (sink: { write(from: Uint8Array, start: number, end: number): number }, text: string) =>
    sink.write(Buffer.from(text), 0, text.length);
  return {
    ...{ memory, stdin, stdout, lending, log, taps, read, write },
    leave: (text: string) => {
      leftover = text;
    },
    heard: () => heard,
  };
}

describe("a port lent to a guest", () => {
  it("is its stdin and stdout, and the taps hear both", async () => {
    const { memory, stdin, stdout, lending, read, write, heard, log } = lent();
    write(memory.device.sink, "from the device");
    await until("bytes", () => heard().includes("device"));
    expect(read(stdin.source)).toBe("from the device");
    write(stdout.sink, "from the guest");
    await until("bytes", () => heard().includes("guest"));
    expect(read(memory.device.source)).toBe("from the guest");
    stdout.end();
    expect(await lending.returned).toEqual({ received: 15, sent: 14, unsent: 0 });
    expect(heard()).toBe("<from the device>from the guest");
    expect(log).toEqual([]);
  });

  it("comes back only after the port has taken all that the guest sent", async () => {
    const { memory, stdout, lending, read, write } = lent();
    let isBack = false;
    void lending.returned.then(() => {
      isBack = true;
    });
    let sent = 0;
    let received = 0;
    while (sent < 20_000) {
      sent += Math.max(0, write(stdout.sink, "x".repeat(1000)));
      await new Promise((resolve) => setImmediate(resolve));
      if (sent > 6000) received += read(memory.device.source).length;
    }
    stdout.end();
    await until("an end", () => {
      if (!isBack) received += read(memory.device.source).length;
      return isBack;
    });
    received += read(memory.device.source).length;
    expect([received, await lending.returned]).toEqual([sent, { received: 0, sent, unsent: 0 }]);
  });

  it("gives what the guest did not read to the screen, in order", async () => {
    const { memory, stdout, lending, leave, write, heard, log } = lent(4);
    write(memory.device.sink, "abcdefgh");
    await until("bytes", () => heard() === "<abcdefgh");
    leave("abcd"); // it was given these
    stdout.end();
    await lending.returned;
    expect(log).toEqual(["shown abcd", "shown efgh"]);
  });

  it("gives what arrives to the screen once the guest has closed its stdin", async () => {
    const { memory, stdin, stdout, lending, write, log } = lent();
    stdin.end();
    write(memory.device.sink, "too late");
    await until("bytes", () => log.length > 0);
    stdout.end();
    await lending.returned;
    expect(log).toEqual(["shown too late"]);
  });

  it("hangs the guest up when it is lost", async () => {
    const { memory, lending, log } = lent();
    memory.unplug();
    await lending.returned;
    expect(log).toEqual(["hung up", "lost"]);
  });

  it("is taken back at once, and what was not sent is counted", async () => {
    const { stdout, lending, write, log } = lent();
    for (let sent = 0; sent < 12_000; ) {
      sent += Math.max(0, write(stdout.sink, "x".repeat(1000)));
      await new Promise((resolve) => setImmediate(resolve));
      if (sent >= 8000) break; // 4096 in the port, the rest waits
    }
    await until("a wait", () => true);
    lending.cancel();
    const { sent, unsent } = await lending.returned;
    expect(sent).toBe(4096);
    expect(unsent).toBeGreaterThan(0);
    expect(log).toEqual(["hung up"]);
  });

  it("is not read while a tap has no room", async () => {
    const { memory, taps, write, heard } = lent();
    const full = { hasRoom: false, onRoom: () => {}, settle: async () => {}, close: () => {} };
    taps.add(full);
    write(memory.device.sink, "held");
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(heard()).toBe("");
    full.hasRoom = true;
    full.onRoom();
    await until("bytes", () => heard() === "<held");
  });
});
