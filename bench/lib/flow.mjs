/**
 * What goes through a program: bytes one way, the other way, both at once; and one byte round and round.
 */
import { setTimeout as delay } from "node:timers/promises";
import { hands, within } from "./hands.mjs";
import { cpuSeconds } from "./process.mjs";
import { SHOWN } from "./shown.mjs";

/** No byte for so long after the last was pushed: what has not come is lost. */
const LOST_AFTER_MS = 700;
const LOOK_MS = 5;
const WEDGED_AFTER_MS = 8000;
/** What a program shows of one transfer is kept whole, to be read back: no more than there is room for. */
const MOST_SHOWN = 100e6;
/** Enough for V8 to have compiled what robin and the bench do for each byte. */
const WARM_UP = 500;

/** Of each direction: where its bytes go in, where they come out, whose hands carry them. */
const DIRECTIONS = {
  in: { from: "device", to: "screen", push: hands.pushIn, sink: hands.sinkIn },
  out: { from: "keyboard", to: "device", push: hands.pushOut, sink: hands.sinkOut },
};

/**
 * @typedef {object} Flow
 * @property {number} sent bytes given to the program
 * @property {number} came bytes that came out of it
 * @property {number} mbPerSecond rate at which they came out, in 10^6 bytes a second
 * @property {boolean} intact whether what came is what was sent, as far as it came
 */

/**
 * Sends `limit` ({forMs} or {bytes}, and perhaps which {text}) in each of `directions` at once, and waits until no more
 * comes out.
 * @param {import("./stage.mjs").Stage} stage
 * @returns {Promise<{flows: Record<string, Flow>, cpuSeconds: number}>}
 */
export async function transfer(stage, program, directions, limit) {
  stage.quiet();
  const cpuBefore = cpuSeconds(stage.pid);
  const flows = await Promise.all(directions.map((direction) => carry(stage, program, direction, limit)));
  return {
    flows: Object.fromEntries(directions.map((direction, index) => [direction, flows[index]])),
    cpuSeconds: cpuSeconds(stage.pid) - cpuBefore,
  };
}

async function carry(stage, program, direction, limit) {
  const { from, to, push, sink } = DIRECTIONS[direction];
  const exact = direction === "out" || !program.draws;
  const sinking = stage.use(sink, "sink", { fd: stage[to], exact, text: limit.text });
  const pushing = stage.use(push, "push", { fd: stage[from], ...limit });
  const limitMs = WEDGED_AFTER_MS + (limit.forMs ?? limit.bytes / 10_000);
  const sent = await within(limitMs, `pushing ${direction}`, pushing);
  await arrived(sink, sent);
  sink.stop();
  stage.wake(to);
  const { bytes, before, ms, intact } = await within(WEDGED_AFTER_MS, `sinking ${direction}`, sinking);
  return { sent, came: bytes, mbPerSecond: ms > 0 ? (bytes - before) / ms / 1000 : 0, intact };
}

/**
 * Sends the boot log to a program that does not show it as it is, for `forMs`, and reads what it shows back (shown.mjs). Throws
 * where that is not what was sent.
 * @param {import("./kept-programs.mjs").KeptProgram} program
 * @returns {Promise<Flow & {cpuSeconds: number}>} `sent` and its rate count bytes of the boot log
 */
export async function show(stage, { shown }, forMs) {
  stage.quiet();
  const cpuBefore = cpuSeconds(stage.pid);
  const { pushIn, sinkIn } = hands;
  const sinking = stage.use(sinkIn, "keep", { fd: stage.screen });
  const most = Math.floor(MOST_SHOWN / SHOWN[shown].growth);
  const pushing = stage.use(pushIn, "push", { fd: stage.device, forMs, bytes: most, text: "bootLog" });
  const sent = await within(WEDGED_AFTER_MS + forMs, "pushing", pushing);
  await arrived(sinkIn, SHOWN[shown].length(sent));
  sinkIn.stop();
  stage.wake("screen");
  const { bytes, before, ms } = await within(WEDGED_AFTER_MS, "sinking", sinking);
  const used = cpuSeconds(stage.pid) - cpuBefore;
  const looking = stage.use(sinkIn, "look", { shown, bytes, sent }).catch((error) => {
    throw new Error(`what it shows ${error.message}`);
  });
  await within(WEDGED_AFTER_MS, "reading back", looking);
  const mbPerSecond = ms > 0 ? (sent * (1 - before / bytes)) / ms / 1000 : 0;
  return { sent, came: sent, mbPerSecond, intact: true, cpuSeconds: used };
}

/** Waits until all has come, or nothing comes any more. */
async function arrived(sink, sent) {
  let seen = -1;
  let since = performance.now();
  while (sink.got < sent && performance.now() - since < LOST_AFTER_MS) {
    if (sink.got !== seen) {
      seen = sink.got;
      since = performance.now();
    }
    await delay(LOOK_MS);
  }
}

/**
 * Sends one byte round and round, and returns how many microseconds each time took. A program that was just
 * started (`first`) is warmed up before.
 * @returns {Promise<Float64Array>}
 */
export async function roundTrips(stage, times, first) {
  const { keyboard, device, screen } = stage;
  const warmUp = first ? WARM_UP : Math.ceil(times / 10);
  const job = stage.use(hands.pushIn, "roundTrips", { keyboard, device, screen, warmUp, times });
  return within(WEDGED_AFTER_MS, "a round trip", job);
}
