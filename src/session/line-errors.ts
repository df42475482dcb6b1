/**
 * Errors of the line that the driver counts while a session receives, told as what they most often are. Looks only after
 * bytes have come, once for many of them: a silent line costs nothing. Knows counters and what their rise means; not what is
 * shown.
 */
import { describeLine } from "../port/describe.js";
import type { ActualSettings, Port } from "../port/port.js";
import type { Say } from "./session-options.js";

/** From the first byte to the look at the counters. */
const LOOK_MS = 400;
/** A plug that is pushed in, or a board that starts, makes one or two. */
const ENOUGH = 3;
/** So many bytes without an error in between, and those before it are no sign any more. */
const CLEAN_BYTES = 200;
/** Errors after so long without any are news again. */
const CLEAN_MS = 60_000;

type Counts = Readonly<Record<string, number>>;

export type LineErrorKind = "frame" | "parity" | "overrun";

/** Which counters belong to a kind, and how many of them are worth a word. A break is no error. */
const KINDS: readonly { kind: LineErrorKind; counters: readonly string[]; enough: number }[] = [
  { kind: "frame", counters: ["frame"], enough: ENOUGH },
  { kind: "parity", counters: ["parity"], enough: ENOUGH },
  { kind: "overrun", counters: ["overrun", "bufOverrun"], enough: 1 },
];

/** Enough errors of one kind, with few good bytes among them. */
export interface LineErrors {
  readonly kind: LineErrorKind;
  readonly count: number;
}

/** One kind's way: what was counted before, what has risen since the last clean bytes, whether that was told. */
interface Course {
  before: number;
  count: number;
  /** Good bytes since the last error. */
  clean: number;
  lastMs: number;
  isTold: boolean;
}

/**
 * Judges counters as they are seen one after the other, beginning with `first`. `settings` is a text that changes when speed
 * or frame do: a change makes old errors meaningless. Each kind is named once, until a change or a clean stretch.
 */
export function createErrorJudge(first: Counts, settings: string) {
  const sum = (counts: Counts, names: readonly string[]) =>
    names.reduce((total, name) => total + (counts[name] ?? 0), 0);
  const begin = (counts: Counts) =>
    KINDS.map(
      ({ counters }): Course => ({
        before: sum(counts, counters),
        count: 0,
        clean: 0,
        lastMs: Number.NEGATIVE_INFINITY,
        isTold: false,
      }),
    );
  const received = (counts: Counts) => counts.rx ?? 0;
  let known = settings;
  let courses = begin(first);
  let receivedBefore = received(first);
  return (counts: Counts, nowMs: number, settingsNow: string): LineErrors[] => {
    const bytes = received(counts) - receivedBefore;
    receivedBefore += bytes;
    if (settingsNow !== known) {
      known = settingsNow;
      courses = begin(counts);
      return [];
    }
    return KINDS.flatMap(({ kind, counters, enough }, at) => {
      const course = courses[at]!;
      const now = sum(counts, counters);
      const risen = now - course.before; // below 0 when the device is another one, which counts from 0
      course.before = now;
      if (risen <= 0) {
        course.clean += bytes;
        if (course.clean >= CLEAN_BYTES) course.count = 0;
        return [];
      }
      if (nowMs - course.lastMs > CLEAN_MS) course.isTold = false;
      course.lastMs = nowMs;
      course.clean = 0;
      course.count += risen;
      if (course.isTold || course.count < enough) return [];
      course.isTold = true;
      return [{ kind, count: course.count }];
    });
  };
}

/** What the errors most often mean. `keys`: which ones change the speed, where there are keys. */
export function describeLineErrors(
  path: string,
  { kind, count }: LineErrors,
  settings: ActualSettings,
  keys: string | undefined,
): string {
  const errors = (name: string) => `receive from ${path}: ${count} ${name} error${count === 1 ? "" : "s"}`;
  if (kind === "frame") {
    const hint = keys === undefined ? "" : `; ${keys} try the neighbours`;
    return `${errors("framing")}: most often the speed is wrong, it is ${settings.bps} bps${hint}`;
  }
  const line = describeLine(settings);
  if (kind === "parity") return `${errors("parity")}: most often the frame is wrong, it is ${line}`;
  return `${errors("overrun")}, bytes were lost before robin could read them: flow control or a lower speed helps, it is ${line}`;
}

export interface LineErrorWatch {
  /** Bytes have come: look at the counters soon. Cheap. */
  seen(): void;
  stop(): void;
}

/** Says by `say` what the driver of `port` counts; undefined where it does not count. `keys` is as above. */
export function watchLineErrors(port: Port, say: Say, keys?: string): LineErrorWatch | undefined {
  const first = port.counters();
  if (first === undefined) return undefined;
  const judge = createErrorJudge(first, JSON.stringify(port.asked));
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = () => {
    timer = undefined;
    const counts = port.counters();
    if (counts === undefined) return; // it is away
    for (const errors of judge(counts, performance.now(), JSON.stringify(port.asked))) {
      port.settings().then(
        (settings) => {
          if (!isStopped) say("warning", describeLineErrors(port.path, errors, settings, keys));
        },
        () => {}, // lost meanwhile
      );
    }
  };
  return {
    seen() {
      if (timer === undefined && !isStopped) timer = setTimeout(look, LOOK_MS);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
