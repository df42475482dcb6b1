/** A thousand bytes a second for a minute, through a pair and a hub at once, with nothing lost. Mostly waiting. */
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../../rig/support/channel.js";
import { until } from "../../support/until.js";
import { cleanUp, startHub, startPair } from "./partners.js";

afterEach(cleanUp);

const SECONDS = 60;
const RECORDS_PER_SECOND = 20;
const RECORD_BYTES = 50;
const COUNT = SECONDS * RECORDS_PER_SECOND;

/** RECORD_BYTES bytes that say which one it is and who sent it. */
function record(name: string, number: number): string {
  return `${name} ${String(number).padStart(6, "0")} `
    .padEnd(RECORD_BYTES - 1, "abcdefghijklmnopqrstuvwxyz")
    .concat("\n");
}

const all = (name: string) => Array.from({ length: COUNT }, (_, number) => record(name, number)).join("");

interface Way {
  readonly name: string;
  readonly from: Channel;
  readonly to: readonly Channel[];
}

describe("a thousand bytes a second for a minute", () => {
  it("arrive whole and in order: both ways of a pair, and at each listener of a hub", {
    timeout: (SECONDS + 30) * 1000,
  }, async () => {
    const pair = await startPair();
    const hub = await startHub("speaker", "second", "third");
    const [a, b] = [new Channel(pair.a), new Channel(pair.b)];
    const [speaker, second, third] = ["speaker", "second", "third"].map(
      (name) => new Channel(hub.links[name]!),
    );
    await until(
      "the hub to see its ports open",
      () => hub.events().filter(({ event }) => event === "open").length === 3,
    );
    const ways: readonly Way[] = [
      { name: "there", from: a, to: [b] },
      { name: "back", from: b, to: [a] },
      { name: "hub", from: speaker!, to: [second!, third!] },
    ];
    const startedAt = performance.now();
    for (let number = 0; number < COUNT; number++) {
      const dueMs = startedAt + (number * 1000) / RECORDS_PER_SECOND - performance.now();
      if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
      for (const { name, from } of ways) await from.write(record(name, number));
      for (const { to } of ways) for (const listener of to) listener.read();
    }
    for (const { name, to } of ways) {
      for (const listener of to) {
        await listener.expect(({ length }) => length >= COUNT * RECORD_BYTES);
        expect(listener.received.toString(), `${name} at ${listener.path}`).toBe(all(name));
      }
    }
    expect(hub.events().filter(({ event }) => ["drop", "overflow", "stalled"].includes(event))).toEqual([]);
    for (const { run } of [pair, hub]) expect(run.stderr).toBe("");
  });
});
