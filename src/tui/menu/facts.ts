/**
 * A session's facts as labels and short texts: for the menu, and read aloud line by line. Pure. Knows what each fact is called
 * and when it is a bad one; not where it stands.
 */
import { describeLine } from "../../port/describe.js";
import type { ActualSettings, LineSettings, ModemLine } from "../../port/port.js";
import type { SessionSnapshot } from "../../session/session-face.js";
import type { Tone } from "../rows.js";
import { byteCount, uptime } from "./amounts.js";

export interface FactPart {
  readonly text: string;
  readonly tone?: Tone;
  /** Where it is cut if it is too long; default: at its end. */
  readonly cut?: "middle";
  /** A modem line: whether it is on. Its sign is the looks' own. */
  readonly lamp?: boolean;
}

export interface Fact {
  readonly label: string;
  readonly parts: readonly FactPart[];
  /** What stands between them; default: two blanks. */
  readonly between?: string;
}

/** In the order in which they stand on a connector's tester. */
const LAMPS: readonly ModemLine[] = ["dtr", "rts", "cts", "dsr", "dcd", "ri"];
/** What is counted as a matter of course; all others count what went wrong. */
const TRAFFIC = ["rx", "tx"];

/** What is there and for how long. */
export function presence({ isThere }: SessionSnapshot): FactPart {
  return isThere ? { text: "connected", tone: "good" } : { text: "away, waited for", tone: "bad" };
}

export function upFor({ uptimeMs }: SessionSnapshot): string {
  return `up ${uptime(uptimeMs)}`;
}

/** `grown`: by how much counters have grown since somebody began to look. */
export function factsOf(snapshot: SessionSnapshot, grown: ReadonlyMap<string, number>): Fact[] {
  return [
    {
      label: "asked",
      parts: clauses(describeLine(snapshot.asked) || "nothing: as it stands"),
      between: " ",
    },
    { label: "actual", parts: actualParts(snapshot), between: " " },
    { label: "lines", parts: lineParts(snapshot) },
    { label: "driver", parts: counterParts(snapshot, grown) },
    { label: "bytes", parts: byteParts(snapshot) },
    { label: "kept in", parts: fileParts(snapshot) },
    { label: "views", parts: viewParts(snapshot) },
  ];
}

/** A row may end behind each comma. */
function clauses(text: string): FactPart[] {
  return text.split(/(?<=,) /).map((clause) => ({ text: clause }));
}

function actualParts({ asked, actual, isThere }: SessionSnapshot): FactPart[] {
  if (actual === undefined) return [{ text: isThere ? "not known" : "the device is away", tone: "dim" }];
  const other = differing(asked, actual);
  const parts = clauses(describeLine(actual));
  if (other.length > 0) parts.push({ text: `! not as asked: ${other.join(", ")}`, tone: "warning" });
  return parts;
}

/** What robin says for each setting: as the options are called. */
const NAMES: Readonly<Partial<Record<keyof LineSettings, string>>> = {
  onError: "on-error",
  onBreak: "on-break",
  lowLatency: "low-latency",
};

/** Settings that stand otherwise than they were asked for, by name. */
function differing(asked: LineSettings, actual: ActualSettings): string[] {
  return (Object.keys(asked) as (keyof LineSettings)[])
    .filter((key) => key !== "rs485" && asked[key] !== undefined && asked[key] !== actual[key])
    .map((key) => NAMES[key] ?? key);
}

function lineParts({ lines }: SessionSnapshot): FactPart[] {
  if (lines === undefined) return [{ text: "not known, or the port has none", tone: "dim" }];
  return LAMPS.map((line) => ({
    text: line.toUpperCase(),
    lamp: lines[line],
    tone: lines[line] ? "good" : "dim",
  }));
}

function counterParts({ counters }: SessionSnapshot, grown: ReadonlyMap<string, number>): FactPart[] {
  if (counters === undefined) return [{ text: "counts nothing", tone: "dim" }];
  return Object.entries(counters).map(([name, value]) => {
    const by = TRAFFIC.includes(name) ? 0 : (grown.get(name) ?? 0);
    const text = `${snakeCase(name)} ${value}`;
    return by > 0 ? { text: `! ${text} (+${by})`, tone: "bad" } : { text };
  });
}

/** As the kernel and the key `s` spell it. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function byteParts(snapshot: SessionSnapshot): FactPart[] {
  const { received, receivedPerSecond, sent, sentPerSecond, unsent, kept, dropped } = snapshot;
  const parts: FactPart[] = [
    { text: `received ${received}, ${byteCount(receivedPerSecond)}/s` },
    { text: `sent ${sent}, ${byteCount(sentPerSecond)}/s` },
  ];
  if (unsent > 0) parts.push({ text: `unsent ${byteCount(unsent)}`, tone: "warning" });
  if (kept > 0) parts.push({ text: `kept for the screen ${byteCount(kept)}` });
  if (dropped > 0) parts.push({ text: `! dropped ${byteCount(dropped)}`, tone: "bad" });
  return parts;
}

function fileParts({ log, record }: SessionSnapshot): FactPart[] {
  const part = (name: string, path: string | undefined): FactPart =>
    path === undefined
      ? { text: `no ${name}`, tone: "dim" }
      : { text: `${name} ${path}`, tone: "good", cut: "middle" };
  return [part("log", log), part("recording", record)];
}

/** Options whose value says what the screen shows, or how it is typed; they change by no key. */
const SHOWN_OPTIONS = ["imap", "omap", "emap", "map", "rx-color", "tx-color", "input"] as const;

function viewParts({ echo, view, options }: SessionSnapshot): FactPart[] {
  const parts: string[] = [];
  if (echo) parts.push("echo");
  if (view.hex) parts.push("hex");
  if (view.printable) parts.push("printable");
  if (view.timestamp) parts.push(`timestamp ${view.timestamp.name}`);
  for (const name of SHOWN_OPTIONS) {
    const value = options.get(name);
    if (value !== undefined && value !== false) parts.push(`${name} ${value}`);
  }
  return parts.length === 0 ? [{ text: "bytes as they come", tone: "dim" }] : parts.map((text) => ({ text }));
}
