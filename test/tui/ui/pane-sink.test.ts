import { describe, expect, it } from "vitest";
import { MOST_WAITING, paneSink } from "../../../src/tui/ui/pane-sink.js";

function slowEmulator() {
  const taken: { bytes: Uint8Array; done: () => void }[] = [];
  const sink = paneSink((bytes, done) => taken.push({ bytes, done }));
  return { taken, sink };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the end of a session's way in a pane", () => {
  it("takes so much and no more, until the emulator is done with it", async () => {
    const { sink, taken } = slowEmulator();
    const flood = new Uint8Array(100_000).fill(7);
    expect(sink.write(flood, 0, flood.length)).toBe(MOST_WAITING);
    expect(sink.write(flood, 0, flood.length)).toBe(0);
    expect(sink.unsent()).toBe(MOST_WAITING);
    let isReady = false;
    sink.onReady(() => {
      isReady = true;
    });
    sink.arm();
    await turn();
    expect(isReady).toBe(false);
    taken[0]!.done();
    expect(isReady).toBe(true);
    expect(sink.unsent()).toBe(0);
  });

  it("keeps what it took, though the lender uses its memory again", () => {
    const { sink, taken } = slowEmulator();
    const lent = Buffer.from("first");
    sink.write(lent, 0, 5);
    lent.write("other");
    expect(Buffer.from(taken[0]!.bytes).toString()).toBe("first");
  });

  it("says that it is ready at once where it has room, but not from inside", async () => {
    const { sink } = slowEmulator();
    let calls = 0;
    sink.onReady(() => calls++);
    sink.arm();
    expect(calls).toBe(0);
    await turn();
    expect(calls).toBe(1);
    sink.arm();
    sink.disarm();
    await turn();
    expect(calls).toBe(1);
  });
});
