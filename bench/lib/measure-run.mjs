/** How fast the output of a program comes through the terminal that it was given: cat of a large file, in turns. */
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, start } from "./child.mjs";
import { hands, within } from "./hands.mjs";
import { close, pipe } from "./libc.mjs";
import { LINE, PERIOD, payload } from "./payload.mjs";

const LIMIT_MS = 60_000;
const MEGABYTE = 1e6;

/** @param {import("./bench.mjs").Bench} bench */
export async function measureRun(bench) {
  const { options, tell, virtual } = bench;
  if (virtual.runs.length === 0) return;
  const file = join(tmpdir(), `robin-bench-cat-${process.pid}`);
  const remove = () => rmSync(file, { force: true });
  process.once("exit", remove);
  const lines = Math.ceil((options.catMb * MEGABYTE) / PERIOD) * (PERIOD / LINE);
  for (let line = 0; line < lines; line += PERIOD / LINE) {
    writeFileSync(file, payload.subarray(0, PERIOD), { flag: line === 0 ? "w" : "a" });
  }
  try {
    for (let round = 0; round < options.virtualRounds; round++) {
      tell(`run, round ${round + 1} of ${options.virtualRounds}`);
      for (const program of bench.turn(round, virtual.runs)) {
        await bench.attempt(program, () => cat(bench, program, file, lines, round));
      }
    }
  } finally {
    remove();
  }
}

/** A terminal makes CR LF of each LF, so that what comes is counted by lines. */
async function cat({ samples }, program, file, lines, round) {
  const output = pipe();
  const running = start(program.command(["cat", file]), ["ignore", output.write, "ignore"]);
  close(output.write);
  try {
    const sinking = hands.sinkIn.run("sink", { fd: output.read, exact: false });
    const { bytes, before, ms } = await within(LIMIT_MS, "cat", sinking);
    if (bytes !== lines * LINE) throw new Error(`${lines * LINE - bytes} bytes of ${lines * LINE} were lost`);
    samples.add(program.name, "cat", round, (bytes - before) / ms / 1000);
  } finally {
    await end(running);
    close(output.read);
  }
}
