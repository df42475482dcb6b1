/** `robin pair` as a bad cable: each fault on demand, told, and the same again with the same seed. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endPairs, Pair, Program, send, startPair, type Told } from "../support/pair.js";
import { until } from "../support/until.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "robin-faults-"));
});
afterEach(async () => {
  await endPairs();
  rmSync(dir, { recursive: true });
});

/** Sends `all` through a pair, in writes of `size`, and gives what arrived, and the last statistics. */
async function through(args: readonly string[], all: Uint8Array, size = all.length) {
  const { pair, a, b } = await startPair(...args);
  for (let at = 0; at < all.length; ) {
    at += a.put(all.subarray(at, at + size));
    b.drain();
    await new Promise(setImmediate);
  }
  const settled = await until("all to be through", async () => {
    b.drain();
    const before = pair.events.length;
    pair.run.child.kill("SIGUSR1");
    const told = await until("statistics", () =>
      pair.events.slice(before).find(({ event }) => event === "statistics"),
    );
    const { sent, waiting } = told.ports[0];
    return sent === all.length && waiting === 0 && b.received.length === told.ports[1].received
      ? told
      : undefined;
  });
  await pair.end();
  return { pair, received: b.received, statistics: settled };
}

const ALL = randomBytes(60_000);

describe("bytes that go wrong", () => {
  it.each<[string, string, string]>([
    ["--drop", "drop", "dropped"],
    ["--flip", "flip", "flipped"],
    ["--dup", "dup", "duplicated"],
  ])("%s happens about as often as asked, is counted and told", async (option, kind, count) => {
    const { pair, received, statistics } = await through([option, "1%"], ALL);
    const [a] = statistics.ports;
    expect(a[count]).toBeGreaterThan(450);
    expect(a[count]).toBeLessThan(750);
    expect(received.length).toBe(ALL.length - a.dropped + a.duplicated);
    const faults = pair.events.filter(({ event }) => event === "fault");
    expect(
      faults.every((fault) => fault.kind === kind && fault.port === "a" && fault.offset < ALL.length),
    ).toBe(true);
    expect(faults.reduce((sum, fault) => sum + fault.count, 0)).toBe(a[count]);
    const [ready] = pair.events;
    expect(ready!.seed).toBe(statistics.seed);
    expect(Number.isInteger(ready!.seed)).toBe(true);
  });

  it("are the same ones with the same seed, however the bytes were written, and others with another", async () => {
    const faults = ["--drop", "0.01", "--flip", "1e-2", "--dup", "1%", "--jitter", "2"];
    const hash = async (seed: string, size?: number) =>
      createHash("sha256")
        .update((await through([...faults, "--seed", seed], ALL, size)).received)
        .digest("hex");
    const first = await hash("7");
    expect(await hash("7", 1234)).toBe(first);
    expect(await hash("8")).not.toBe(first);
  });
});

describe("time", () => {
  it("--delay lets bytes arrive so much later, --jitter up to so much later again", async () => {
    const { a, b } = await startPair("--delay", "200", "--jitter", "100ms");
    const startMs = performance.now();
    a.put(Buffer.from("x"));
    await b.gets(1);
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(199);
    expect(tookMs).toBeLessThan(600);
  });

  it("under --delay the sender is held when a mebibyte is on its way, and nothing is lost", async () => {
    const { a, b } = await startPair("--delay", "400");
    const all = randomBytes(4_000_000);
    await send(a, b, all);
    expect(b.received.equals(all)).toBe(true);
  });

  it("--stall lets nothing move for its time, is told, and loses nothing", async () => {
    const { pair, a, b } = await startPair("--stall", "300ms@100ms,100ms@600ms");
    const { at } = await pair.told("fault", ({ kind, state }) => kind === "stall" && state === "begin");
    a.put(Buffer.from("hello"));
    await b.gets(5);
    const arrivedAt = Date.now() / 1000;
    expect(arrivedAt - at).toBeGreaterThan(0.28);
    expect(b.received.toString()).toBe("hello");
    const ends = () => pair.events.filter(({ kind, state }) => kind === "stall" && state === "end");
    await until("both to end", () => ends().length === 2);
    const all = randomBytes(100_000);
    await send(a, b, all, { expects: all.length + 5 });
    expect(b.received.subarray(5).equals(all)).toBe(true);
  });
});

describe("--hangup", () => {
  const isHungUp = (program: Program) => until("the hang-up", () => !program.drain());

  it("hangs up both ends; behind the same links there are new ptys, and it goes on", async () => {
    const [linkA, linkB] = [join(dir, "A"), join(dir, "B")];
    const pair = new Pair(["--json", "--hangup", "600ms", linkA, linkB]);
    const before = await pair.ready();
    const [a, b] = [new Program(linkA), new Program(linkB)];
    await send(a, b, Buffer.from("before"));
    await a.fill(new Uint8Array(200_000)); // nobody reads it: the new ports have none of it
    const told: Told[] = [
      await pair.told("hangup", ({ port }) => port === "a"),
      await pair.told("hangup", ({ port }) => port === "b"),
    ];
    await Promise.all([isHungUp(a), isHungUp(b)]); // b has read nothing before
    a.close();
    b.close();
    expect([readlinkSync(linkA), readlinkSync(linkB)]).toEqual(told.map(({ path }) => path));
    expect(told.map(({ path }) => path)).not.toEqual(before);
    const [again, other] = [new Program(linkA), new Program(linkB)];
    await send(again, other, Buffer.from("after"), { back: Buffer.from("and back") });
    expect(other.received.toString()).toBe("after");
    expect(again.received.toString()).toBe("and back");
  });

  it("tells the new names where there is no link, as often as asked", async () => {
    const { pair, a, b } = await startPair("--hangup", "200ms,500ms", "--delay", "10s");
    a.put(Buffer.from("on its way"));
    await Promise.all([isHungUp(a), isHungUp(b)]);
    await until("four of them", () => pair.events.filter(({ event }) => event === "hangup").length === 4);
    expect(await pair.told("drop")).toMatchObject({ port: "a", count: 10, reason: "hangup" });
    const last = pair.events.findLast(({ event, port }) => event === "hangup" && port === "a")!;
    new Program(last.path);
    await pair.told("open", ({ at }) => at > last.at);
    const { ports } = await pair.end();
    expect(ports[0]).toMatchObject({ sent: 10, lost: 10, waiting: 0 });
  });
});
