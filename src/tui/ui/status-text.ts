/**
 * How a session stands, in one row: what matters most is there also where the row is short. Pure. Knows a session's snapshot; not
 * how the row is painted.
 */
import { basename } from "node:path";
import { textWidth } from "../../bytes/char-width.js";
import { printable } from "../../bytes/printable.js";
import type { ActualSettings, LineSettings, ModemLine } from "../../port/port.js";
import type { SessionSnapshot } from "../../session/session-face.js";

export interface StatusPart {
  readonly text: string;
  /** Lamps are lit or not; a warning is worth a look. */
  readonly look?: "on" | "off" | "warning" | "strong";
  /** The next part stands close to it. */
  readonly isJoined?: boolean;
}

export interface StatusFacts {
  readonly snapshot: SessionSnapshot | undefined;
  /** Rows above and below what is seen, while one looks back. */
  readonly back: { readonly above: number; readonly below: number } | undefined;
  readonly marks: number;
  /** Why nothing comes any more. */
  readonly end: string | undefined;
  /** Keys that lead on, at the row's end. */
  readonly hint: string;
  /** Whether they are the only ones that do anything. */
  readonly isHintFirst?: boolean;
}

/** Parts that belong together; the smaller `rank`, the later they are left out. */
interface Group {
  readonly rank: number;
  readonly parts: readonly StatusPart[];
}

const GAP = "  ";
const LAMPS: readonly ModemLine[] = ["dtr", "rts", "cts", "dsr", "dcd", "ri"];
const FLOW_WORDS = { hardware: "RTS/CTS", software: "XON/XOFF", none: "" } as const;
/** Counters of the driver that are faults. */
const FAULTS = ["frame", "parity", "overrun", "bufOverrun"] as const;

/** `1.2 MB`, decimal as everywhere on a line. */
export function amount(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `115200 8N1 RTS/CTS` */
export function settingsText(settings: LineSettings | ActualSettings): string {
  const { bps, databits, parity, stopbits, flow } = settings;
  const isFrame = databits !== undefined && parity !== undefined && stopbits !== undefined;
  return [
    bps ? `${bps}` : "",
    isFrame ? `${databits}${parity[0]!.toUpperCase()}${stopbits}` : "",
    flow === undefined ? "" : FLOW_WORDS[flow],
  ]
    .filter((word) => word !== "")
    .join(" ");
}

/** What was asked for and does not stand. */
function refused({ asked, actual }: SessionSnapshot): string {
  if (!actual) return "";
  const keys = ["bps", "databits", "parity", "stopbits", "flow"] as const;
  const others = keys.filter((key) => asked[key] !== undefined && asked[key] !== actual[key]);
  return others.map((key) => `${key} ${asked[key]}`).join(", ");
}

function groupsOf({ snapshot, back, marks, end, hint, isHintFirst }: StatusFacts): Group[] {
  const groups: Group[] = [];
  const add = (rank: number, ...parts: (StatusPart | false)[]) => {
    const there = parts.filter((part) => part !== false);
    if (there.length > 0) groups.push({ rank, parts: there });
  };
  if (end !== undefined) add(0, { text: end, look: "warning" });
  else if (snapshot?.isThere === false) add(0, { text: "away: waiting for it", look: "warning" });
  if (back && back.below > 0) {
    add(1, { text: `line ${back.above} of ${back.above + back.below}`, look: "strong" });
  }
  if (snapshot) {
    const { actual, lines, counters, received, sent, receivedPerSecond, sentPerSecond } = snapshot;
    const { log, record, unsent } = snapshot;
    if (actual) add(2, { text: settingsText(actual) });
    const other = refused(snapshot);
    if (other !== "") add(3, { text: `asked ${other}`, look: "warning" });
    if (lines && LAMPS.some((name) => lines[name])) {
      const lamps = LAMPS.map((name): StatusPart => {
        const isOn = lines[name];
        return { text: isOn ? name.toUpperCase() : name, look: isOn ? "on" : "off", isJoined: name !== "ri" };
      });
      add(5, ...lamps);
    }
    const rate = (perSecond: number) => (perSecond > 0 ? ` ${amount(perSecond)}/s` : "");
    add(6, { text: `rx ${amount(received)}${rate(receivedPerSecond)}` });
    add(8, { text: `tx ${amount(sent)}${rate(sentPerSecond)}` });
    const faults = FAULTS.reduce((sum, name) => sum + (counters?.[name] ?? 0), 0);
    if (faults > 0) add(4, { text: `${faults} line errors`, look: "warning" });
    if (unsent > 0) add(4, { text: `${amount(unsent)} not sent yet`, look: "warning" });
    if (log !== undefined) add(9, { text: `log ${printable(basename(log))}` });
    if (record !== undefined) add(9, { text: `rec ${printable(basename(record))}` });
  }
  if (marks > 0) add(10, { text: `${marks} mark${marks === 1 ? "" : "s"}` });
  if (hint !== "") add(isHintFirst ? 0 : 7, { text: hint, look: isHintFirst ? "strong" : "off" });
  return groups;
}

/** What fits into so many columns, in order, with a gap between two groups. */
export function statusParts(facts: StatusFacts, columns: number): StatusPart[] {
  const groups = groupsOf(facts);
  const width = (list: readonly Group[]) =>
    list.reduce((sum, { parts }) => sum + GAP.length + textOf(parts).length, -GAP.length);
  while (groups.length > 1 && width(groups) > columns) {
    const last = groups.reduce((worst, group) => (group.rank >= worst.rank ? group : worst));
    groups.splice(groups.indexOf(last), 1);
  }
  return groups.flatMap(({ parts }, at) => (at === 0 ? parts : [{ text: GAP }, ...parts])).flatMap(joined);
}

function joined(part: StatusPart): StatusPart[] {
  return part.isJoined ? [part, { text: " " }] : [part];
}

function textOf(parts: readonly StatusPart[]): string {
  return parts.map(({ text, isJoined }) => (isJoined ? `${text} ` : text)).join("");
}

/** `text` in so many columns, at its end what is left of it. */
export function fitted(text: string, columns: number): string {
  let kept = "";
  let width = 0;
  for (const character of text) {
    const wide = textWidth(character);
    if (width + wide > columns) break;
    kept += character;
    width += wide;
  }
  return kept + " ".repeat(columns - width);
}
