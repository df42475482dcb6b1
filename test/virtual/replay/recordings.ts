/** Recordings as tests write them: one text a moment, `<` what the device said, `>` what it was sent, at its millisecond. */
import type { ReadRecord } from "../../../src/recording/read-recording.js";
import { createMoments, type Moment } from "../../../src/virtual/replay/moments.js";

/** What was said, sent or happened at `ms` since the session began. */
export type Step = readonly [ms: number, what: string | { readonly event: "lost" | "back" | "mark" }];

const BEGAN_AT = 1_763_745_000;

/** `"<OK"` is what the device said, `">AT\r"` what it was sent; one byte a character. */
export function records(steps: readonly Step[]): ReadRecord[] {
  return steps.map(([ms, what], at) => {
    const stamp = { at: BEGAN_AT + ms / 1000, elapsed: ms / 1000, line: at + 1 };
    if (typeof what !== "string") {
      const event =
        what.event === "mark" ? { event: what.event, text: "a mark" } : { ...what, port: "/dev/ttyUSB0" };
      return { kind: "event", event, ...stamp } as ReadRecord;
    }
    const way = what[0] === "<" ? "rx" : "tx";
    return { kind: "bytes", way, bytes: Buffer.from(what.slice(1), "latin1"), ...stamp };
  });
}

export function moments(steps: readonly Step[]): Moment[] {
  const momentOf = createMoments();
  return records(steps).map((record) => momentOf(record)!);
}

/** The same as lines of a file. */
export function recordingText(steps: readonly Step[]): string {
  return records(steps)
    .map((record) => {
      const { at, elapsed } = record;
      if (record.kind === "event") return JSON.stringify({ ...record.event, at, elapsed });
      if (record.kind === "unknown") return "";
      return JSON.stringify({
        event: record.way,
        at,
        elapsed,
        base64: Buffer.from(record.bytes).toString("base64"),
      });
    })
    .map((line) => `${line}\n`)
    .join("");
}
