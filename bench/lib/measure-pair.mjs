/** Round trips and rates through a pair, and beside it through another program's, in turns. */
import { CableStage } from "./cable-stage.mjs";
import { measureStages } from "./measure-flow.mjs";

/** @param {import("./bench.mjs").Bench} bench */
export async function measurePair(bench) {
  await measureStages(bench, bench.virtual.pairs, (program) => CableStage.open(program), "pair, ");
}
