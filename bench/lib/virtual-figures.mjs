/** The figures of pair, hub and run, as --json prints them and the tables show them. What was not measured is not there. */
import { HUB_SHAPES } from "./measure-hub.mjs";

/** @param {import("./bench.mjs").Bench} bench */
export function virtualFiguresOf({ virtual, samples, failures }) {
  const of = ({ name, version }) => ({ name, version: version(), failed: failures.get(name) });
  return {
    pairs: virtual.pairs.map((program) => ({
      ...of(program),
      thereMbPerSecond: samples.figure(program.name, "in"),
      backMbPerSecond: samples.figure(program.name, "out"),
      both: {
        thereMbPerSecond: samples.figure(program.name, "both.in"),
        backMbPerSecond: samples.figure(program.name, "both.out"),
      },
      cpuNsPerByte: cpuNsPerByte(samples, program.name),
      roundTripUs: samples.figure(program.name, "roundTripUs"),
      damaged: ["in.in", "out.out", "both.in", "both.out"].some(
        (way) => samples.sum(program.name, `${way}.damaged`) > 0 || lost(samples, program.name, way) > 0,
      ),
    })),
    hubs: virtual.hubs.map((program) => ({
      ...of(program),
      earlyMb: samples.figure(program.name, "earlyMb"),
      lateMb: samples.figure(program.name, "lateMb"),
      shapes: Object.entries(HUB_SHAPES).map(([measure, shape]) => ({
        ...shape,
        mbPerSecond: samples.figure(program.name, measure),
        hubShare: samples.figure(program.name, `${measure}.hubShare`),
        benchShare: samples.figure(program.name, `${measure}.benchShare`),
      })),
    })),
    runs: virtual.runs.map((program) => ({
      ...of(program),
      catMbPerSecond: samples.figure(program.name, "cat"),
    })),
  };
}

/** User and system time of the process for each byte that went one way. */
function cpuNsPerByte(samples, name) {
  const sum = (measures) => measures.reduce((total, measure) => total + samples.sum(name, measure), 0);
  const bytes = sum(["in.in.came", "out.out.came"]);
  return bytes === 0 ? undefined : (sum(["in.cpuSeconds", "out.cpuSeconds"]) / bytes) * 1e9;
}

function lost(samples, name, way) {
  return samples.sum(name, `${way}.sent`) - samples.sum(name, `${way}.came`);
}
