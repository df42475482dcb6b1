/**
 * Round trips and rates, in rounds: all programs of a round run, and for each measure they take turns.
 */
import { roundTrips, transfer } from "./flow.mjs";
import { median } from "./stats.mjs";

/** Measure -> the directions that are busy. */
const RATES = { in: ["in"], out: ["out"], both: ["in", "out"] };

/** @param {import("./bench.mjs").Bench} bench */
export async function measureFlow(bench) {
  await measureStages(bench, bench.programs);
}

/** The same for any programs: `open` makes the stage of one; `what` stands in front of where the run is. */
export async function measureStages(bench, programs, open = undefined, what = "") {
  const { options, tell } = bench;
  for (let round = 0; round < options.rounds && programs.length > 0; round++) {
    const of = `${what}round ${round + 1} of ${options.rounds}`;
    const measure = async (stages) => {
      tell(`${of}: round trips`);
      for (let batch = 0; batch < options.batches; batch++) {
        const at = round * options.batches + batch;
        await bench.each(stages, (program, stage) => goRound(bench, program, stage, at, batch === 0));
      }
      for (const measure of Object.keys(RATES)) {
        tell(`${of}: ${measure}`);
        for (let repeat = 0; repeat < options.repeats; repeat++) {
          const at = round * options.repeats + repeat;
          await bench.each(stages, (program, stage) => flow(bench, program, stage, measure, at));
        }
      }
    };
    await bench.withStages(bench.turn(round, programs), measure, open);
  }
}

async function goRound({ options, samples }, program, stage, at, first) {
  const us = await roundTrips(stage, options.trips, first);
  samples.add(program.name, "roundTripUs", at, median(us));
  for (const [index, one] of us.entries())
    samples.add(program.name, "tripUs", at * options.trips + index, one);
}

async function flow({ options, samples }, program, stage, measure, at) {
  const limit = { forMs: options.seconds * 1000 };
  const { flows, cpuSeconds } = await transfer(stage, program, RATES[measure], limit);
  const add = (name, value) => samples.add(program.name, name, at, value);
  let together = 0;
  for (const [direction, { sent, came, intact, mbPerSecond }] of Object.entries(flows)) {
    together += mbPerSecond;
    add(`${measure}.${direction}`, mbPerSecond);
    add(`${measure}.${direction}.sent`, sent);
    add(`${measure}.${direction}.came`, came);
    add(`${measure}.${direction}.damaged`, intact ? 0 : 1);
  }
  add(measure, together);
  add(`${measure}.cpuSeconds`, cpuSeconds);
}
