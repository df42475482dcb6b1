/**
 * robin's resident memory after a little went through it, and after much: half of it each way, at once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { transfer } from "./flow.mjs";
import { residentMb } from "./process.mjs";

const FIRST_MB = 10;
const REST_MS = 500;
const MEGABYTE = 1e6;

/** @param {import("./bench.mjs").Bench} bench */
export async function measureMemory(bench) {
  const { options, samples, tell } = bench;
  const robin = bench.programs.filter(({ name }) => name === "robin");
  await bench.withStages(robin, (stages) =>
    bench.each(stages, async (program, stage) => {
      let through = 0;
      for (const [measure, mb] of Object.entries({ earlyMb: FIRST_MB, lateMb: options.mb })) {
        tell(`memory: ${mb} MB through`);
        await transfer(stage, program, ["in", "out"], { bytes: ((mb - through) * MEGABYTE) / 2 });
        through = mb;
        await delay(REST_MS);
        samples.add(program.name, measure, 0, residentMb(stage.pid));
      }
    }),
  );
}
