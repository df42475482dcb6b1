/** What a session keeps, as it is changed while the session goes on. */
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Keeping } from "../../src/cli/keeping.js";
import { memoryPort } from "../../src/port/memory-port.js";
import type { Port } from "../../src/port/port.js";
import { createClock } from "../../src/session/clock.js";
import type { SessionEnd } from "../../src/session/session-options.js";
import { Taps } from "../../src/session/taps.js";
import type { LogOptions } from "../../src/sink/log.js";
import { until } from "../support/until.js";

let folder: string;
let taps: Taps;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "robin-keeping-"));
  taps = new Taps();
});
afterEach(() => {
  taps.close();
  rmSync(folder, { recursive: true });
});

const clock = createClock();
const END: SessionEnd = { reason: "quit", unsent: 0, undelivered: 0, received: 4, sent: 0 };
const path = (name: string) => join(folder, name);
const text = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "");
const log = (name: string): LogOptions => ({ pattern: path(name), tap: "raw", mode: "append" });

type Kept = { log?: LogOptions; record?: string; events?: string; port?: Port };

function keep({ events, port = memoryPort("mem").port, ...config }: Kept): Keeping {
  return new Keeping(
    { log: undefined, mask: undefined, record: undefined, ...config },
    { port, taps, clock, say: () => {}, eventsTo: events === undefined ? undefined : openSync(events, "w") },
  );
}

/** The device says something. */
function say(words: string): void {
  const bytes = Buffer.from(words);
  taps.rx(bytes, bytes.length, clock.nowUs());
}

function count(name: string, event: string): number {
  return text(name).split(`{"event":"${event}"`).length - 1;
}

describe("another log", () => {
  it("takes the place of the one before", async () => {
    const keeping = keep({ log: log("a") });
    say("one\n");
    await keeping.changeLog(log("b"));
    say("two\n");
    await keeping.changeLog({ ...log("b"), rotateBytes: 4096 });
    say("three\n");
    await keeping.end(END, 1000);
    expect([text("a"), text("b")]).toEqual(["one\n", "two\nthree\n"]);
  });

  it("that cannot be opened leaves the one before", async () => {
    const keeping = keep({ log: log("a") });
    await expect(keeping.changeLog(log("no/b"))).rejects.toThrow("no/b: no such file or directory");
    say("one\n");
    await keeping.toggleLog();
    await keeping.toggleLog();
    say("two\n");
    await keeping.end(END, 1000);
    expect(text("a")).toBe("one\ntwo\n");
  });
});

const COUNTS = { received: 10, sent: 4 };

describe("another recording", () => {
  it("takes the place of the one before, and begins with how the port stands", async () => {
    const keeping = keep({ record: path("a") });
    await until("the settings", () => count("a", "settings") === 1);
    await keeping.changeRecord(path("b"), COUNTS);
    say("one\n");
    await until("the settings", () => count("b", "settings") === 1);
    await keeping.end(END, 1000);
    expect(count("a", "rx")).toBe(0);
    expect(text("a")).toMatch(/{"event":"end",[^\n]*"reason":"changed","received":10,"sent":4}\n$/);
    expect(count("b", "rx")).toBe(1);
    expect(text("b")).toMatch(/^{"event":"start"/);
  });

  it("may follow none, when the port was not looked at meanwhile", async () => {
    const keeping = keep({ record: path("a") });
    await until("the settings", () => count("a", "settings") === 1);
    await keeping.changeRecord(undefined, COUNTS);
    expect(taps.isEmpty).toBe(true);
    await keeping.changeRecord(path("b"), COUNTS);
    await until("the lines", () => count("b", "lines") === 1);
    await keeping.end(END, 1000);
  });

  it("that cannot be opened leaves the one before", async () => {
    writeFileSync(path("b"), "{}\n");
    const keeping = keep({ record: path("a") });
    await expect(keeping.changeRecord(path("b"), COUNTS)).rejects.toThrow("it is there already");
    say("one\n");
    await keeping.end(END, 1000);
    expect(count("a", "rx")).toBe(1);
  });
});

it("keeps no log in a recording, and no recording in a log", async () => {
  expect(() => keep({ log: log("a"), record: path("a") })).toThrow(
    `open recording ${path("a")}: it is the log`,
  );
  const keeping = keep({ record: path("b") });
  await expect(keeping.changeLog({ ...log("b"), mode: "new" })).rejects.toMatchObject({
    code: "usage",
    message: `open log ${path("b")}: it is the recording`,
  });
  await keeping.end(END, 1000);
  expect(text("b")).toMatch(/^{"event":"start"/);
});

it("tells the recording and the events once how the port stands", async () => {
  const keeping = keep({ record: path("a"), events: path("b") });
  await until("the settings", () => count("a", "settings") > 0 && count("b", "settings") > 0);
  say("one\n");
  await until("what comes behind them", () => count("a", "rx") > 0 && count("b", "rx") > 0);
  await keeping.end(END, 1000);
  expect([count("a", "settings"), count("b", "settings")]).toEqual([1, 1]);
});

it("ends a recording by the end, behind errors that the driver has counted last", async () => {
  let frame = 0;
  const { port } = memoryPort("mem");
  const keeping = keep({ record: path("a"), port: Object.assign(port, { counters: () => ({ frame }) }) });
  await until("the settings", () => count("a", "settings") > 0);
  say("one\n");
  frame = 2;
  await keeping.end(END, 1000);
  const [error, end] = text("a").trim().split("\n").slice(-2);
  expect(error).toContain('"counters":{"frame":2}');
  expect(end).toContain('"reason":"quit","received":4,"sent":0');
});
