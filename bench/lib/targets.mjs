/**
 * What robin promises, and whether this run shows it: one table. A promise is a ratio within one run, so that
 * it holds or fails on any machine; only idle CPU time and the full screen's times are plain numbers.
 */
import { PLAIN } from "./kept-figures.mjs";
import { ALL_KEPT, KEPT_PEERS } from "./kept-programs.mjs";
import { NODE } from "./programs.mjs";
import { UI_KINDS } from "./ui-programs.mjs";
import { keys99 } from "./ui-tables.mjs";

const ROBIN = "robin";
const SOCAT = "socat";
const LOOP = "C loop";
const PAIR = "robin pair";
const SOCAT_PAIR = "socat pty pty";
const HUB = "robin hub";
const RUN = "robin run";
const UI = "robin ui";

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
  { title: "memory after much over memory after 10 MB", bound: "most", limit: 1.1, value: growth(ROBIN) },
  { title: "log: received, ratio to the plain session", bound: "least", limit: 0.8, value: ofPlain("log") },
  { title: "log: received, ratio to the fastest peer", bound: "least", limit: 1, value: ofPeers("log") },
  {
    title: "log and timestamps: ratio to the plain session",
    bound: "least",
    limit: 0.4,
    value: ofPlain("stamped log"),
  },
  {
    title: "log and timestamps: ratio to the fastest peer",
    bound: "least",
    limit: 1,
    value: ofPeers("stamped log"),
  },
  { title: "recording: ratio to the plain session", bound: "least", limit: 0.3, value: ofPlain("recording") },
  { title: "hex view: ratio to the plain session", bound: "least", limit: 0.15, value: ofPlain("hex") },
  { title: "hex view: ratio to the fastest peer", bound: "least", limit: 1, value: ofPeers("hex") },
  {
    title: "log and recording: memory after much over memory after 10 MB",
    bound: "most",
    limit: 1.1,
    value: growth(ALL_KEPT.name),
  },
  {
    title: "pair: one way, ratio to socat",
    bound: "least",
    limit: 0.95,
    value: (samples) => samples.ratioOfAll(["in", "out"], PAIR, SOCAT_PAIR),
  },
  {
    title: "pair: both ways, ratio to socat",
    bound: "least",
    limit: 0.95,
    value: ratio("both", SOCAT_PAIR, PAIR),
  },
  {
    title: "hub: each of 64 ports with one stalled, ratio to none",
    bound: "least",
    limit: 0.95,
    value: (samples) => samples.ratioOf(HUB, "hub64Stalled.each", "hub64.each"),
  },
  {
    title: "hub: memory after much over memory after a quarter of it",
    bound: "most",
    limit: 1.1,
    value: growth(HUB),
  },
  {
    title: "run: cat, ratio to script -q",
    bound: "least",
    limit: 0.95,
    value: ratio("cat", "script -q", RUN),
  },
  ...Object.keys(UI_KINDS).flatMap((kind) => [
    {
      title: `ui: frames a second while ${kind} come, 1 MB/s`,
      bound: "least",
      limit: 20,
      value: (samples) => samples.figure(UI, `${kind}.frames`),
    },
    {
      title: `ui: ms from a key to its frame meanwhile, 99th percentile`,
      bound: "most",
      limit: 50,
      value: (samples) => keys99(samples, UI, kind),
    },
  ]),
  {
    title: "ui: memory after a minute over memory after a fifth of it",
    bound: "most",
    limit: 1.1,
    value: growth(UI),
  },
];

function ratio(measure, reference, program = ROBIN) {
  return (samples) => samples.ratio(measure, program, reference);
}

/** How fast robin receives that does something beside showing bytes. */
function ofPlain(kind) {
  return ratio("in", PLAIN, `${ROBIN} ${kind}`);
}

/** Beside all that can do the same: the least of the ratios. */
function ofPeers(kind) {
  return (samples) => {
    const ratios = KEPT_PEERS[kind].map((peer) => samples.ratio("in", `${ROBIN} ${kind}`, peer));
    const there = ratios.filter((value) => value !== undefined);
    return there.length === 0 ? undefined : Math.min(...there);
  };
}

function growth(program) {
  return (samples) => {
    const late = samples.figure(program, "lateMb");
    const early = samples.figure(program, "earlyMb");
    return late === undefined || early === undefined ? undefined : late / early;
  };
}

/** Each target with what this run shows: `passed` is undefined where its reference or robin is not there. */
export function judge(samples) {
  return TARGETS.map(({ title, bound, limit, value }) => {
    const shown = value(samples);
    const passed = shown === undefined ? undefined : bound === "least" ? shown >= limit : shown <= limit;
    return { title, bound, limit, value: shown, passed };
  });
}
