/**
 * How a moment is written in front of a line: formats by name, and patterns with the letters of strftime(3). Pure but for the
 * time zone, which is the process's (TZ). Knows no line.
 *
 *     [12:34:56.789]    [   12.345678]    [   +0.001234]    [2026-02-01T12:34:56.789+01:00]    [1769945696.789012]
 */
import { RobinError } from "../errors.js";
import { printable } from "./printable.js";

/** A moment by three clocks, in whole microseconds. */
export interface Moment {
  /** Since the epoch. */
  readonly wallUs: number;
  /** Since the session began. */
  readonly sinceStartUs: number;
  /** Since the line before began; for the first one since the session began, so that all of them add up. */
  readonly sinceLineUs: number;
}

export interface TimeFormat {
  /** Its name, or the pattern itself. */
  readonly name: string;
  readonly text: (moment: Moment) => string;
}

interface NamedFormat {
  readonly name: string;
  readonly does: string;
  readonly create: () => TimeFormat["text"];
}

/** In the order in which a key goes through them. */
export const TIME_FORMATS: readonly NamedFormat[] = [
  { name: "time", does: "time of day", create: () => wall("%T.%L") },
  {
    name: "start",
    does: "seconds since the session began",
    create: () => (moment) => elapsed("", moment.sinceStartUs),
  },
  {
    name: "line",
    does: "seconds since the line before",
    create: () => (moment) => elapsed("+", moment.sinceLineUs),
  },
  { name: "iso", does: "ISO 8601 with the zone's offset", create: () => wall("%FT%T.%L%:z") },
  { name: "epoch", does: "seconds since 1970", create: () => wall("%s.%f") },
];

/** What stands in front of a line. */
export function formatTime(format: TimeFormat, moment: Moment): string {
  return `[${format.text(moment)}] `;
}

/** A name of `TIME_FORMATS`, or a pattern where there is a % in it. Throws RobinError "usage". */
export function parseTimeFormat(text: string): TimeFormat {
  const named = TIME_FORMATS.find(({ name }) => name === text);
  if (named !== undefined) return { name: text, text: named.create() };
  if (text.includes("%")) return { name: text, text: wall(text) };
  const names = TIME_FORMATS.map(({ name }) => name).join(", ");
  return refuse(text, `it is not one of ${names}, nor a pattern such as %H:%M:%S`);
}

function refuse(text: string, why: string, hint?: string): never {
  throw new RobinError("usage", `time format "${printable(text)}": ${why}`, { hint });
}

const US = 1_000_000;
const MS_OF_DAY = 86_400_000;
/** Eleven hours stand in a column, as in the kernel's log: 5 digits, a point, 6 digits. */
const ELAPSED_COLUMNS = 12;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const digits = (value: number, count: number) => String(value).padStart(count, "0");

function elapsed(sign: string, us: number): string {
  const seconds = Math.floor(us / US);
  return `${sign}${seconds}.${digits(us - seconds * US, 6)}`.padStart(ELAPSED_COLUMNS);
}

type Letter = (local: Date, epoch: number) => string;

/** The letters that stand still for a second; words are English, as in the C locale. */
const LETTERS: Readonly<Record<string, Letter>> = {
  Y: (local) => String(local.getFullYear()),
  y: (local) => digits(local.getFullYear() % 100, 2),
  m: (local) => digits(local.getMonth() + 1, 2),
  b: (local) => MONTHS[local.getMonth()]!,
  d: (local) => digits(local.getDate(), 2),
  e: (local) => String(local.getDate()).padStart(2),
  j: (local) => digits(dayOfYear(local), 3),
  a: (local) => DAYS[local.getDay()]!,
  H: (local) => digits(local.getHours(), 2),
  I: (local) => digits(local.getHours() % 12 || 12, 2),
  M: (local) => digits(local.getMinutes(), 2),
  S: (local) => digits(local.getSeconds(), 2),
  p: (local) => (local.getHours() < 12 ? "AM" : "PM"),
  s: (_, epoch) => String(epoch),
  z: (local) => offset(local, ""),
  ":z": (local) => offset(local, ":"),
  Z: (local) => zoneName(local),
  F: (local) => `${local.getFullYear()}-${LETTERS.m!(local, 0)}-${LETTERS.d!(local, 0)}`,
  T: (local) => `${LETTERS.H!(local, 0)}:${LETTERS.M!(local, 0)}:${LETTERS.S!(local, 0)}`,
  "%": () => "%",
};

/** Parts of a second. */
const FRACTIONS: Readonly<Record<string, (us: number) => string>> = {
  f: (us) => digits(us, 6),
  L: (us) => digits(Math.floor(us / 1000), 3),
};

/** A pattern as a function. What it makes of a second is kept: the getters of Date take a microsecond together. */
function wall(pattern: string): TimeFormat["text"] {
  const { fixed, fractions } = compile(pattern);
  if (pattern.includes("%Z")) zoneName(new Date(0)); // the first look takes 20 ms, in which no line should wait
  let kept: { readonly epoch: number; readonly texts: readonly string[] } | undefined;
  return ({ wallUs }) => {
    const epoch = Math.floor(wallUs / US);
    if (kept?.epoch !== epoch) {
      const local = new Date(epoch * 1000);
      kept = { epoch, texts: fixed.map((letters) => letters.map((one) => one(local, epoch)).join("")) };
    }
    const us = wallUs - epoch * US;
    let text = kept.texts[0]!;
    fractions.forEach((fraction, at) => {
      text += fraction(us) + kept!.texts[at + 1]!;
    });
    return text;
  };
}

/** What stands still for a second, and the fractions between: one fewer. */
function compile(pattern: string) {
  if (printable(pattern) !== pattern) refuse(pattern, "there are control characters in it");
  const fixed: Letter[][] = [[]];
  const fractions: ((us: number) => string)[] = [];
  for (const [piece, letter] of pattern.matchAll(/%(:?.?)|[^%]+/gsu)) {
    const fraction = FRACTIONS[letter ?? ""];
    if (fraction !== undefined) {
      fractions.push(fraction);
      fixed.push([]);
    } else {
      fixed.at(-1)!.push(letter === undefined ? () => piece : (LETTERS[letter] ?? unknown(pattern, letter)));
    }
  }
  return { fixed, fractions };
}

function unknown(pattern: string, letter: string): never {
  const known = [...Object.keys(LETTERS), ...Object.keys(FRACTIONS)].map((one) => `%${one}`).join(" ");
  return refuse(pattern, letter === "" ? "a % ends it" : `there is no %${letter}`, `letters: ${known}`);
}

function dayOfYear(local: Date): number {
  const year = local.getFullYear();
  // By UTC: local days of 23 and 25 hours would shift it.
  return (Date.UTC(year, local.getMonth(), local.getDate()) - Date.UTC(year, 0, 0)) / MS_OF_DAY;
}

/** `+0130`, `-05:00`. */
function offset(local: Date, between: string): string {
  const east = -local.getTimezoneOffset();
  const minutes = Math.abs(east);
  const hours = digits(Math.floor(minutes / 60), 2);
  return `${east < 0 ? "-" : "+"}${hours}${between}${digits(minutes % 60, 2)}`;
}

/** Who speaks English knows only the names of zones nearby. */
const ENGLISH = ["en-US", "en-GB", "en-AU", "en-IN", "en-ZA"] as const;

/** `CET`, or the offset where the zone has no English name, as zones without one have it in tzdata. */
function zoneName(local: Date): string {
  for (const locale of ENGLISH) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(local);
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    if (/^[A-Z]+$/.test(name)) return name;
  }
  return offset(local, "").replace(/00$/, "");
}
