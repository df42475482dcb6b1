/**
 * What happens on the cable, in words for people. Pure; knows the events of virtual/pair/.
 */

import type { PortCounts } from "../../virtual/pair/cable.js";
import { describeFrame, type Frame } from "../../virtual/pair/line-frame.js";
import type { VirtualEvent } from "../../virtual/port/virtual-event.js";

/** The event in words, or undefined where it is not worth any. `names` are the ports' as users know them. */
export function describePairEvent(
  event: VirtualEvent,
  names: Readonly<Record<string, string>>,
): string | undefined {
  const port = names[event.port ?? ""] ?? event.port;
  switch (event.event) {
    case "mismatch":
      return describeMismatch(event, names);
    case "fault":
      return describeFault(event, port);
    case "packet":
      return `${port}: ${(event.conditions as readonly string[]).join(", ")}`;
    case "drop":
      return `${port}: lost on the way from it: ${bytes(event.count as number)}`;
    case "hangup": {
      const link = event.error === undefined ? "" : `; ${event.error}`;
      const why =
        event.reason === "exclusive" ? "left in exclusive use (TIOCEXCL) by who closed it" : "hung up";
      return port === event.path
        ? `port ${event.port}: ${why}; it is ${port} now`
        : `${port}: ${why}; behind it is ${event.path} now${link}`;
    }
    case "statistics":
      return describeStatistics(event, names);
    default:
      return undefined;
  }
}

function describeMismatch(event: VirtualEvent, names: Readonly<Record<string, string>>): string {
  if (event.state === "end") {
    const both = `${names.a} and ${names.b}`;
    return event.reason === "alike" ? `${both} are set alike again` : `${both} are both closed`;
  }
  const frames = (["a", "b"] as const).map((name) => {
    const frame = event[name] as Frame & { readonly inputBps?: number };
    const input = frame.inputBps === undefined ? "" : `, listening at ${frame.inputBps} bps`;
    return `${names[name]} is at ${describeFrame(frame)}${input}`;
  });
  const effect = event.harmless ? "near enough to be understood" : "what arrives is garbage";
  return `${frames.join(", ")}: ${effect}`;
}

function describeFault(
  { kind, state, forMs, error }: VirtualEvent,
  port: string | undefined,
): string | undefined {
  if (kind === "stall") {
    return state === "begin" ? `nothing moves for ${(forMs as number) / 1000} s` : "bytes move again";
  }
  if (kind === "hangup") return `hang up ${port}: ${error}`;
  return undefined; // single bytes are counted
}

const bytes = (count: number) => `${count} ${count === 1 ? "byte" : "bytes"}`;

const COLUMNS = [
  "sent",
  "received",
  "waiting",
  "dropped",
  "flipped",
  "duplicated",
  "garbled",
  "misread",
  "lost",
] as const;
/** Shown also where there was none. */
const ALWAYS: readonly string[] = ["sent", "received"];

function describeStatistics(event: VirtualEvent, names: Readonly<Record<string, string>>): string {
  const ports = event.ports as readonly PortCounts[];
  const columns = COLUMNS.filter(
    (column) => ALWAYS.includes(column) || ports.some((port) => port[column] > 0),
  );
  const rows = [
    ["bytes", ...columns],
    ...ports.map((port) => [names[port.port] ?? port.port, ...columns.map((column) => String(port[column]))]),
  ];
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const lines = rows.map((row) => {
    const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)));
    return `  ${cells.join("  ")}`;
  });
  const seed = event.seed === undefined ? "" : `, --seed ${event.seed}`;
  return [`after ${(event.uptime as number).toFixed(1)} s${seed}`, ...lines].join("\n");
}
