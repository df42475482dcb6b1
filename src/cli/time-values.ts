/**
 * Option values that are times, moments or probabilities, checked. Pure; throws RobinError "usage". Knows no option.
 */
import type { RawArguments } from "./parse.js";
import { fail, MAX_MS } from "./values.js";

type Values = RawArguments["values"];

const UNITS_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const UNITS = "us, ms, s, m or h";
const NUMBER = String.raw`(\d+(?:\.\d+)?|\.\d+)`;

/** Milliseconds of `100ms`, `1.5s`, `2m`; a bare number is one only where `bareUnit` says of what. Undefined otherwise. */
export function parseDuration(text: string, bareUnit?: "ms"): number | undefined {
  const [, number, unit = bareUnit ?? ""] = new RegExp(`^${NUMBER}(us|ms|s|m|h)?$`).exec(text) ?? [];
  const factor = UNITS_MS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Why `text` is no duration, in words that help. */
function whyNoDuration(text: string): string {
  if (text === "") return "there is no time";
  if (new RegExp(`^${NUMBER}$`).test(text)) return `"${text}" has no unit: write ${text}s or ${text}ms`;
  return `"${text}" is not a time: a number with ${UNITS}, as in 500ms or 1.5s`;
}

function durationOf(option: string, text: string, bareUnit?: "ms"): number {
  const ms = parseDuration(text, bareUnit);
  if (ms === undefined) return fail(option, whyNoDuration(text));
  return ms <= MAX_MS ? ms : fail(option, `"${text}" is longer than 24 days`);
}

/** Milliseconds; a number without a unit counts them. */
export function durationOption(values: Values, name: string): number | undefined {
  const text = values.get(name);
  return text === undefined ? undefined : durationOf(name, String(text), "ms");
}

/** Moments by commas, `10s,1m`: ms after the start, each more than 0, in order. */
export function momentsOption(values: Values, name: string): readonly number[] {
  const text = values.get(name);
  if (text === undefined) return [];
  const moments = String(text)
    .split(",")
    .map((word) => durationOf(name, word));
  const twice = moments.find((moment, at) => moments.indexOf(moment) !== at);
  if (twice !== undefined) fail(name, `"${text}": the same moment is there twice`);
  return moments.sort((one, other) => one - other);
}

/** Spans by commas, `5s@30s`: for 5 s, from 30 s after the start. */
export function spansOption(
  values: Values,
  name: string,
): readonly { readonly forMs: number; readonly fromMs: number }[] {
  const text = values.get(name);
  if (text === undefined) return [];
  return String(text)
    .split(",")
    .map((word) => {
      const parts = word.split("@");
      const [length = "", from = ""] = parts;
      if (parts.length === 1) fail(name, `"${word}" does not say when: write ${word || "5s"}@30s`);
      if (parts.length > 2) fail(name, `"${word}" has two @: a time to last, @, and when, as in 5s@30s`);
      const span = { forMs: durationOf(name, length), fromMs: durationOf(name, from) };
      if (span.forMs === 0) fail(name, `"${word}" lasts no time`);
      if (span.fromMs + span.forMs > MAX_MS) fail(name, `"${word}" ends in more than 24 days`);
      return span;
    });
}

/** The generators' numbers have 32 bits. */
const LEAST_PROBABILITY = 1e-9;

/** `0.001`, `1e-3` or `0.1%`: 0..1. */
export function probabilityOption(values: Values, name: string): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const [, number, percent] = /^((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%?)$/i.exec(String(text)) ?? [];
  if (number === undefined) {
    return fail(name, `"${text}" is not a probability: a number from 0 to 1, as in 0.001, 1e-3 or 0.1%`);
  }
  const value = Number(number) / (percent === "%" ? 100 : 1);
  if (value > 1) {
    const meant = percent === "" && value <= 100 ? `: write ${text}% for ${text} in a hundred` : "";
    return fail(name, `"${text}" is more than 1${meant}`);
  }
  if (value > 0 && value < LEAST_PROBABILITY) {
    return fail(name, `"${text}" is too small: the least is ${LEAST_PROBABILITY}`);
  }
  return value;
}
