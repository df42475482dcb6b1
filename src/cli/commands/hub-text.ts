/**
 * What happens on a hub in words, and its ports as a table. Pure; knows how they look.
 */
import { printable } from "../../bytes/printable.js";
import type { Holder } from "../../port/holders.js";
import type { PortStatus } from "../../virtual/hub/hub.js";
import type { VirtualEvent } from "../../virtual/port/virtual-event.js";

export interface ShownPort extends PortStatus {
  /** Who has it open, as far as the user who asks may see. */
  readonly holders: readonly Holder[];
}

/** Events that are only worth words when somebody asked for more of them. */
const DETAILS = ["open", "close", "settings"];

/** An event for people, or undefined where it is not worth any words. `patienceMs` is the hub's. */
export function hubWords(event: VirtualEvent, patienceMs: number, isVerbose: boolean): string | undefined {
  if (DETAILS.includes(event.event) && !isVerbose) return undefined;
  const text = textOf(event, patienceMs);
  return text === undefined
    ? undefined
    : printable(event.port === undefined ? text : `${event.port}: ${text}`);
}

function textOf(event: VirtualEvent, patienceMs: number): string | undefined {
  const bytes = amount(Number(event.bytes ?? 0));
  switch (event.event) {
    case "open":
      return "opened";
    case "close":
      return "closed";
    case "stalled":
      return `has read nothing for ${patienceMs} ms while others waited: it holds them no longer`;
    case "resumed":
      return "reads again";
    case "overflow":
      return `${bytes} dropped, its queue is full (${event.policy})`;
    case "drop":
      return `${bytes} dropped while nobody had it open`;
    case "flush":
      return `${bytes} left unread by who closed it, discarded`;
    case "hangup":
      return event.reason === "exclusive"
        ? `left in exclusive use (TIOCEXCL) by who closed it; it is ${event.path} now`
        : `hung up; it is ${event.path} now`;
    case "cut":
      return cutText(event, bytes);
    case "fault":
      return event.kind === "hangup" ? `hang up: ${event.error}` : undefined;
    case "statistics":
      return `received ${event.received}, sent ${event.sent}, dropped ${event.dropped} bytes`;
    default:
      return undefined;
  }
}

function cutText({ reason, pieces }: VirtualEvent, bytes: string): string {
  const what = pieces === 1 ? `${bytes} of a message` : `${pieces} pieces of messages, ${bytes},`;
  if (reason === "closed") return `${what} passed on without an end: its program has left`;
  if (reason === "silence") return `${what} passed on without an end: nothing more came`;
  return `${what} passed on by ${pieces === 1 ? "itself" : "themselves"}: a message is larger than the queue`;
}

const amount = (bytes: number) => (bytes === 1 ? "1 byte" : `${bytes} bytes`);

type Column = readonly [title: string, of: (port: ShownPort) => string, isNumber?: boolean];

const COLUMNS: readonly Column[] = [
  ["PORT", ({ name }) => name],
  ["LINK", ({ link, path }) => link ?? path],
  ["STATE", ({ state }) => state],
  ["QUEUED", ({ queued }) => String(queued), true],
  ["RECEIVED", ({ received }) => String(received), true],
  ["SENT", ({ sent }) => String(sent), true],
  ["DROPPED", ({ dropped }) => String(dropped), true],
  ["BPS", ({ bps }) => String(bps), true],
  ["HELD BY", ({ holders }) => holders.map(({ pid, command }) => `${command} (${pid})`).join(", ") || "-"],
];

/** The ports of a hub, a line for each. */
export function statusTable(ports: readonly ShownPort[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...ports.map((port) => COLUMNS.map(([, of]) => printable(of(port)))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        COLUMNS[column]![2] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return `${rows.map(line).join("\n")}\n`;
}
