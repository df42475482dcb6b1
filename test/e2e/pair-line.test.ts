/** `robin pair --pace --strict-line`: speeds and frames that matter, as on a wire. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { endPairs, Pair, Program, send, startPair } from "../support/pair.js";
import { until } from "../support/until.js";

afterEach(endPairs);

const both = (programs: readonly Program[], bps: number) => {
  for (const program of programs) program.speed(bps);
};

describe("with --pace", () => {
  it.each([
    [9600, 700],
    [115200, 8_000],
    [1_000_000, 60_000],
  ])("%i bps move as many bytes as the line does, and not more", async (bps, count) => {
    const { pair, a, b } = await startPair("--pace");
    both([a, b], bps);
    const all = randomBytes(count);
    const startMs = performance.now();
    await send(a, b, all);
    const tookMs = performance.now() - startMs;
    const lineMs = (count * 10_000) / bps;
    expect(b.received.equals(all)).toBe(true);
    // The line's own time; 20 ms may be made up for, and a busy machine is late.
    expect(tookMs).toBeGreaterThan(lineMs - 21);
    expect(tookMs).toBeLessThan(lineMs * 1.1 + 150);
    await pair.end();
  });

  it("two stop bits take their time, and each direction goes by its sender's own speed", async () => {
    const { a, b } = await startPair("--pace");
    a.speed(19200);
    a.flag("CSTOPB");
    b.speed(9600);
    const [there, back] = [randomBytes(800), randomBytes(200)];
    const startMs = performance.now();
    await send(a, b, there, { back });
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan((800 * 11_000) / 19200 - 21);
    expect(tookMs).toBeLessThan((800 * 11_000) / 19200 + 200);
  });

  it("nothing moves at 0 bps, and all of it at the next speed", async () => {
    const { pair, a, b } = await startPair("--pace");
    b.speed(115200);
    a.speed(0);
    await pair.told("settings", ({ port, bps }) => port === "a" && bps === 0);
    const all = randomBytes(50);
    a.put(all);
    b.put(Buffer.from("there"));
    await a.gets(5);
    pair.run.child.kill("SIGUSR1");
    const { ports } = await pair.told("statistics");
    expect(ports[0]).toMatchObject({ sent: 50, waiting: 50 });
    a.speed(115200);
    expect((await b.gets(50)).equals(all)).toBe(true);
  });

  it("holds the sender, by far less than a second of the line, and loses nothing", async () => {
    const { a, b } = await startPair("--pace");
    both([a, b], 4_000_000);
    const all = randomBytes(500_000);
    const sent = await a.fill(all.subarray(0, 100_000));
    await send(a, b, all.subarray(sent), { expects: all.length });
    expect(b.received.equals(all)).toBe(true);
  });
});

describe("with --strict-line", () => {
  it("ends that are set alike read what was sent, whatever the speed", async () => {
    const { pair, a, b } = await startPair("--strict-line");
    both([a, b], 250_000);
    const all = randomBytes(1_000_000);
    await send(a, b, all, { back: all });
    expect(b.received.equals(all) && a.received.equals(all)).toBe(true);
    const { ports } = await pair.end();
    expect(ports[0]).toMatchObject({ garbled: 0, misread: 0 });
  });

  it("another speed is garbage, told once, and once more when it is over", async () => {
    const { pair, a, b } = await startPair("--strict-line");
    a.speed(9600);
    b.speed(19200);
    const told = await pair.told("mismatch");
    expect(told).toMatchObject({
      state: "begin",
      ports: ["a", "b"],
      a: { bps: 9600, databits: 8, parity: "none", stopbits: 1 },
      b: { bps: 19200 },
      harmless: false,
    });
    a.put(Buffer.from("A"));
    expect([...(await b.gets(2))]).toEqual([0x06, 0xfe]); // worked by hand in uart.test.ts
    b.speed(9600);
    await pair.told("mismatch", ({ state, reason }) => state === "end" && reason === "alike");
    a.put(Buffer.from("again"));
    await b.gets(7);
    expect(b.received.subarray(2).toString()).toBe("again");
    const { ports } = await pair.end();
    expect(ports[0]).toMatchObject({ sent: 6, garbled: 1, misread: 2 });
    expect(pair.events.filter(({ event }) => event === "mismatch")).toHaveLength(2);
  });

  it("garbage is told also where the sender has left before anybody looks", async () => {
    const pair = new Pair(["--json", "--strict-line"]);
    const [pathA, pathB] = await pair.ready();
    const setter = new Program(pathA);
    setter.speed(9600);
    setter.close();
    await pair.told("settings");
    const b = new Program(pathB);
    b.speed(19200);
    await pair.told("settings", ({ port }) => port === "b");
    expect(pair.events.some(({ event }) => event === "mismatch")).toBe(false); // nobody is at a
    const passer = new Program(pathA);
    passer.put(Buffer.from("A"));
    passer.close();
    expect([...(await b.gets(2))]).toEqual([0x06, 0xfe]);
    expect(await pair.told("mismatch")).toMatchObject({ state: "begin", harmless: false });
  });

  it("one stop bit sent and two wanted break a dense stream, not what is typed", async () => {
    const { pair, a, b } = await startPair("--strict-line");
    b.flag("CSTOPB");
    await pair.told("mismatch");
    a.put(Buffer.from("x"));
    expect((await b.gets(1)).toString()).toBe("x");
    b.put(Buffer.from("two are enough for one"));
    expect((await a.gets(22)).toString()).toBe("two are enough for one");
    a.put(Buffer.from("without a pause"));
    await b.gets(4);
    expect(b.received.subarray(1).toString()).not.toContain("without a pause");
  });

  it("a speed that is near enough is told, and harms nothing", async () => {
    const { pair, a, b } = await startPair("--strict-line");
    a.speed(115200);
    b.speed(117000);
    expect(await pair.told("mismatch")).toMatchObject({ harmless: true });
    const all = randomBytes(10_000);
    await send(a, b, all);
    expect(b.received.equals(all)).toBe(true);
  });

  it("a port that nobody has open listens at any speed", async () => {
    const { pair, a, b } = await startPair("--strict-line");
    b.close();
    await pair.told("close");
    a.speed(1200);
    a.put(Buffer.from("hello"));
    await pair.told("settings", ({ bps }) => bps === 1200);
    pair.run.child.kill("SIGUSR1");
    await until("five bytes", () =>
      pair.events.some(({ event, ports }) => event === "statistics" && ports[1].received === 5),
    );
    expect(pair.events.some(({ event }) => event === "mismatch")).toBe(false);
  });

  it("is told in words as well, to people", async () => {
    const pair = new Pair(["--strict-line"]);
    const names = await pair.names();
    const [a, b] = names.map((name) => new Program(name)) as [Program, Program];
    a.speed(9600);
    b.speed(115200);
    const [nameA, nameB] = names;
    await pair.run.said(
      `robin: ${nameA} is at 9600 8N1, ${nameB} is at 115200 8N1: what arrives is garbage\n`,
    );
    b.speed(9600);
    await pair.run.said(`robin: ${nameA} and ${nameB} are set alike again\n`);
  });
});
