/**
 * What happens in a session, for a program that reads along: the lines of a recording, on an output that nobody waits for. Knows
 * that a slow reader misses events, and how that is told; not where they go.
 */
import type { Clock } from "../session/clock.js";
import type { Tap } from "../session/tap.js";
import { type EventOutput, settleOutputs } from "../sink/event-output.js";
import { type CreateMask, createTapLines } from "./tap-lines.js";

export interface EventStream extends Tap {
  /** What hides secrets from now on. */
  setMask(create: CreateMask | undefined): void;
}

/** `output` is the stream's alone. `mask` makes what hides secrets, one for each way. */
export function createEventStream(output: EventOutput, clock: Clock, mask?: CreateMask): EventStream {
  const lines = createTapLines({ clock, put: (line) => output.writeLine(line) });
  lines.setMask(mask);
  output.lostEvent = (events) => {
    const atUs = clock.nowUs();
    return { event: "drop", at: clock.wallUs(atUs) / 1e6, elapsed: atUs / 1e6, events };
  };
  return {
    rx: (bytes, end, atUs) => lines.bytes("rx", bytes, 0, end, atUs),
    tx: (bytes, start, end, atUs) => lines.bytes("tx", bytes, start, end, atUs),
    event: (event, atUs) => lines.event(event, atUs),
    setMask: (create) => lines.setMask(create),
    hasRoom: true,
    onRoom: () => {},
    settle(limitMs) {
      lines.flush();
      return settleOutputs([output], limitMs);
    },
    close() {
      lines.flush();
      output.close();
    },
  };
}
