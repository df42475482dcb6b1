/**
 * Where the ticks of an axis stand, and what is written at them: steps of 1, 2 and 5, and those of a clock. Pure but for the time
 * zone.
 */

export interface Ticks {
  readonly step: number;
  readonly values: readonly number[];
}

const STEPS = [1, 2, 5, 10];
/** Seconds: up to a minute, an hour, a day. */
const CLOCK_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];
const DAY = 86_400;
/** The last digits of a double are not shown. */
const DIGITS = 12;

/** The smallest round step of which at most `most` fit into `span` (more than 0). */
export function niceStep(span: number, most: number): number {
  const raw = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  // 10 ** -320 is 0, or nearly.
  if (!(power > 0) || !Number.isFinite(power)) return raw;
  const factor = STEPS.find((step) => step * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Ticks within `low` and `high` (more than `low`), at most `most` and one. */
export function niceTicks(low: number, high: number, most: number): Ticks {
  const step = niceStep(high - low, most);
  return { step, values: multiples(low, high, step) };
}

/** Ticks of a time in seconds since the epoch; `offset` seconds are between its zone and UTC. */
export function clockTicks(low: number, high: number, most: number, offset: number): Ticks {
  const raw = (high - low) / Math.max(1, most);
  if (raw < 1) return niceTicks(low, high, most);
  const step = CLOCK_STEPS.find((one) => one >= raw) ?? Math.ceil(raw / DAY) * DAY;
  return { step, values: multiples(low + offset, high + offset, step).map((at) => at - offset) };
}

function multiples(low: number, high: number, step: number): number[] {
  const values: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let n = first; n <= last && values.length < 1000; n++) values.push(n * step + 0); // no -0
  return values;
}

/** A value at a tick: as many digits behind the point as the step has, and a power of ten where that is too long. */
export function tickText(value: number, step: number): string {
  if (value === 0) return "0";
  const size = Math.max(Math.abs(value), step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (size >= 1e7 || digits > 5) {
    const places = Math.max(
      0,
      Math.min(DIGITS, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step) + 1e-9)),
    );
    return value.toExponential(places).replace(/\.?0*e\+?/, "e");
  }
  return value.toFixed(digits);
}

/** A moment (seconds since the epoch) in local time, as exact as `step` asks for. */
export function clockText(seconds: number, step: number): string {
  const digits = step >= 1 ? 0 : Math.min(6, -Math.floor(Math.log10(step) + 1e-9));
  const rounded = Number(seconds.toFixed(digits));
  const date = new Date(Math.floor(rounded) * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  if (step >= DAY) return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step >= 60) return time;
  const rest = (((rounded % 60) + 60) % 60).toFixed(digits);
  return `${time}:${rest.padStart(digits === 0 ? 2 : digits + 3, "0")}`;
}

/** Seconds between local time and UTC at a moment. */
export function zoneOffset(seconds: number): number {
  return -new Date(seconds * 1000).getTimezoneOffset() * 60;
}

/** A value in few characters, for a legend: six digits, as %g writes them. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return String(Number(value.toPrecision(6)));
}
