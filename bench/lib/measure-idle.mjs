/**
 * What a program costs while nothing happens: wake-ups, CPU time, resident memory. All at once, because idle
 * programs do not disturb each other.
 */
import { setTimeout as delay } from "node:timers/promises";
import { end, start } from "./child.mjs";
import { cpuTicks, residentMb, sleeps } from "./process.mjs";
import { NODE, NODE_WAITS } from "./programs.mjs";

/** After the first byte a program may still have things to load, and a garbage collector to calm down. */
const SETTLE_MS = 1500;

/** @param {import("./bench.mjs").Bench} bench */
export async function measureIdle(bench) {
  const { options, samples, tell } = bench;
  if (bench.programs.length === 0) return;
  const node = start(NODE_WAITS, "ignore");
  try {
    await bench.withStages(bench.programs, async (stages) => {
      tell(`idle for ${options.idleSeconds} s`);
      await delay(SETTLE_MS);
      const all = [{ name: NODE, pid: node.child.pid }];
      for (const [{ name }, { pid }] of stages) all.push({ name, pid });
      const before = all.map(({ pid }) => ({ sleeps: sleeps(pid), ticks: cpuTicks(pid) }));
      await delay(options.idleSeconds * 1000);
      for (const [index, { name, pid }] of all.entries()) {
        samples.add(name, "wakeUps", 0, sleeps(pid) - before[index].sleeps);
        samples.add(name, "idleTicks", 0, cpuTicks(pid) - before[index].ticks);
        samples.add(name, "residentMb", 0, residentMb(pid));
      }
    });
  } finally {
    await end(node);
  }
}
