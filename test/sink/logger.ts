/**
 * A process that logs numbered lines as fast as it can, and says so: `<ms> <bytes given>` on stdout. Its arguments: the file,
 * and how many bytes.
 */
import { writeSync } from "node:fs";
import { createClock } from "../../src/session/clock.js";
import { openLog } from "../../src/sink/log.js";
import { numberedLines } from "./numbered.js";

const [path, total] = [process.argv[2]!, Number(process.argv[3])];
const CHUNK = 16 * 1024;
/** Block after block of the same bytes. */
const block = numberedLines(900_000);
const clock = createClock();
const log = openLog(
  { pattern: path, tap: "raw", mode: "append" },
  { port: "x", clock, say: (_, text) => writeSync(1, `${text}\n`) },
);
let given = 0;
let isWaiting = false;
let toldAtMs = 0;
const tell = () => writeSync(1, `${performance.now()} ${given}\n`);

async function turn(): Promise<void> {
  isWaiting = !log.hasRoom;
  if (isWaiting) return;
  const start = given % block.length;
  const count = Math.min(CHUNK, block.length - start, total - given);
  log.rx?.(block.subarray(start), count, clock.nowUs());
  given += count;
  if (performance.now() - toldAtMs > 5) {
    tell();
    toldAtMs = performance.now();
  }
  if (given < total && log.isOpen) return void setImmediate(turn);
  await log.settle(10_000);
  log.close();
  writeSync(1, "done\n");
}
log.onRoom = () => {
  if (isWaiting) void turn();
};
void turn();
