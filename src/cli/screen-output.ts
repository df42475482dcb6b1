/**
 * Text for the user's screen beside what the session shows there, kept in order while the terminal takes no more. Knows that a
 * stopped terminal must not stop robin; not what is drawn.
 */
import { type ByteSink, GONE } from "../port/ends.js";
import type { UserTerminal } from "../session/terminal.js";
import type { Behind, Looks, Size, Surface } from "../tui/surface.js";

/** How long a terminal may take for what leaves a view, ms; a stopped one never does. */
const FINISH_MS = 200;

/** What a terminal is taken for that does not know its size (console_codes(4)). */
const USUAL_SIZE = { rows: 24, columns: 80 };

type SizedTerminal = Pick<UserTerminal, "windowSize">;

export interface ScreenOutput {
  write(text: string): void;
  readonly isDrawn: boolean;
  /** Told when all is out, after it was not. One listener. */
  onDrawn(listener: () => void): void;
  /** What follows is somebody else's: waits a little for what is on its way. */
  finish(): void;
}

export function screenOutput(sink: ByteSink): ScreenOutput {
  let waiting: Uint8Array[] = [];
  let onDrawn = () => {};
  const flush = () => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const taken = sink.write(first, 0, first.length);
      if (taken === GONE) {
        waiting = [];
        return;
      }
      if (taken < first.length) {
        waiting[0] = first.subarray(taken);
        return sink.arm();
      }
      waiting.shift();
    }
  };
  sink.onReady(() => {
    flush();
    if (waiting.length === 0) onDrawn();
  });
  return {
    write(text) {
      waiting.push(Buffer.from(text));
      flush();
    },
    get isDrawn() {
      return waiting.length === 0;
    },
    onDrawn(listener) {
      onDrawn = listener;
    },
    finish() {
      const deadline = performance.now() + FINISH_MS;
      try {
        while (waiting.length > 0 && performance.now() < deadline) flush();
      } catch {
        // hung up
      }
    },
  };
}

/** What a view is drawn on, where `behind` says what stands there already. */
export function surfaceOn(
  output: ScreenOutput,
  terminal: SizedTerminal,
  looks: Looks,
  behind?: Behind,
): Surface {
  return {
    looks,
    write: output.write,
    get isDrawn() {
      return output.isDrawn;
    },
    onDrawn: output.onDrawn,
    size: () => knownSize(terminal),
    ...(behind && { behind }),
  };
}

export function knownSize(terminal: SizedTerminal): Size {
  const { rows, columns } = terminal.windowSize() ?? USUAL_SIZE;
  return rows > 0 && columns > 0 ? { rows, columns } : USUAL_SIZE;
}
