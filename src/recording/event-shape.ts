/**
 * Which events there are, and what has to be in one for it to be read: a recording may be made by hand, or damaged. Pure. Knows
 * the keys that readers rely on; keys beyond them may be there.
 */
import type { SessionEvent } from "../session/session-event.js";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number";
const object: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const way: Check = (value) => value === "rx" || value === "tx";
const numbers: Check = (value) => object(value) && Object.values(value as object).every(number);
const flags: Check = (value) =>
  object(value) && Object.values(value as object).every((one) => typeof one === "boolean");
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** Those that readers rely on; any of them may be missing. */
const settings: Check = (value) => {
  if (!object(value)) return false;
  const { bps, databits, stopbits, parity, flow } = value as Record<string, unknown>;
  return [bps, databits, stopbits].every(maybe(number)) && [parity, flow].every(maybe(text));
};

const SHAPES: Readonly<Record<SessionEvent["event"], Readonly<Record<string, Check>>>> = {
  start: { version: number, program: text, port: text },
  settings: { settings },
  lines: { lines: flags, changes: maybe(numbers) },
  break: { way, ms: maybe(number), count: maybe(number) },
  error: { counters: maybe(numbers), message: maybe(text) },
  mark: { text },
  lost: { port: text },
  back: { port: text },
  drop: { way: maybe(way), bytes: maybe(number), events: maybe(number) },
  command: { command: text, status: maybe(number) },
  end: { reason: text, received: number, sent: number },
};

export function isKnownEvent(name: string): name is SessionEvent["event"] {
  return Object.hasOwn(SHAPES, name);
}

export function isSessionEvent(value: {
  readonly event: SessionEvent["event"];
  readonly [key: string]: unknown;
}): value is SessionEvent & { readonly [key: string]: unknown } {
  return Object.entries(SHAPES[value.event]).every(([key, check]) => check(value[key]));
}
