/** A NUL that stands for a break, typed in a session. */
import { describe, expect, it } from "vitest";
import { parseMapRules } from "../../src/bytes/map-rules.js";
import { until } from "../support/until.js";
import { memorySession } from "./memory-session.js";

describe("a NUL that a map makes a break of", () => {
  it("has its turn between what was typed before and behind, each in one", async () => {
    const events: string[] = [];
    const memory = memorySession({
      omap: parseMapRules("ONULBRK,ONLCRNL", "omap"),
      port: {
        async sendBreak() {
          events.push(`break after ${JSON.stringify(memory.hear())}`);
          await new Promise((resolve) => setImmediate(resolve));
          events.push(`its end after ${JSON.stringify(memory.hear())}`);
        },
      },
    });
    const { session, type, hear } = memory;
    type("ab\n\0\0cd");
    type("\0e");
    await until("all of it to be sent", () => hear() === "ab\r\ncde");
    expect(events).toEqual([
      'break after "ab\\r\\n"',
      'its end after "ab\\r\\n"',
      'break after "ab\\r\\n"',
      'its end after "ab\\r\\n"',
      'break after "ab\\r\\ncd"',
      'its end after "ab\\r\\ncd"',
    ]);
    type("\x1cq");
    expect(await session.ended).toMatchObject({ reason: "quit", unsent: 0 });
  });
});
