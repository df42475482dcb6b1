/**
 * Time from the start of a program to the first byte that comes through it, and the wall time of the shortest
 * run of Node.
 */
import { start } from "./child.mjs";
import { close, pipe, readable } from "./libc.mjs";
import { NODE, NODE_ENDS } from "./programs.mjs";
import { Stage } from "./stage.mjs";

const NODE_LIMIT_MS = 10_000;

/** @param {import("./bench.mjs").Bench} bench */
export async function measureStart(bench) {
  const { options, samples, tell } = bench;
  if (bench.programs.length === 0) return;
  for (let round = 0; round < options.starts; round++) {
    tell(`start ${round + 1} of ${options.starts}`);
    samples.add(NODE, "startMs", round, await nodeWallMs());
    for (const program of bench.turn(round)) {
      await bench.attempt(program, async () => {
        const stage = await Stage.open(program);
        samples.add(program.name, "startMs", round, stage.startMs);
        await stage.close();
      });
    }
  }
}

/** From the start until the output closes. Blocks this thread, as the wait for a program's first byte does. */
async function nodeWallMs() {
  const output = pipe();
  const startedAt = performance.now();
  const node = start(NODE_ENDS, ["ignore", output.write, "ignore"]);
  close(output.write);
  readable(output.read, NODE_LIMIT_MS);
  const ms = performance.now() - startedAt;
  close(output.read);
  await node.ended;
  return ms;
}
