/**
 * Where a program departs from what was recorded, as data, as one line, and as a diff. Pure; knows no terminal but what
 * colours a diff.
 */
import { isUtf8 } from "node:buffer";
import { printable } from "../../bytes/printable.js";
import type { SentLine } from "./sent-lines.js";

export type DepartureKind =
  /** Something else came in place of the expected line. It is ignored, and the line awaited. */
  | "changed"
  /** A later line came: those before it were not sent. */
  | "skipped"
  /** Something came after the last line. */
  | "extra"
  /** The expected line did not come in time. */
  | "timeout"
  /** The program left before the last line. */
  | "unfinished";

export interface Departure {
  readonly kind: DepartureKind;
  /** The last lines that came as they were recorded, at most CONTEXT_LINES. */
  readonly before: readonly SentLine[];
  /** Lines that were expected and did not come; none where kind is "extra". Of many the first ones. */
  readonly expected: readonly SentLine[];
  /** Whether there are more of them than `expected` has. */
  readonly hasMore: boolean;
  /** What came instead; empty where nothing did. */
  readonly actual: Uint8Array;
  /** The later line that came, where kind is "skipped". */
  readonly found?: SentLine;
}

/** Lines in front of a difference that a diff shows. */
export const CONTEXT_LINES = 3;
/** Characters of one line that are shown. */
const SHOWN = 200;

/** How a diff's lines are marked, as chalk does it. */
export interface DiffColors {
  bold(text: string): string;
  cyan(text: string): string;
  red(text: string): string;
  green(text: string): string;
}

const PLAIN: DiffColors = { bold: same, cyan: same, red: same, green: same };

function same(text: string): string {
  return text;
}

/** `FILE:12 (2.513 s): "ATZ\r" was expected, "ATX\r" came, which differs at byte 3`, without the file. */
export function describeDeparture(departure: Departure): string {
  const { kind, expected, hasMore, actual, found, before } = departure;
  const [first] = expected;
  const came = actual.length === 0 ? "nothing came" : `${quoted(actual)} came`;
  if (first === undefined) {
    return `${before.at(-1) ? `after line ${before.at(-1)?.line}: ` : ""}nothing more was expected, ${came}`;
  }
  const place = `line ${first.line} (${seconds(first.atUs)}): ${quoted(first.bytes)} was expected, `;
  if (kind === "changed") return place + came + differing(first.bytes, actual);
  if (kind === "skipped") {
    const left = expected.length === 1 ? "" : `; ${expected.length} lines were left out`;
    return `${place}${came}, which is line ${found?.line}${left}`;
  }
  if (kind === "timeout") return `${place}${came} in time`;
  const rest = expected.length - 1;
  const more =
    rest === 0 && !hasMore ? "" : `, nor ${hasMore ? "more than " : ""}${Math.max(rest, 1)} after it`;
  const cameOfIt = actual.length === 0 ? "and was not sent" : `and only ${quoted(actual)} came`;
  return `${place}${cameOfIt}${more}`;
}

/** Which byte is the first to differ, from 1; what is only longer or shorter shows that by itself. */
export function firstDifference(expected: Uint8Array, actual: Uint8Array): number {
  let at = 0;
  while (at < expected.length && at < actual.length && expected[at] === actual[at]) at++;
  return at + 1;
}

function differing(expected: Uint8Array, actual: Uint8Array): string {
  return `, which differs at byte ${firstDifference(expected, actual)}`;
}

/** Whether line ends are all that differs: another option would take them for the same. */
export function differsInNewlineOnly({ expected, actual }: Departure): boolean {
  const [first] = expected;
  if (first === undefined) return isNewline(actual);
  return content(first.bytes).equals(content(actual)) && endsInNewline(actual);
}

function isNewline(bytes: Uint8Array): boolean {
  return bytes.length > 0 && content(bytes).length === 0;
}

function endsInNewline(bytes: Uint8Array): boolean {
  return bytes.length > 0 && content(bytes).length < bytes.length;
}

/** Without its CR, LF or CR LF. */
export function content(line: Uint8Array): Buffer {
  let { length } = line;
  while (length > 0 && (line[length - 1] === 0x0a || line[length - 1] === 0x0d)) length--;
  return Buffer.from(line.buffer, line.byteOffset, length);
}

/** A diff in unified style, of lines of what was sent, each with its line end as `\r` or `\n`. */
export function diffOf(departure: Departure, file: string, colors: DiffColors = PLAIN): string {
  const { before, expected, hasMore, actual, found } = departure;
  const first = before[0] ?? expected[0];
  const number = first?.number ?? 1;
  const missing = expected.length + (hasMore ? 1 : 0);
  const came = actual.length > 0 ? 1 : 0;
  const shared = before.length + (found ? 1 : 0);
  const place = expected[0] ?? before.at(-1);
  const where = place ? ` line ${place.line}, ${seconds(place.atUs)}` : "";
  const counts = `-${number},${shared + missing} +${number},${shared + (found ? 0 : came)}`;
  return [
    colors.bold(`--- ${printable(file)}`),
    colors.bold("+++ what was sent"),
    colors.cyan(`@@ ${counts} @@${where}`),
    ...before.map(({ bytes }) => ` ${shown(bytes)}`),
    ...expected.map(({ bytes }) => colors.red(`-${shown(bytes)}`)),
    ...(hasMore ? [colors.red("-…")] : []),
    ...(found ? [` ${shown(found.bytes)}`] : came > 0 ? [colors.green(`+${shown(actual)}`)] : []),
  ].join("\n");
}

/** Since the recording's first record. */
export function seconds(us: number): string {
  return `${(us / 1e6).toFixed(3)} s`;
}

export function quoted(bytes: Uint8Array): string {
  return `"${shown(bytes).replaceAll('"', '\\"')}"`;
}

/** What has a shorter name than its number. */
const NAMES: Readonly<Record<string, string>> = { "\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\" };

/** On one line and harmless: `\r`, `\x1b`; bytes that are no UTF-8 as `\xff`. */
function shown(bytes: Uint8Array): string {
  const isText = isUtf8(bytes);
  const some = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4 * SHOWN));
  const characters = [...some.toString(isText ? "utf8" : "latin1")];
  const escaped = characters.slice(0, SHOWN).map((one) => {
    return NAMES[one] ?? (isText || one < "\x80" ? printable(one) : `\\x${one.charCodeAt(0).toString(16)}`);
  });
  const rest = characters.length > SHOWN ? `… (${bytes.length} bytes)` : "";
  return escaped.join("") + rest;
}
