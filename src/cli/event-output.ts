/**
 * Events as JSON lines on a descriptor that is never waited for: a reader that is slow loses events, which it is told, and
 * holds nobody. Knows no event.
 */
import { type ByteSink, GONE, NOTHING } from "../port/ends.js";
import { jsonLine } from "./result.js";

/** Lines that wait for a slow reader. */
const BACKLOG_BYTES = 4 * 1024 * 1024;

export interface EventOutput {
  write(event: object): void;
  /** Whether all is out. */
  readonly isSettled: boolean;
  /** Tries once more to bring out what waits. */
  close(): void;
}

/** `sink` is what openOutput (session/stdio.ts) makes of a descriptor. */
export function eventOutput(sink: ByteSink): EventOutput {
  let backlog: Uint8Array[] = [];
  let waiting = 0;
  let lost = 0;
  let isGone = false;
  const put = (event: object) => {
    const line = Buffer.from(jsonLine(event));
    backlog.push(line);
    waiting += line.length;
  };
  const flush = () => {
    while (backlog.length > 0 && !isGone) {
      const first = backlog[0]!;
      const taken = write(first);
      if (taken === NOTHING) return sink.arm();
      waiting -= taken;
      if (taken < first.length) backlog[0] = first.subarray(taken);
      else backlog.shift();
      if (lost > 0 && waiting < BACKLOG_BYTES / 2) {
        put({ event: "lost", at: Date.now() / 1000, events: lost });
        lost = 0;
      }
    }
  };
  const write = (bytes: Uint8Array): number => {
    let taken = GONE;
    try {
      taken = sink.write(bytes, 0, bytes.length);
    } catch {
      // a full disk, or a reader that has left: events are not worth a cable
    }
    if (taken !== GONE) return taken;
    isGone = true;
    backlog = [];
    waiting = 0;
    return NOTHING;
  };
  sink.onReady(flush);
  return {
    write(event) {
      if (isGone) return;
      if (waiting > BACKLOG_BYTES) {
        lost++;
        return;
      }
      put(event);
      flush();
    },
    get isSettled() {
      return waiting === 0 && sink.unsent() === 0;
    },
    close: flush,
  };
}
