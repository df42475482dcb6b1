/**
 * A running session as views see it. Knows who has which fact, and how rates come from counts; not how any of it looks.
 */
import type { ActualSettings, ModemLines, Port } from "../port/port.js";
import type { Session } from "../session/session.js";
import type { SessionFace, SessionSnapshot } from "../session/session-face.js";
import type { Controls } from "./controls.js";
import type { Keeping } from "./keeping.js";

interface FaceOptions {
  readonly port: Port;
  readonly session: Session;
  readonly keeping: Keeping;
  readonly controls: Pick<Controls, "changeTo" | "values">;
  readonly escapeKey: () => number | undefined;
}

/** Counts less than this apart make no rate, ms. */
const RATE_MS = 200;

export function createSessionFace(options: FaceOptions): SessionFace {
  const { port, session, keeping, controls, escapeKey } = options;
  const startMs = performance.now();
  let actual: ActualSettings | undefined;
  let lines: ModemLines | undefined;
  let last = { atMs: startMs, ...session.ways.counts };
  let rates = { receivedPerSecond: 0, sentPerSecond: 0 };

  const measure = () => {
    const now = { atMs: performance.now(), ...session.ways.counts };
    const seconds = (now.atMs - last.atMs) / 1000;
    if (seconds * 1000 < RATE_MS) return;
    rates = {
      receivedPerSecond: Math.round((now.received - last.received) / seconds),
      sentPerSecond: Math.round((now.sent - last.sent) / seconds),
    };
    last = now;
  };
  const snapshot = (): SessionSnapshot => {
    const { ways } = session;
    return {
      path: port.path,
      isThere: port.presence?.isThere !== false,
      asked: port.asked,
      actual,
      lines,
      counters: port.counters(),
      ...ways.counts,
      ...rates,
      unsent: ways.toPort.pump.waiting,
      kept: ways.toScreen.pump.waiting,
      dropped: ways.toScreen.dropped,
      log: keeping.logPath,
      record: keeping.recordPath,
      echo: ways.echo,
      view: ways.view,
      options: controls.values,
      uptimeMs: performance.now() - startMs,
      escapeKey: escapeKey(),
    };
  };
  return {
    snapshot,
    async look() {
      // Neither has to do with the other, and a device may go away between them.
      [actual, lines] = await Promise.all([
        port.settings().catch(() => undefined),
        port.modemLines().catch(() => undefined),
      ]);
      measure();
      return snapshot();
    },
    press: (key) => session.ways.press(key),
    async change(text) {
      return { refusals: await controls.changeTo(text) };
    },
  };
}
