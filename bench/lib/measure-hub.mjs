/**
 * How much a hub delivers to all its listeners together: with few ports and many, and with one of many that nobody reads. And
 * whether its memory stays as it is.
 */
import { setTimeout as delay } from "node:timers/promises";
import { HubStage } from "./hub-stage.mjs";
import { residentMb } from "./process.mjs";

/** Measure -> the hub. */
export const HUB_SHAPES = {
  hub2: { ports: 2, stalled: 0 },
  hub16: { ports: 16, stalled: 0 },
  hub64: { ports: 64, stalled: 0 },
  hub64Stalled: { ports: 64, stalled: 1 },
};
/** V8 compiles, and the hub learns who is stalled. */
const WARM_UP_MS = 700;
/** Short turns, and many: the two hubs of 64 ports are compared turn by turn. The others have one in so many. */
const REPEATS = 24;
const OTHERS_EVERY = 4;
const COMPARED = ["hub64", "hub64Stalled"];
const REST_MS = 500;
const MEGABYTE = 1e6;

/** @param {import("./bench.mjs").Bench} bench */
export async function measureHub(bench) {
  for (const program of bench.virtual.hubs) {
    for (let round = 0; round < bench.options.virtualRounds; round++) {
      bench.tell(`hub, round ${round + 1} of ${bench.options.virtualRounds}`);
      await bench.attempt(program, () => rates(bench, program, round));
    }
    await bench.attempt(program, () => memory(bench, program));
  }
}

/** One hub of each shape, side by side; they take turns. */
async function rates({ options, samples }, program, round) {
  const stages = new Map();
  try {
    for (const [measure, shape] of Object.entries(HUB_SHAPES)) {
      stages.set(measure, await HubStage.open(program, shape));
      await stages.get(measure).speak({ forMs: WARM_UP_MS });
    }
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const at = round * REPEATS + repeat;
      const others = [...stages.keys()].filter((measure) => !COMPARED.includes(measure));
      const compared = at % 2 === 0 ? COMPARED : COMPARED.slice().reverse();
      for (const measure of at % OTHERS_EVERY === 0 ? [...others, ...compared] : compared) {
        const spoken = await stages.get(measure).speak({ forMs: options.hubSeconds * 1000 });
        samples.add(program.name, measure, at, spoken.mbPerSecond);
        samples.add(program.name, `${measure}.each`, at, spoken.mbPerSecond / stages.get(measure).listeners);
        samples.add(program.name, `${measure}.hubShare`, at, spoken.hubShare);
        samples.add(program.name, `${measure}.benchShare`, at, spoken.benchShare);
      }
    }
  } finally {
    for (const stage of stages.values()) await stage.close();
  }
}

/** With 64 ports and one of them stalled, after a quarter of `mb` MB were delivered, and after all. */
async function memory({ options, samples, tell }, program) {
  const shape = HUB_SHAPES.hub64Stalled;
  const listeners = shape.ports - 1 - shape.stalled;
  const stage = await HubStage.open(program, shape);
  try {
    let through = 0;
    for (const [measure, mb] of Object.entries({ earlyMb: options.mb / 4, lateMb: options.mb })) {
      tell(`hub: ${mb} MB through`);
      await stage.speak({ bytes: ((mb - through) * MEGABYTE) / listeners });
      through = mb;
      await delay(REST_MS);
      samples.add(program.name, measure, 0, residentMb(stage.pid));
    }
  } finally {
    await stage.close();
  }
}
