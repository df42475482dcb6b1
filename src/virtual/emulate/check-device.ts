/**
 * Whether a value is a device, as far as its shape tells. Pure.
 */
import { closest } from "fastest-levenshtein";
import type { DeviceDefinition } from "./device.js";

type Kind = readonly [fits: (value: unknown) => boolean, is: string];

const text: Kind = [(value) => typeof value === "string", "a text"];
const call: Kind = [(value) => typeof value === "function", "a function"];

const KEYS: { readonly [Key in keyof Required<DeviceDefinition<unknown>>]: Kind } = {
  name: text,
  state: call,
  newline: text,
  echo: [(value) => typeof value === "boolean", "true or false"],
  bps: [(value) => Number.isSafeInteger(value) && (value as number) > 0, "a whole number from 1 up"],
  start: call,
  byte: call,
  on: [Array.isArray, "a list"],
  opened: call,
  closed: call,
};
const NAMES = Object.keys(KEYS);

/** Why `value`, a module's default export, is no device, or undefined. */
export function whyNoDevice(value: unknown): string | undefined {
  if (value === undefined) return "it has no default export";
  return isObject(value)
    ? whyNoDefinition(value)
    : `its default export is no device({...}), but ${kindOf(value)}`;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** Why `value` defines no device, or undefined. */
export function whyNoDefinition(value: unknown): string | undefined {
  if (!isObject(value)) return `a device is an object, and this is ${kindOf(value)}`;
  for (const [name, part] of Object.entries(value)) {
    if (!NAMES.includes(name)) {
      return `a device has no "${name}" (did you mean "${closest(name, NAMES)}"?)`;
    }
    const [fits, is] = KEYS[name as keyof typeof KEYS];
    if (part !== undefined && !fits(part)) return `"${name}" has to be ${is}`;
  }
  const { on = [] } = value as { on?: readonly unknown[] };
  const wrong = on.findIndex((entry) => !isLineHandler(entry));
  if (wrong === -1) return undefined;
  return `entry ${wrong + 1} of "on" has to be [text or regular expression, text or function]`;
}

function isLineHandler(entry: unknown): boolean {
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  const [line, answer] = entry;
  return (
    (typeof line === "string" || line instanceof RegExp) && ["string", "function"].includes(typeof answer)
  );
}
