/** What becomes of a session's two ways when its port was lent, and when it cannot be lent any more. */
import { describe, expect, it } from "vitest";
import { memoryPipe } from "../../src/port/memory-port.js";
import type { Guest } from "../../src/session/lend.js";
import { until } from "../support/until.js";
import { memorySession, TERMINAL } from "./memory-session.js";

/** A guest whose stdout the test ends. */
function createGuest() {
  const [stdin, stdout] = [memoryPipe(), memoryPipe()];
  let isHungUp = false;
  const guest: Guest = {
    source: stdout.source,
    sink: stdin.sink,
    leftover: () => new Uint8Array(0),
    hangUp: () => {
      isHungUp = true;
    },
  };
  return { guest, leave: () => stdout.end(), isHungUp: () => isHungUp };
}

describe("a session whose port was lent", () => {
  it("sends what is pasted afterwards, however little the port takes at once", async () => {
    const it = memorySession({ terminal: TERMINAL });
    const { guest, leave } = createGuest();
    const lent = it.session.lend(guest);
    leave();
    await lent;
    const paste = "0123456789".repeat(2000);
    it.type(paste);
    await until("all of the paste", () => it.hear() === paste);
    it.session.force();
  });

  it("does not lend it once the session is over", async () => {
    const it = memorySession({ terminal: TERMINAL });
    it.session.force();
    await it.session.ended;
    const { guest, isHungUp } = createGuest();
    await it.session.lend(guest);
    expect(isHungUp()).toBe(true);
  });
});
