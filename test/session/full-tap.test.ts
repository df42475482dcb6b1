/** A session with a log that takes nothing: a full disk, or a FIFO whose reader has stopped. */
import { describe, expect, it } from "vitest";
import { Taps } from "../../src/session/taps.js";
import { ESCAPE, memorySession, TERMINAL } from "./memory-session.js";

function fullTaps() {
  const taps = new Taps();
  const full = { hasRoom: false, onRoom: () => {}, settle: async () => {}, close: () => {} };
  taps.add(full);
  return { taps, full };
}

describe("a session with a tap that has no room", () => {
  it("is ended by the quit key", async () => {
    const { session, type } = memorySession({ terminal: TERMINAL, ...fullTaps() });
    type(`${ESCAPE}q`);
    expect(await session.ended).toMatchObject({ reason: "quit" });
  });

  it("reads a pipe again when there is room", () => {
    const { taps, full } = fullTaps();
    const { session, type, hear } = memorySession({ taps });
    type("piped");
    expect(hear()).toBe("");
    full.hasRoom = true;
    full.onRoom();
    expect(hear()).toBe("piped");
    session.force();
  });
});
