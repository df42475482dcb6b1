/**
 * The session's time: a monotonic clock in microseconds, and what the wall clock shows at its moments. Knows that the wall
 * clock may be set, and that the monotonic one stands still while the machine sleeps.
 */

export interface Clock {
  /** Microseconds since the session began; a whole number that never goes back. */
  nowUs(): number;
  /** Microseconds since the epoch at a moment of `nowUs`, as the wall clock stands now. */
  wallUs(atUs: number): number;
}

/** By so much the two may differ before the wall clock counts as set: Date.now() is 0 to 1 ms behind. */
const STEP_US = 5000;

/** `performance.now()` and `Date.now()` unless others are given, in ms. */
export function createClock(monotonicMs = () => performance.now(), wallMs = () => Date.now()): Clock {
  const startMs = monotonicMs();
  const sample = () => wallMs() * 1000 - (monotonicMs() - startMs) * 1000;
  let offsetUs = sample();
  let lastUs = 0;
  return {
    nowUs() {
      lastUs = Math.max(lastUs, Math.round((monotonicMs() - startMs) * 1000));
      return lastUs;
    },
    wallUs(atUs) {
      const now = sample();
      // The greatest of many samples is the nearest to the truth.
      if (now > offsetUs || now < offsetUs - STEP_US) offsetUs = now;
      return Math.round(offsetUs + atUs);
    },
  };
}
