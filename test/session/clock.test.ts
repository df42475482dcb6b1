import { describe, expect, it } from "vitest";
import { createClock } from "../../src/session/clock.js";

/** Clocks that the test sets, in ms. */
function handMade() {
  const now = { monotonicMs: 1000, wallMs: 1_700_000_000_000 };
  const clock = createClock(
    () => now.monotonicMs,
    () => Math.floor(now.wallMs),
  );
  const pass = (ms: number) => {
    now.monotonicMs += ms;
    now.wallMs += ms;
  };
  return { now, clock, pass };
}

describe("the session's clock", () => {
  it("counts microseconds from its start and never goes back", () => {
    const { clock, now, pass } = handMade();
    expect(clock.nowUs()).toBe(0);
    pass(1.5);
    expect(clock.nowUs()).toBe(1500);
    now.monotonicMs -= 1;
    expect(clock.nowUs()).toBe(1500);
  });

  it("knows the wall clock to the microsecond after a few looks, though that shows whole milliseconds", () => {
    const { clock, now, pass } = handMade();
    now.wallMs += 0.7;
    for (let look = 0; look < 1000; look++) {
      pass(0.37);
      clock.wallUs(clock.nowUs());
    }
    const error = clock.wallUs(clock.nowUs()) - now.wallMs * 1000;
    expect(Math.abs(error)).toBeLessThan(20);
  });

  it("follows a wall clock that is set, forwards and back", () => {
    const { clock, now, pass } = handMade();
    pass(10);
    now.wallMs += 3_600_000;
    expect(clock.wallUs(clock.nowUs())).toBe(now.wallMs * 1000);
    now.wallMs -= 7_200_000;
    expect(clock.wallUs(clock.nowUs())).toBe(now.wallMs * 1000);
  });

  it("shows the time of day after a sleep in which the monotonic clock stood still", () => {
    const { clock, now } = handMade();
    now.wallMs += 28_800_000;
    expect(clock.wallUs(clock.nowUs())).toBe(now.wallMs * 1000);
  });
});
