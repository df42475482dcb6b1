/**
 * How fast sessions receive that keep or show what they receive in other ways, in turns; and whether what robin keeps has its
 * memory grow. A program's figures of a round count when all that it showed and kept was right.
 */
import { truncateSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { show, transfer } from "./flow.mjs";
import { checkFile, openScratch } from "./kept-files.mjs";
import { write } from "./libc.mjs";
import { residentMb } from "./process.mjs";
import { Stage } from "./stage.mjs";

/** V8 compiles. */
const WARM_UP_MS = 150;
/** Longer than a view or a file keeps back what it has. */
const REST_MS = 150;
const LINE_END = Buffer.from("\r\n");
const FIRST_MB = 10;
/** Files are emptied after so much, so that they never hold more. */
const PIECE_MB = 90;
const MEGABYTE = 1e6;

/** @typedef {{sent: number, mbPerSecond: number, cpuSeconds: number}} Transfer */

/** @param {import("./bench.mjs").Bench} bench */
export async function measureKept(bench) {
  const { options, kept, tell } = bench;
  for (let round = 0; round < options.keptRounds && kept.rates.length > 0; round++) {
    tell(`views, log and recording, round ${round + 1} of ${options.keptRounds}`);
    await rates(bench, round);
  }
  for (const program of kept.memory) await bench.attempt(program, () => memory(bench, program));
}

async function rates(bench, round) {
  const { options, samples, kept } = bench;
  /** @type {Map<import("./kept-programs.mjs").KeptProgram, {scratch: ReturnType<typeof openScratch>, transfers: Transfer[]}>} */
  const all = new Map();
  const open = (program) => {
    all.set(program, { scratch: openScratch(), transfers: [] });
    return start(program, all.get(program).scratch.files);
  };
  try {
    const turns = async (stages) => {
      await begin([...stages.values()]);
      for (let repeat = -1; repeat < options.keptRepeats; repeat++) {
        const forMs = repeat === -1 ? WARM_UP_MS : options.seconds * 1000;
        await bench.each(stages, async (program, stage) => {
          all.get(program).transfers.push(await receive(stage, program, forMs));
        });
      }
    };
    await bench.withStages(bench.turn(round, kept.rates), turns, open);
    // By now they have ended, and what they keep is as complete as it will be.
    for (const [program, { scratch, transfers }] of all) {
      await bench.attempt(program, () => {
        checkKept(program, scratch.files, transfers);
        count(samples, program, transfers.slice(1), round * options.keptRepeats);
      });
    }
  } finally {
    for (const { scratch } of all.values()) scratch.remove();
  }
}

function start(program, files) {
  return Stage.open({ ...program, command: (path) => program.command(path, files) });
}

/** All sessions at the beginning of a line, and none with a view that keeps back what it has. */
async function begin(stages) {
  for (const { device } of stages) write(device, LINE_END, 0, LINE_END.length);
  await delay(REST_MS);
  for (const stage of stages) stage.quiet();
}

/** @returns {Promise<Transfer>} */
async function receive(stage, program, forMs) {
  if (program.shown !== undefined) return show(stage, program, forMs);
  const { flows, cpuSeconds } = await transfer(stage, program, ["in"], { forMs, text: "bootLog" });
  const { sent, came, mbPerSecond, intact } = flows.in;
  if (came !== sent) throw new Error(`shows ${came} of ${sent} bytes`);
  if (!intact) throw new Error("what it shows is not what was sent");
  return { sent, mbPerSecond, cpuSeconds };
}

function checkKept({ log, recording }, files, transfers) {
  const sent = transfers.map((transfer) => transfer.sent);
  for (const [what, kept] of Object.entries({ log, recording })) {
    if (kept === undefined) continue;
    try {
      checkFile(files[what], kept, sent);
    } catch (error) {
      throw new Error(`its ${what} ${error.message}`);
    }
  }
}

function count(samples, { name }, transfers, from) {
  for (const [index, { sent, mbPerSecond, cpuSeconds }] of transfers.entries()) {
    samples.add(name, "in", from + index, mbPerSecond);
    samples.add(name, "sent", from + index, sent);
    samples.add(name, "cpuSeconds", from + index, cpuSeconds);
  }
}

/** After a little was kept, and after much. */
async function memory({ options, samples, tell }, program) {
  const scratch = openScratch();
  const { files } = scratch;
  let stage;
  try {
    stage = await start(program, files);
    await begin([stage]);
    let through = 0;
    for (const [measure, mb] of Object.entries({ earlyMb: FIRST_MB, lateMb: options.mb })) {
      tell(`log and recording: ${mb} MB through`);
      while (through < mb) {
        const next = Math.min(PIECE_MB, mb - through);
        await transfer(stage, program, ["in"], { bytes: next * MEGABYTE, text: "bootLog" });
        through += next;
        await delay(REST_MS);
        for (const path of Object.values(files)) truncateSync(path, 0);
      }
      await delay(REST_MS);
      samples.add(program.name, measure, 0, residentMb(stage.pid));
    }
  } finally {
    await stage?.close();
    scratch.remove();
  }
}
