/**
 * What `robin replay` tells: its events for programs, and in words. Pure.
 */
import { isUtf8 } from "node:buffer";
import { printable } from "../../bytes/printable.js";
import type { VirtualEvent } from "../../virtual/port/virtual-event.js";
import { type Departure, firstDifference } from "../../virtual/replay/departure.js";
import type { EventMoment } from "../../virtual/replay/moments.js";

type Content = { readonly text: string } | { readonly base64: string };

/** `text` where it is UTF-8, as in a recording. */
function contentOf(bytes: Uint8Array): Content {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isUtf8(buffer) ? { text: buffer.toString("utf8") } : { base64: buffer.toString("base64") };
}

/**
 * `line` and `elapsed` (seconds since the first record) are those of the first expected line, `byte` is the first that differs
 * in it, from 1. `expected` are lines that did not come, the first ones where there are `more`; `actual` came instead, and
 * is that line of the recording `found`.
 */
export function departureEvent(port: string, departure: Departure): VirtualEvent {
  const { kind, expected, hasMore, actual, found } = departure;
  const [first] = expected;
  return {
    event: "departure",
    port,
    kind,
    ...(first
      ? { line: first.line, elapsed: first.atUs / 1e6, byte: firstDifference(first.bytes, actual) }
      : {}),
    expected: expected.map(({ line, bytes }) => ({ line, ...contentOf(bytes) })),
    ...(hasMore ? { more: true } : {}),
    actual: contentOf(actual),
    ...(found ? { found: found.line } : {}),
  };
}

export function recordedEvent(port: string, { event, line, atUs }: EventMoment): VirtualEvent {
  return { event: "recorded", port, line, elapsed: atUs / 1e6, record: event };
}

/** The event for people; undefined where it is not worth any words. */
export function describeReplayEvent(event: VirtualEvent): string | undefined {
  const { port } = event;
  switch (event.event) {
    case "recorded": {
      const record = event.record as EventMoment["event"];
      return record.event === "mark" ? `port ${port}: mark: ${printable(record.text)}` : undefined;
    }
    case "hangup": {
      const why =
        event.reason === "exclusive" ? "left in exclusive use (TIOCEXCL) by who closed it" : "hung up";
      return `port ${port}: ${why}; it is ${event.path} now`;
    }
    case "fault":
      return `port ${port}: hang up: ${event.error}`;
    case "end":
      return `port ${port}: all that was recorded has been said`;
    case "statistics": {
      const { received, sent, matched, departures } = event;
      const lines =
        matched === undefined
          ? ""
          : `; ${matched} lines as recorded, ${departures} departure${departures === 1 ? "" : "s"}`;
      return `port ${port}: ${received} bytes received, ${sent} sent${lines}`;
    }
    default:
      return undefined;
  }
}
