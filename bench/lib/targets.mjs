/**
 * What robin promises, and whether this run shows it: one table. A promise is a ratio within one run, so that
 * it holds or fails on any machine; only idle CPU time is a plain number.
 */
import { NODE } from "./programs.mjs";

const ROBIN = "robin";
const SOCAT = "socat";
const LOOP = "C loop";

/** The ratios that are shown for every program: measure, and the reference it is divided by. */
export const RATIOS = [
  { measure: "in", reference: SOCAT, title: "received / socat" },
  { measure: "out", reference: SOCAT, title: "sent / socat" },
  { measure: "roundTripUs", reference: LOOP, title: "round trip / C loop" },
  { measure: "startMs", reference: NODE, title: "start / node -e 0" },
  { measure: "residentMb", reference: NODE, title: "memory / idle node" },
];

/**
 * @typedef {object} Target
 * @property {string} title
 * @property {"least" | "most"} bound
 * @property {number} limit
 * @property {(samples: import("./samples.mjs").Samples) => number | undefined} value
 */

/** @type {readonly Target[]} */
const TARGETS = [
  { title: "received, ratio to socat", bound: "least", limit: 0.95, value: ratio("in", SOCAT) },
  { title: "sent, ratio to socat", bound: "least", limit: 0.95, value: ratio("out", SOCAT) },
  { title: "round trip, ratio to the C loop", bound: "most", limit: 1.25, value: ratio("roundTripUs", LOOP) },
  {
    title: "start to first byte, ratio to node -e 0",
    bound: "most",
    limit: 1.6,
    value: ratio("startMs", NODE),
  },
  {
    title: "resident memory, ratio to an idle node",
    bound: "most",
    limit: 1.4,
    value: ratio("residentMb", NODE),
  },
  {
    title: "CPU ticks while idle",
    bound: "most",
    limit: 0,
    value: (samples) => samples.figure(ROBIN, "idleTicks"),
  },
  { title: "memory after much over memory after 10 MB", bound: "most", limit: 1.1, value: growth },
];

function ratio(measure, reference) {
  return (samples) => samples.ratio(measure, ROBIN, reference);
}

function growth(samples) {
  const late = samples.figure(ROBIN, "lateMb");
  const early = samples.figure(ROBIN, "earlyMb");
  return late === undefined || early === undefined ? undefined : late / early;
}

/** Each target with what this run shows: `passed` is undefined where its reference or robin is not there. */
export function judge(samples) {
  return TARGETS.map(({ title, bound, limit, value }) => {
    const shown = value(samples);
    const passed = shown === undefined ? undefined : bound === "least" ? shown >= limit : shown <= limit;
    return { title, bound, limit, value: shown, passed };
  });
}
