import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Ear } from "../../../src/virtual/hub/ear.js";
import { LINE_SILENCE_MS } from "../../../src/virtual/hub/framer.js";
import { Hub, type HubOptions } from "../../../src/virtual/hub/hub.js";
import type { ReadWatch } from "../../../src/virtual/hub/read-watch.js";
import type { VirtualEvent } from "../../../src/virtual/port/virtual-event.js";
import { until } from "../../support/until.js";
import { FakePort } from "./fake-port.js";

const NO_READS: ReadWatch = { next: () => () => {}, close: () => {} };
const QUEUE = 32;
const FOR_EVER_MS = 60_000;

/** Everything in the order of the bus. */
class Recorder implements Ear {
  room = Number.POSITIVE_INFINITY;
  onRoom = () => {};
  readonly said: { speaker: string; text: string }[] = [];
  give(speaker: string, bytes: Uint8Array, start: number, ends: readonly number[]): void {
    let from = start;
    for (const end of ends) {
      this.said.push({ speaker, text: Buffer.from(bytes.subarray(from, end)).toString("latin1") });
      from = end;
    }
  }
  waitedFor(): void {}
  released(): void {}
}

const hubs: Hub[] = [];
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

function hubOf(names: string, options: Partial<HubOptions> = {}) {
  const ports = [...names].map((name) => new FakePort(name));
  const events: VirtualEvent[] = [];
  const hub = new Hub(ports, {
    frame: { kind: "line" },
    queueBytes: QUEUE,
    patienceMs: FOR_EVER_MS,
    overflow: "drop-new",
    reads: NO_READS,
    tell: (event) => events.push(event),
    ...options,
  });
  hubs.push(hub);
  const recorder = new Recorder();
  hub.addEar(recorder);
  for (const port of ports) port.onHolder(true);
  const port = Object.fromEntries(ports.map((one) => [one.name, one]));
  const status = (name: string) => hub.status().find((one) => one.name === name)!;
  return { hub, ports, port: port as Record<string, FakePort>, events, recorder, status };
}

const line = (letter: string, length = 8) => `${letter.repeat(length - 1)}\n`;
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Until nothing moves any more. */
async function settled(ports: readonly FakePort[]) {
  for (let quiet = 0, last = ""; quiet < 6; ) {
    await tick();
    const now = ports.map(({ unheard, unread, writes }) => `${unheard} ${unread} ${writes}`).join();
    quiet = now === last ? quiet + 1 : 0;
    last = now;
  }
}

describe("a hub", () => {
  it("lets every other port hear what one says, and not itself", async () => {
    const { ports, port } = hubOf("abc");
    port.a!.say("hello\n");
    await settled(ports);
    for (const one of ports) one.read();
    expect(ports.map(({ heard }) => heard)).toEqual(["", "hello\n", "hello\n"]);
  });

  it("writes nothing to a port that nobody has open, counts what it misses, and tells it at the next open", async () => {
    const { ports, port, events, status } = hubOf("abc");
    port.c!.onHolder(false);
    port.a!.say("missed\n");
    await settled(ports);
    expect(port.c!.unread).toBe(0);
    expect(status("c")).toMatchObject({ open: false, sent: 0, dropped: 7 });
    port.c!.onHolder(true);
    expect(events).toEqual([{ event: "drop", port: "c", bytes: 7 }]);
    port.a!.say("heard\n");
    await settled(ports);
    port.c!.read();
    expect(port.c!.heard).toBe("heard\n");
  });

  it("discards what a program has left unread when it closes the port, in the queue and in the pty, and counts it", async () => {
    const { ports, port, events, status } = hubOf("ab");
    port.a!.say(line("x", 20) + line("y", 20));
    await settled(ports);
    port.b!.onHolder(false);
    expect(port.b!.unread).toBe(0);
    expect(status("b")).toMatchObject({ queued: 0, sent: 0, dropped: 40 });
    expect(events).toEqual([{ event: "flush", port: "b", bytes: 40, queued: 24, unread: 16 }]);
  });

  it("does not read a speaker while a listener has no room, and goes on when it has", async () => {
    const { ports, port, status } = hubOf("abc");
    const all = Array.from({ length: 20 }, (_, n) => line(String.fromCharCode(0x61 + n))).join("");
    port.a!.say(all);
    port.a!.say("z".repeat(8191)); // more than one read
    await settled(ports);
    port.c!.read();
    expect(port.a!.unheard).toBeGreaterThan(0);
    expect(status("b").queued).toBeLessThanOrEqual(QUEUE);
    await until("b to have heard all", async () => {
      port.b!.read(3);
      port.c!.read();
      await settled(ports);
      return port.b!.heard.length >= all.length;
    });
    expect(port.b!.heard.slice(0, all.length)).toBe(all);
    expect(status("b").dropped + status("c").dropped).toBe(0);
  });

  it("lets a long message have its turn before short ones that came later", async () => {
    const { ports, port, recorder } = hubOf("abc");
    port.a!.say(line("1", 16) + line("2", 16) + line("3", 16)); // c's pty and its queue are full
    await settled(ports);
    port.a!.say(line("L", QUEUE));
    await settled(ports);
    for (let turn = 0; turn < 30; turn++) {
      port.b!.say("s\n");
      port.b!.read();
      port.c!.read(4);
      await settled(ports);
    }
    const order = recorder.said.map(({ text }) => text[0]);
    expect(order.indexOf("L")).toBeGreaterThan(0);
    expect(order.filter((letter) => letter === "s").length).toBeGreaterThan(0);
    expect(order.indexOf("L")).toBeLessThan(order.indexOf("s"));
  });

  it("gives two who speak without a pause turns of about the same size", async () => {
    const { ports, port, recorder } = hubOf("abc", { queueBytes: 4096 });
    for (const one of ports) one.onHolder(false); // only the recorder listens
    await settled(ports);
    for (const one of [port.a!, port.b!]) one.say(line(one.name, 64).repeat(4096));
    await settled(ports);
    expect(recorder.said).toHaveLength(8192);
    const half = recorder.said.slice(0, 4096).filter(({ speaker }) => speaker === "a").length;
    expect(half / 4096).toBeGreaterThan(0.4);
    expect(half / 4096).toBeLessThan(0.6);
  });

  it("lets a full port speak while others wait for it", async () => {
    const { ports, port } = hubOf("ab");
    port.a!.say(line("1", 16) + line("2", 16) + line("3", 16) + line("4", 16));
    await settled(ports);
    port.b!.say("still here\n");
    await settled(ports);
    port.a!.read();
    expect(port.a!.heard).toBe("still here\n");
  });
});

describe("a stalled port", () => {
  const stalledB = async (options: Partial<HubOptions> = {}) => {
    const hub = hubOf("abc", { patienceMs: 30, ...options });
    const lines = Array.from({ length: 12 }, (_, n) => line(String.fromCharCode(0x61 + n)));
    hub.port.a!.say(lines.join(""));
    await until("c to have heard all", async () => {
      await settled(hub.ports);
      hub.port.c!.read();
      return hub.port.c!.heard === lines.join("");
    });
    return { ...hub, lines };
  };

  it("holds nobody longer than patience goes: the others hear all, and what overflows is dropped, counted and told", async () => {
    const { status, events, port } = await stalledB();
    expect(status("b")).toMatchObject({ state: "stalled", sent: 16, queued: 32, dropped: 48 });
    expect(events).toContainEqual({ event: "stalled", port: "b", queued: 32 });
    const overflows = events.filter(({ event }) => event === "overflow");
    expect(overflows[0]).toMatchObject({ port: "b", policy: "drop-new" });
    expect(port.b!.hangUps).toBe(0);
  });

  it("gets what was kept for it when it reads again, is told to, and holds the speakers once more", async () => {
    const { status, events, port, ports, lines } = await stalledB();
    for (let turn = 0; turn < 5; turn++) {
      port.b!.read();
      await settled(ports);
    }
    expect(port.b!.heard).toBe(lines.slice(0, 6).join(""));
    expect(status("b")).toMatchObject({ state: "open", queued: 0, sent: 48, dropped: 48 });
    expect(events.at(-1)).toEqual({ event: "resumed", port: "b" });
    const told = events.filter(({ event }) => event === "overflow").map(({ bytes }) => Number(bytes));
    expect(told.reduce((sum, bytes) => sum + bytes, 0)).toBe(48);
  });

  it("has told of every byte that it dropped, and of every piece, where it tells its counts", async () => {
    const { hub, port, ports, events, status } = hubOf("abc", { patienceMs: 0 });
    for (let turn = 0; turn < 5; turn++) {
      port.a!.say("x".repeat(100));
      await settled(ports);
      port.c!.read();
    }
    hub.statistics();
    const sum = (name: string) =>
      events.filter(({ event }) => event === name).reduce((total, { bytes }) => total + Number(bytes), 0);
    expect(status("b").dropped).toBeGreaterThan(300);
    expect(sum("overflow")).toBe(status("b").dropped + status("c").dropped);
    expect(sum("cut")).toBe(480); // 500 in pieces of 32, and what may still get its end
    const count = events.length;
    hub.statistics();
    expect(events).toHaveLength(count);
  });

  it("keeps the newest with drop-old", async () => {
    const { port, ports, lines } = await stalledB({ overflow: "drop-old" });
    for (let turn = 0; turn < 5; turn++) {
      port.b!.read();
      await settled(ports);
    }
    expect(port.b!.heard).toBe([...lines.slice(0, 2), ...lines.slice(-4)].join(""));
  });

  it("is hung up with hang-up, and is a loose cable then", async () => {
    const { port, status, events } = await stalledB({ overflow: "hang-up" });
    expect(port.b!.hangUps).toBe(1);
    expect(status("b")).toMatchObject({ open: false, queued: 0 });
    expect(events.map(({ event }) => event)).toContain("flush");
  });

  it("that cannot be hung up is tried again, and not at every message", async () => {
    const { ports, port, events } = hubOf("ab", { patienceMs: 0, overflow: "hang-up" });
    port.b!.hangUp = () => {
      port.b!.hangUps++; // there is no pty to be had
    };
    port.a!.say(Array.from({ length: 100 }, () => line("x")).join(""));
    await settled(ports);
    expect(port.b!.hangUps).toBe(1);
    expect(events.filter(({ event }) => event === "overflow")).toHaveLength(1);
  });

  it("is one at once where patience is 0, and that is not told at every byte", async () => {
    const { ports, port, events, status } = hubOf("ab", { patienceMs: 0 });
    for (let turn = 0; turn < 10; turn++) {
      port.a!.say(Array.from({ length: 12 }, () => line("x")).join(""));
      await settled(ports);
      expect(port.a!.unheard).toBe(0);
      port.b!.read();
      await settled(ports);
    }
    expect(status("b").dropped).toBeGreaterThan(400);
    expect(events.filter(({ event }) => event === "stalled").length).toBeLessThan(4);
    expect(events.filter(({ event }) => event === "overflow").length).toBeLessThan(4);
  });

  it("is none that nobody waits for any more, however long it reads nothing", async () => {
    const { ports, port, status } = hubOf("ab", { patienceMs: 40 });
    port.a!.say(line("1", 16) + line("2", 16) + line("3", 16) + line("4", 16));
    await settled(ports);
    port.b!.read();
    await settled(ports);
    expect(status("b")).toMatchObject({ queued: QUEUE, state: "open" });
    const start = performance.now();
    await until("patience to be over", () => performance.now() > start + 100);
    expect(status("b")).toMatchObject({ queued: QUEUE, state: "open" });
  });

  it("is none as long as its program reads, also where the pty has no room yet", async () => {
    let read: (() => void) | undefined;
    const reads: ReadWatch = {
      next: (_, onRead) => {
        read = onRead;
        return () => {};
      },
      close: () => {},
    };
    const { ports, port, status } = hubOf("ab", { patienceMs: 40, reads });
    port.a!.say(Array.from({ length: 12 }, () => line("x")).join(""));
    await settled(ports);
    const start = performance.now();
    await until("400 ms to pass", () => {
      read?.();
      expect(status("b")).toMatchObject({ state: "open", dropped: 0 });
      return performance.now() > start + 400;
    });
    await until("it to stall", () => status("b").state === "stalled");
  });
});

describe("a speaker that leaves in the middle of a line", () => {
  it("has it passed on as it is, in front of the next one's, and that is told", async () => {
    const { ports, port, events } = hubOf("ab");
    port.a!.say("half a li");
    await settled(ports);
    expect(port.b!.unread).toBe(0);
    port.a!.onHolder(false);
    await settled(ports);
    port.a!.onHolder(true);
    port.a!.say("next\n");
    await settled(ports);
    port.b!.read();
    expect(port.b!.heard).toBe("half a linext\n");
    expect(events).toContainEqual({ event: "cut", port: "a", reason: "closed", bytes: 9, pieces: 1 });
  });
});

describe("a port that is closed and opened at once by a program that never stops", () => {
  it("keeps nobody else waiting", async () => {
    const { ports, port, recorder } = hubOf("abc", { frame: { kind: "none" } });
    for (const one of ports) one.onHolder(false);
    await settled(ports);
    const read = port.a!.source.read;
    let reads = 0;
    port.a!.source.read = (into) => {
      reads++;
      if (reads < 10_000) port.a!.say("x".repeat(4096));
      return read(into);
    };
    port.a!.onHolder(false);
    port.b!.say("and me\n");
    await until("b to be heard", () => recorder.said.some(({ speaker }) => speaker === "b"));
    expect(reads).toBeLessThan(100);
  });
});

describe("silence", () => {
  it("ends a message with gap", async () => {
    const { ports, port } = hubOf("ab", { frame: { kind: "gap", gapMs: 20 } });
    port.a!.say("one");
    await settled(ports);
    port.a!.say("two");
    await until("b to be given all", () => port.b!.unread === 6);
    port.b!.read();
    expect(port.b!.heard).toBe("onetwo");
  });
});

describe("robin being late to listen", () => {
  const block = (ms: number) => {
    for (const start = performance.now(); performance.now() < start + ms; );
  };

  it("is no silence: what came meanwhile belongs to the same message", async () => {
    const { ports, port, recorder } = hubOf("ab", { frame: { kind: "gap", gapMs: 20 } });
    port.a!.say("one");
    await settled(ports);
    port.a!.say("two");
    block(50);
    await until("it to be passed on", () => recorder.said.length > 0);
    expect(recorder.said).toEqual([{ speaker: "a", text: "onetwo" }]);
  });

  it("is no silence either where a full port held the speaker for longer than a line may pause", async () => {
    const { ports, port, recorder, events } = hubOf("ab");
    port.a!.say(`${line("1", 16) + line("2", 16) + line("3", 16) + line("4", 16)}half`);
    await settled(ports);
    const start = performance.now();
    await until("more than a second to pass", () => performance.now() > start + LINE_SILENCE_MS + 100);
    port.b!.read();
    await settled(ports);
    await new Promise((resolve) => setTimeout(resolve, 20));
    port.a!.say(" and half\n");
    await until("the line to be passed on", async () => {
      port.b!.read();
      await settled(ports);
      return recorder.said.length === 5;
    });
    expect(recorder.said.at(-1)!.text).toBe("half and half\n");
    expect(events).toEqual([]);
  });

  it("takes nobody for stalled who has read meanwhile", async () => {
    const { ports, port, events } = hubOf("ab", { patienceMs: 30 });
    port.a!.say(Array.from({ length: 12 }, () => line("x")).join(""));
    await settled(ports);
    port.b!.read();
    block(100);
    await settled(ports);
    expect(events).toEqual([]);
  });
});

describe("any hub", () => {
  const op = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        say: fc.nat({ max: 3 }),
        length: fc.integer({ min: 1, max: QUEUE }),
        end: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ read: fc.nat({ max: 3 }), count: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ toggle: fc.integer({ min: 2, max: 3 }) }) },
    { weight: 2, arbitrary: fc.constant("tick" as const) },
  );
  type Op = typeof op extends fc.Arbitrary<infer T> ? T : never;

  async function play(ops: readonly Op[], options: Partial<HubOptions>) {
    const { ports, recorder, hub } = hubOf("abcd", options);
    let letter = 0;
    const isOpen = [true, true, true, true];
    const unfinished = ["", "", "", ""];
    const bounded = () => {
      for (const { queued } of hub.status()) expect(queued).toBeLessThanOrEqual(QUEUE);
    };
    for (const one of ops) {
      if (one === "tick") await tick();
      else if ("say" in one) {
        if (!isOpen[one.say]) continue;
        // A line of one letter of its own.
        const letters = String.fromCharCode(0x30 + (letter++ % 200)).repeat(Math.max(1, one.length - 1));
        const fits = unfinished[one.say]!.length + letters.length < QUEUE;
        const text = fits ? letters + (one.end ? "\n" : "") : "\n";
        unfinished[one.say] = text.endsWith("\n") ? "" : unfinished[one.say] + text;
        ports[one.say]!.say(text);
      } else if ("read" in one) ports[one.read]!.read(one.count);
      else {
        isOpen[one.toggle] = !isOpen[one.toggle];
        unfinished[one.toggle] = "";
        ports[one.toggle]!.onHolder(isOpen[one.toggle]!);
        await settled(ports);
      }
      bounded();
    }
    for (const [n, rest] of unfinished.entries()) if (rest !== "") ports[n]!.say("\n");
    await until("everything to be heard", async () => {
      for (const port of ports) port.read();
      await settled(ports);
      bounded();
      return (
        ports.every(({ unheard, unread }) => unheard + unread === 0) &&
        hub.status().every(({ queued }) => queued === 0)
      );
    });
    return { ports, recorder, status: hub.status() };
  }

  it("gives every open port exactly what the others said, in one order for all, however slowly it reads", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 60 }), async (ops) => {
        const { ports, recorder, status } = await play(ops, {});
        for (const { name, heard } of ports.slice(0, 2)) {
          const others = recorder.said.filter(({ speaker }) => speaker !== name);
          expect(heard).toBe(others.map(({ text }) => text).join(""));
        }
        for (const { dropped } of status.slice(0, 2)) expect(dropped).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it.each(["drop-new", "drop-old"] as const)(
    "drops whole messages with %s where nobody is waited for: what is heard is in order, untorn, and counts add up",
    async (overflow) => {
      await fc.assert(
        fc.asyncProperty(fc.array(op, { maxLength: 60 }), async (ops) => {
          const { ports, recorder, status } = await play(ops, { overflow, patienceMs: 0 });
          for (const [n, { name, heard }] of ports.entries()) {
            const others = recorder.said.filter(({ speaker }) => speaker !== name).map(({ text }) => text);
            const bytes = others.reduce((sum, text) => sum + text.length, 0);
            expect(status[n]!.sent + status[n]!.dropped).toBe(bytes);
            if (n >= 2) continue; // these lose the start of what they had not read when they were closed
            expect(heard.length).toBe(status[n]!.sent);
            let at = 0;
            for (let rest = heard; rest !== ""; rest = rest.slice(others[at++]!.length)) {
              while (at < others.length && !rest.startsWith(others[at]!)) at++;
              expect(others[at]).toBeDefined();
            }
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});
