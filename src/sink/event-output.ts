/**
 * Lines for programs on a descriptor that is never waited for: a reader that is slow loses events, which it is told, and
 * holds nobody. Knows no event.
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import { jsonLine } from "../bytes/json-line.js";
import { type ByteSink, GONE, NOTHING } from "../port/ends.js";

/** What waits for a slow reader: no event begins behind so much. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
/** How often the end looks again. */
const LOOK_MS = 2;

export interface EventOutput {
  /** An event as one JSON line. */
  write(event: object): void;
  /** The same, where it is a line already; the bytes may be changed afterwards. */
  writeLine(line: Uint8Array): void;
  /** A text as it is; it is never dropped. */
  print(text: string): void;
  /** The event that tells how many a slow reader missed. */
  lostEvent: (events: number) => object;
  /** Whether all is out, or nobody is there to read it. */
  readonly isSettled: boolean;
  /** Tries once more to bring out what waits. */
  close(): void;
}

/**
 * `sink` is what openOutput (session/stdio.ts) makes of a descriptor. `onFailure` is told once that it takes nothing any
 * more: of the error, or of nothing where the reader has left, which is its right.
 */
export function eventOutput(sink: ByteSink, onFailure: (error?: unknown) => void = () => {}): EventOutput {
  const waiting = new ByteQueue();
  let lost = 0;
  let isGone = false;
  const put = (bytes: Uint8Array) => waiting.push(bytes, 0, bytes.length);
  const fail = (error?: unknown) => {
    isGone = true;
    waiting.clear();
    onFailure(error);
  };
  const flush = () => {
    try {
      while (waiting.length > 0) {
        const taken = sink.write(waiting.bytes, waiting.start, waiting.end);
        if (taken === GONE) return fail();
        if (taken === NOTHING) return sink.arm();
        waiting.take(taken);
        tellLost();
      }
    } catch (error) {
      fail(error); // a full disk, say: events are not worth a cable
    }
  };
  /** As soon as there is room again, in front of what happens next. */
  const tellLost = () => {
    if (lost === 0 || waiting.length > BACKLOG_BYTES / 2) return;
    put(Buffer.from(jsonLine(output.lostEvent(lost))));
    lost = 0;
  };
  /** Whether there is no room for an event; it is counted then. */
  const isLost = () => {
    if (lost === 0 && waiting.length <= BACKLOG_BYTES) return false;
    lost++;
    return true;
  };
  sink.onReady(flush);
  const output: EventOutput = {
    lostEvent: (events) => ({ event: "lost", at: Date.now() / 1000, events }),
    write(event) {
      if (isGone || isLost()) return;
      put(Buffer.from(jsonLine(event)));
      flush();
    },
    writeLine(line) {
      if (isGone || isLost()) return;
      put(line);
      flush();
    },
    print(text) {
      if (isGone) return;
      put(Buffer.from(text));
      flush();
    },
    get isSettled() {
      return isGone || (waiting.length === 0 && sink.unsent() === 0);
    },
    close: flush,
  };
  return output;
}

/** Resolves when all is out, or after `limitMs`: a reader may never take it. */
export async function settleOutputs(outputs: readonly EventOutput[], limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    for (const output of outputs) output.close();
    if (outputs.every(({ isSettled }) => isSettled) || performance.now() >= deadline) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
