/** How long a session waits at its end, and what it says was left. On a clock of the test's own. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import type { Session } from "../../src/session/session.js";
import type { SessionEnd } from "../../src/session/session-options.js";
import { ESCAPE, memorySession, TERMINAL } from "./memory-session.js";

const CAPACITY = 4096;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets time pass, some at a time, and does something each time. Resolves with the end, if it comes. */
async function pass(
  session: Session,
  ms: number,
  each: () => void = () => {},
): Promise<SessionEnd | undefined> {
  let end: SessionEnd | undefined;
  void session.ended.then((one) => {
    end = one;
  });
  for (let passed = 0; passed < ms && end === undefined; passed += 5) {
    each();
    await vi.advanceTimersByTimeAsync(5);
  }
  return end;
}

describe("draining", () => {
  it("is over at once when nothing is on its way", async () => {
    const { session } = memorySession({ drainMs: 1000 });
    session.end("quit");
    expect(await pass(session, 5)).toMatchObject({ reason: "quit", unsent: 0, undelivered: 0 });
  });

  it("goes on until the device has taken everything", async () => {
    const { session, type, hear } = memorySession({ terminal: TERMINAL, drainMs: 1000 });
    type("x".repeat(10_000));
    session.end("quit");
    expect(await pass(session, 500, hear)).toMatchObject({ unsent: 0, sent: 10_000 });
    expect(hear()).toHaveLength(10_000);
  });

  it("goes on until the screen has taken everything", async () => {
    const { session, output, say } = memorySession({ drainMs: 1000 });
    output.take = () => NOTHING;
    say("slowly");
    expect(await pass(session, 100)).toBeUndefined();
    session.end("quit");
    expect(await pass(session, 100)).toBeUndefined();
    output.take = () => 1;
    expect(await pass(session, 100, output.ready)).toMatchObject({ undelivered: 0 });
    expect(output.taken.toString()).toBe("slowly");
  });

  it("ends after drainMs, and counts what was left on either way", async () => {
    const { session, output, type, say } = memorySession({ terminal: TERMINAL, drainMs: 1000 });
    output.take = () => NOTHING;
    say("not shown");
    await pass(session, 10);
    type("x".repeat(10_000));
    session.end("quit");
    expect(await pass(session, 995)).toBeUndefined();
    expect(await pass(session, 15)).toEqual({
      reason: "quit",
      unsent: 10_000,
      undelivered: 9,
      received: 9,
      sent: CAPACITY,
    });
  });

  it("waits two seconds where nothing else was said", async () => {
    const { session, type } = memorySession({ terminal: TERMINAL });
    type("x".repeat(10_000));
    session.end("quit");
    expect(await pass(session, 1990)).toBeUndefined();
    expect(await pass(session, 20)).toMatchObject({ unsent: 10_000 });
  });

  it.each([0, 1000])("ends at once when it has no time, or is forced: %i ms", async (drainMs) => {
    const { session, type, say, hear, output } = memorySession({ terminal: TERMINAL, drainMs });
    type("x".repeat(10_000));
    session.end("quit");
    if (drainMs > 0) session.force();
    expect(await pass(session, 5)).toMatchObject({ reason: "quit", unsent: 10_000 });
    // Both ends are at rest: what was given up stays so, and nothing is read any more.
    expect(hear()).toHaveLength(CAPACITY);
    say("for nobody");
    await vi.advanceTimersByTimeAsync(20);
    expect(hear()).toHaveLength(CAPACITY);
    expect(output.taken).toHaveLength(0);
  });

  it("waits for what the driver has taken and not sent, and for the last of it to leave", async () => {
    const { session, port, type } = memorySession({ drainMs: 1000 });
    let [left, isSettling] = [3, true];
    port.sink.unsent = () => left;
    port.sink.settling = () => isSettling;
    type("abc");
    session.end("quit");
    expect(await pass(session, 100)).toBeUndefined();
    left = 0;
    expect(await pass(session, 100)).toBeUndefined();
    isSettling = false;
    expect(await pass(session, 10)).toMatchObject({ unsent: 0 });
  });

  it("is no longer than drainMs for a transmitter that never says that it is empty", async () => {
    const { session, port } = memorySession({ drainMs: 1000 });
    port.sink.settling = () => true;
    session.end("quit");
    expect(await pass(session, 995)).toBeUndefined();
    expect(await pass(session, 15)).toMatchObject({ unsent: 0 });
  });
});

describe("draining after the end of input", () => {
  const ended = (bytes: number) => {
    const one = memorySession({ escapeKey: undefined, drainMs: 1000 });
    one.type("x".repeat(bytes));
    one.input.ended = true;
    one.input.ready();
    return one;
  };

  it("goes on as long as bytes move, however slow the line is", async () => {
    const { session, memory } = ended(10_000);
    const few = new Uint8Array(10);
    const end = await pass(session, 10_000, () => memory.device.source.read(few));
    expect(end).toMatchObject({ reason: "input-ended", unsent: 0, sent: 10_000 });
  });

  it("ends when none has moved for drainMs", async () => {
    const { session } = ended(10_000);
    expect(await pass(session, 995)).toBeUndefined();
    expect(await pass(session, 15)).toMatchObject({ reason: "input-ended", unsent: 10_000 });
  });

  it("ends even where the device never stops talking and the screen is slow", async () => {
    const { session, output, say, hear } = ended(10);
    let room = 0;
    output.take = (offered) => {
      const some = Math.min(room, offered);
      room -= some;
      return some;
    };
    const end = await pass(session, 20_000, () => {
      hear();
      say("y".repeat(CAPACITY));
      room = 1000;
      output.ready();
    });
    expect(end).toMatchObject({ reason: "input-ended" });
  });
});

describe("what had arrived when the session ends", () => {
  it("is shown whole, also behind a screen that was full at that moment", async () => {
    const { session, output, say } = memorySession({ drainMs: 1000 });
    output.take = () => NOTHING;
    say("a".repeat(3000));
    await pass(session, 10);
    say("b".repeat(3000));
    session.end("quit");
    output.take = (offered) => offered;
    output.ready();
    expect(await pass(session, 100)).toMatchObject({ undelivered: 0, received: 6000 });
  });
});

describe("a session that loses an end", () => {
  it("counts what a lost port did not take, and does not wait for it", async () => {
    const { session, type, memory } = memorySession({ terminal: TERMINAL, drainMs: 1000 });
    type("x".repeat(10_000));
    memory.unplug();
    expect(await pass(session, 10)).toMatchObject({ reason: "lost", unsent: 10_000 - CAPACITY });
  });

  it("shows what a lost port had sent for as long as the screen takes some of it", async () => {
    const { session, memory, output, say } = memorySession({ drainMs: 1000 });
    let room = 0;
    output.take = (offered) => {
      const some = Math.min(room, offered);
      room -= some;
      return some;
    };
    say("a".repeat(3000));
    await pass(session, 10);
    memory.unplug();
    session.end("lost");
    expect(await pass(session, 900)).toBeUndefined();
    for (let round = 0; round < 4; round++) {
      room = 500;
      output.ready();
      expect(await pass(session, 900)).toBeUndefined();
    }
    expect(await pass(session, 200)).toMatchObject({ reason: "lost", undelivered: 1000 });
  });

  it("does not go on draining to a port that is lost meanwhile", async () => {
    const { session, type, memory } = memorySession({ terminal: TERMINAL, drainMs: 1000 });
    type(`${"x".repeat(10_000)}${ESCAPE}q`);
    memory.unplug();
    expect(await pass(session, 50)).toMatchObject({ reason: "quit", unsent: 10_000 - CAPACITY });
  });

  it("does not go on draining to a screen that is gone meanwhile", async () => {
    const { session, output, say } = memorySession({ drainMs: 1000 });
    output.take = () => NOTHING;
    say("not shown");
    await pass(session, 10);
    session.end("quit");
    output.take = () => GONE;
    output.ready();
    expect(await pass(session, 50)).toMatchObject({ reason: "quit" });
  });

  it("does not go on draining to a screen that fails", async () => {
    const { session, output, say } = memorySession({ drainMs: 1000 });
    output.take = () => NOTHING;
    say("not shown");
    await pass(session, 10);
    output.take = () => new Error("ENOSPC");
    output.ready();
    expect(await pass(session, 50)).toMatchObject({ reason: "error", undelivered: 9 });
  });
});

describe("silence", () => {
  it("ends the session after idleExitMs without a byte either way", async () => {
    const { session, type, say, hear } = memorySession({ idleExitMs: 1000 });
    let turn = 0;
    const end = await pass(session, 5000, () => {
      turn++;
      if (turn % 150 === 0) type("x");
      if (turn % 150 === 75) say("y");
      hear();
    });
    expect(end).toBeUndefined();
    await pass(session, 10);
    type("z");
    expect(await pass(session, 990, hear)).toBeUndefined();
    expect(await pass(session, 20, hear)).toMatchObject({ reason: "idle" });
  });

  it("is waited for after the input has ended, so that answers are still shown", async () => {
    const { session, input, output, say } = memorySession({ idleExitMs: 1000 });
    input.ended = true;
    input.ready();
    expect(await pass(session, 500)).toBeUndefined();
    say("the answer");
    expect(await pass(session, 990)).toBeUndefined();
    expect(await pass(session, 20)).toMatchObject({ reason: "idle", received: 10 });
    expect(output.taken.toString()).toBe("the answer");
  });

  it("is not waited for when a terminal's input ends: it was hung up", async () => {
    const { session, input } = memorySession({ idleExitMs: 1000, terminal: TERMINAL });
    input.ended = true;
    input.ready();
    expect(await pass(session, 10)).toMatchObject({ reason: "input-ended" });
  });
});
