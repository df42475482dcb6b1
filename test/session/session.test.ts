/** The bridge on a port in memory: bytes both ways, and every way that it ends. */
import { describe, expect, it } from "vitest";
import { RobinError } from "../../src/errors.js";
import { GONE, NOTHING } from "../../src/port/ends.js";
import type { EndReason } from "../../src/session/session-options.js";
import { until } from "../support/until.js";
import { ESCAPE, memorySession, TERMINAL } from "./memory-session.js";

const CAPACITY = 4096;

describe("bytes", () => {
  it("go both ways", async () => {
    const { session, output, type, say, hear } = memorySession();
    type("to the port");
    expect(hear()).toBe("to the port");
    say("to the screen");
    await until("the screen", () => output.taken.toString() === "to the screen");
    session.end("stopped");
    expect(await session.ended).toMatchObject({ received: 13, sent: 11, unsent: 0, undelivered: 0 });
  });

  it("of any value go to the port where there is no escape key", () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    const { type, hear } = memorySession({ escapeKey: undefined });
    type(`${all}${ESCAPE}${ESCAPE}${ESCAPE}q`);
    expect(hear()).toBe(`${all}${ESCAPE}${ESCAPE}${ESCAPE}q`);
  });

  it("go one way while the other way is stuck", async () => {
    const { output, type, say, hear } = memorySession();
    type("x".repeat(2 * CAPACITY)); // the device does not listen
    say("still here");
    await until("the screen", () => output.taken.toString() === "still here");
    output.take = () => NOTHING; // now the screen stops, and the device listens
    say("not shown");
    await until("the port to be read no more", () => output.isArmed());
    await until("all of the text", () => hear().length === 2 * CAPACITY);
  });

  it("are echoed where echo is on, but for the escape key and what follows it", () => {
    const { output, type } = memorySession({ echo: true });
    type(`ab${ESCAPE}ec`);
    type(`d${ESCAPE}${ESCAPE}${ESCAPE}ee`);
    expect(output.taken.toString()).toBe("abe");
  });

  it("are echoed in bounded memory: what a stopped screen cannot show of a paste is dropped", async () => {
    const { session, port, output, type } = memorySession({ echo: true, escapeKey: undefined, drainMs: 0 });
    port.sink.write = (_, start, end) => end - start;
    output.take = () => NOTHING;
    for (let chunk = 0; chunk < 64; chunk++) type("x".repeat(65_536));
    session.end("stopped");
    const { sent, undelivered } = await session.ended;
    expect(sent).toBe(64 * 65_536);
    expect(undelivered).toBeLessThanOrEqual(2 * 65_536);
  });

  it("leave the cursor where the screen's last byte put it", async () => {
    const { session, output, say } = memorySession();
    expect(session.ways.atLineStart).toBe(true);
    say("demo> ");
    await until("the screen", () => output.taken.length > 0);
    expect(session.ways.atLineStart).toBe(false);
    session.ways.atLineStart = true;
    expect(session.ways.atLineStart).toBe(true);
  });
});

describe("keys that are read", () => {
  it("wait in memory on a terminal, so that the quit key behind a paste is seen", async () => {
    const { session, type } = memorySession({ terminal: TERMINAL, drainMs: 0 });
    type("x".repeat(3 * CAPACITY));
    type(`${ESCAPE}q`);
    expect(await session.ended).toMatchObject({ reason: "quit", unsent: 3 * CAPACITY, sent: CAPACITY });
  });

  it("are read ahead from a pipe for one buffer, and no further", async () => {
    const { session, input, type } = memorySession({ escapeKey: undefined, drainMs: 0 });
    for (let chunk = 0; chunk < 100; chunk++) type("x".repeat(CAPACITY));
    expect(input.isArmed()).toBe(false);
    session.end("stopped");
    expect((await session.ended).unsent).toBeLessThanOrEqual(2 * 65_536);
  });

  it("are read ahead far enough to see the end of a pipe behind a port that takes nothing", async () => {
    const { session, input, type } = memorySession({ escapeKey: undefined, drainMs: 0 });
    type("x".repeat(10_000));
    input.ended = true;
    input.ready();
    expect(await session.ended).toMatchObject({ reason: "input-ended", unsent: 10_000 });
  });

  it("are no more behind the quit key in the same chunk", async () => {
    const { session, type, hear } = memorySession();
    type(`ab${ESCAPE}qcd${ESCAPE}eef`);
    expect(hear()).toBe("ab");
    expect(await session.ended).toMatchObject({ reason: "quit", sent: 2 });
  });

  it("are no more once the quit key was, and none behind it reaches the port", async () => {
    const { session, input, hear } = memorySession();
    input.waiting.push(Buffer.from(`${"x".repeat(1000)}${ESCAPE}q`), Buffer.from("typed later"));
    input.ready();
    expect(hear()).toBe("x".repeat(1000));
    expect(await session.ended).toMatchObject({ reason: "quit", unsent: 0 });
    expect(input.waiting.map(String)).toEqual(["typed later"]);
  });
});

describe("the end", () => {
  const ends: [EndReason, (on: ReturnType<typeof memorySession>) => void][] = [
    ["quit", ({ type }) => type(`${ESCAPE}q`)],
    ["stopped", ({ session }) => session.end("stopped")],
    ["stopped", ({ session }) => session.force()],
    ["lost", ({ memory }) => memory.unplug()],
    [
      "input-ended",
      ({ input }) => {
        input.ended = true;
        input.ready();
      },
    ],
    [
      "output-closed",
      ({ output, say }) => {
        output.take = () => GONE;
        say("x");
      },
    ],
    [
      "error",
      ({ input }) => {
        input.waiting.push(new Error("EBADF"));
        input.ready();
      },
    ],
    [
      "error",
      ({ output, say }) => {
        output.take = () => new Error("ENOSPC");
        say("x");
      },
    ],
  ];
  it.each(ends)("is %s, and leaves both ends at rest", async (reason, bring) => {
    const one = memorySession({ drainMs: 100 });
    bring(one);
    expect(await one.session.ended).toMatchObject({ reason });
    expect([one.input.isArmed(), one.output.isArmed()]).toEqual([false, false]);
    const shown = one.output.taken.length;
    one.say("for nobody");
    one.input.waiting.push(Buffer.from("for nobody"));
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(one.input.ready()).toBe(false);
    expect(one.hear()).toBe("");
    expect(one.output.taken).toHaveLength(shown);
  });

  it("has the error with it, in the keyboard, the screen and the port", async () => {
    const error = new Error("EBADF");
    const first = memorySession();
    first.input.waiting.push(error);
    first.input.ready();
    expect((await first.session.ended).error).toBe(error);
    const second = memorySession();
    second.output.take = () => error;
    second.say("x");
    expect((await second.session.ended).error).toBe(error);
    const third = memorySession();
    third.port.sink.write = () => {
      throw error;
    };
    third.type("x");
    expect(await third.session.ended).toMatchObject({ reason: "error", error });
  });

  it("has the first reason that there was", async () => {
    const { session, memory, input, type } = memorySession({ terminal: TERMINAL });
    type("x".repeat(2 * CAPACITY)); // there is something to drain
    session.end("quit");
    session.end("error", new Error("later"));
    memory.unplug();
    input.ended = true;
    input.ready();
    session.force();
    const end = await session.ended;
    expect(end.reason).toBe("quit");
    expect(end).not.toHaveProperty("error");
  });

  it("is lost with what the driver says of it", async () => {
    const error = new RobinError("lost", "send a break on mem: gone");
    const { session, type } = memorySession({ port: { sendBreak: () => Promise.reject(error) } });
    type(`${ESCAPE}b`);
    expect(await session.ended).toMatchObject({ reason: "lost", error });
  });

  it("shows first what had arrived before it", async () => {
    const { session, output, say } = memorySession();
    say("last words");
    session.end("quit");
    expect(await session.ended).toMatchObject({ received: 10, undelivered: 0 });
    expect(output.taken.toString()).toBe("last words");
  });

  it("shows first what had arrived before the port was lost", async () => {
    const { session, output, say, memory } = memorySession();
    say("last words");
    memory.unplug();
    expect(await session.ended).toMatchObject({ reason: "lost", received: 10 });
    expect(output.taken.toString()).toBe("last words");
  });
});
