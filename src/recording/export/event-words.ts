/**
 * An event of a recording in a few words, for people. Pure; harmless on a screen, whoever made the recording.
 */
import { printable } from "../../bytes/printable.js";
import { describeLine } from "../../port/describe.js";
import type { ModemLine, ModemLines } from "../../port/port.js";
import type { SessionEvent } from "../../session/session-event.js";
import type { EventRecord } from "../record.js";

/** Such as `settings 115200 8N1, no flow control`; with the date where it is the first one. */
export function eventWords({ event, at }: EventRecord): string {
  return printable(`${event.event} ${details(event, at)}`.trimEnd());
}

function details(event: SessionEvent, at: number): string {
  switch (event.event) {
    case "start":
      return `${event.port} at ${dateOf(at)}, recorded by ${event.program}`;
    case "settings": {
      const { bps, databits, parity, stopbits, flow } = event.settings;
      return describeLine({ bps, databits, parity, stopbits, flow });
    }
    case "lines":
      return [describeLines(event.lines), ...pulses(event.changes)].join(", ");
    case "break":
      return `${event.way === "rx" ? "received" : "sent"}${event.count === undefined ? "" : ` ${times(event.count)}`}${event.ms === undefined ? "" : `, ${event.ms} ms`}`;
    case "error":
      return "counters" in event ? counted(event.counters) : event.message;
    case "mark":
      return event.text;
    case "lost":
    case "back":
      return event.port;
    case "drop":
      return [
        event.bytes !== undefined && `${event.bytes} bytes${event.way === "tx" ? " not sent" : ""}`,
        event.events !== undefined && `${event.events} events`,
      ]
        .filter(Boolean)
        .join(", ");
    case "command":
      return `${event.command}${event.status === undefined ? "" : `, status ${event.status}`}`;
    case "end":
      return `${event.reason}, ${event.received} bytes received, ${event.sent} bytes sent`;
  }
}

/** ISO 8601, UTC, to the microsecond. */
function dateOf(at: number): string {
  const micros = Math.round(at * 1e6);
  const date = new Date(Math.floor(micros / 1e6) * 1000);
  if (Number.isNaN(date.getTime())) return `${at}`; // made by hand
  return date.toISOString().replace(/\.000Z$/, `.${String(micros % 1e6).padStart(6, "0")}Z`);
}

function describeLines(lines: Partial<ModemLines>): string {
  return (Object.entries(lines) as [ModemLine, boolean][])
    .map(([line, on]) => `${line.toUpperCase()} ${on ? "on" : "off"}`)
    .join(", ");
}

/** Those that changed more often than is to be seen. */
function pulses(changes: Readonly<Record<string, number>> = {}): string[] {
  const often = Object.entries(changes).filter(([, count]) => count > 1);
  return often.map(([line, count]) => `${line.toUpperCase()} changed ${times(count)}`);
}

function counted(counters: Readonly<Record<string, number>> = {}): string {
  return Object.entries(counters)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
