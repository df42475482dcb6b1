/**
 * The figures of a run, program by program, as --json prints them and the tables show them. Units are in the
 * names; what was not measured is not there.
 */
import { NODE } from "./programs.mjs";
import { quantile } from "./stats.mjs";
import { RATIOS } from "./targets.mjs";

/** @param {import("./bench.mjs").Bench} bench */
export function figuresOf(bench) {
  const { samples, failures } = bench;
  const programs = bench.programs.map((program) => ({
    name: program.name,
    version: program.version(),
    keyboard: program.keyboard,
    screen: program.screen,
    note: program.note,
    failed: failures.get(program.name),
    ...figures(samples, program.name),
    ratios: Object.fromEntries(
      RATIOS.map(({ measure, reference }) => [measure, samples.ratio(measure, program.name, reference)]),
    ),
  }));
  const node = {
    wallMs: samples.figure(NODE, "startMs"),
    residentMb: samples.figure(NODE, "residentMb"),
    wakeUps: samples.figure(NODE, "wakeUps"),
  };
  return { programs, node, memory: memory(samples) };
}

function figures(samples, name) {
  const figure = (measure) => samples.figure(name, measure);
  return {
    inMbPerSecond: figure("in"),
    outMbPerSecond: figure("out"),
    both: { inMbPerSecond: figure("both.in"), outMbPerSecond: figure("both.out") },
    inLost: lost(samples, name, "in"),
    outLost: lost(samples, name, "out"),
    damaged: ["in.in", "out.out", "both.in", "both.out"].some((of) => samples.sum(name, `${of}.damaged`) > 0),
    roundTripUs: figure("roundTripUs"),
    roundTrip99Us: percentile99(samples.all(name, "tripUs")),
    inCpuNsPerByte: cpu(samples, name, "in"),
    outCpuNsPerByte: cpu(samples, name, "out"),
    startMs: figure("startMs"),
    residentMb: figure("residentMb"),
    wakeUps: figure("wakeUps"),
    idleTicks: figure("idleTicks"),
  };
}

/** The share of what was sent that never came, 0..1. */
function lost(samples, name, direction) {
  const of = [`${direction}.${direction}`, `both.${direction}`];
  const sum = (what) => of.reduce((total, measure) => total + samples.sum(name, `${measure}.${what}`), 0);
  const sent = sum("sent");
  return sent === 0 ? undefined : Math.max(0, 1 - sum("came") / sent);
}

function cpu(samples, name, direction) {
  const bytes = samples.sum(name, `${direction}.${direction}.came`);
  return bytes === 0 ? undefined : (samples.sum(name, `${direction}.cpuSeconds`) / bytes) * 1e9;
}

function percentile99(values) {
  return values.length === 0 ? undefined : quantile(values, 0.99);
}

function memory(samples) {
  return {
    after10Mb: samples.figure("robin", "earlyMb"),
    afterAllMb: samples.figure("robin", "lateMb"),
  };
}
