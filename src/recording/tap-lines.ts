/**
 * What a tap hears, as lines of a recording. Knows clocks and masks; not where lines go.
 */
import type { Mask } from "../bytes/mask.js";
import type { Stage, Way } from "../bytes/stage.js";
import type { Clock } from "../session/clock.js";
import type { SessionEvent } from "../session/session-event.js";
import { encodeBytes, encodeEvent } from "./format.js";
import type { Stamp } from "./record.js";

interface TapLinesOptions {
  readonly clock: Clock;
  /** Gets each line, valid until the next one. */
  readonly put: (line: Uint8Array) => void;
}

export interface TapLines {
  bytes(way: Way, bytes: Uint8Array, start: number, end: number, atUs: number): void;
  event(event: SessionEvent, atUs: number): void;
  /** What hides secrets from now on; undefined: nothing is hidden. What the old masks keep back comes out. */
  setMask(create: CreateMask | undefined): void;
  /** What masks keep back comes out. */
  flush(): void;
}

/** Makes a mask, one for each way. `prompt` says what stands in front of a line that begins, on the other way. */
export type CreateMask = (prompt?: () => string) => Stage & Partial<Mask>;

/** A mask, and when it is to be asked again. */
interface Masked {
  readonly stage: Stage;
  timer: NodeJS.Timeout | undefined;
}

export function createTapLines({ clock, put }: TapLinesOptions): TapLines {
  const masks = new Map<Way, Masked>();
  let lastUs = 0;
  /** Whether something has come since a typed line began: a prompt is the next line's alone. */
  let isPromptNew = false;
  /** What is told late is not told of before what was told already. */
  const stampOf = (atUs: number): Stamp => {
    lastUs = Math.max(lastUs, atUs);
    return { at: clock.wallUs(lastUs) / 1e6, elapsed: lastUs / 1e6 };
  };

  const flushOne = (way: Way, masked: Masked) => {
    clearTimeout(masked.timer);
    masked.timer = undefined;
    const atUs = clock.nowUs();
    const rest = masked.stage.flush(atUs);
    encodeBytes(way, rest, 0, rest.length, stampOf(atUs), put);
  };
  const askLater = (way: Way, masked: Masked) => {
    clearTimeout(masked.timer);
    const deadlineUs = masked.stage.deadlineUs?.();
    if (deadlineUs === undefined) return;
    const ms = Math.max(0, (deadlineUs - clock.nowUs()) / 1000);
    masked.timer = setTimeout(() => flushOne(way, masked), ms);
  };

  const flush = () => {
    for (const [way, masked] of masks) flushOne(way, masked);
  };

  return {
    bytes(way, bytes, start, end, atUs) {
      if (way === "rx") isPromptNew = true;
      const masked = masks.get(way);
      if (masked === undefined) return encodeBytes(way, bytes, start, end, stampOf(atUs), put);
      const shown = masked.stage.push(bytes.subarray(start, end), atUs, way);
      encodeBytes(way, shown, 0, shown.length, stampOf(atUs), put);
      askLater(way, masked);
    },
    event(event, atUs) {
      if (event.event === "end") flush(); // nothing is told behind it
      put(Buffer.from(encodeEvent(event, stampOf(atUs))));
    },
    setMask(create) {
      flush();
      masks.clear();
      if (create === undefined) return;
      const rx = create();
      const prompt = () => {
        if (!isPromptNew) return "";
        isPromptNew = false;
        return rx.unfinished ?? "";
      };
      masks.set("rx", { stage: rx, timer: undefined });
      masks.set("tx", { stage: create(prompt), timer: undefined });
    },
    flush,
  };
}
