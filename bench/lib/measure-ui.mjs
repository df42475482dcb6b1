/**
 * The full screen while a device sends 1 MB a second: frames, keys, processor time, and its memory.
 */
import { hands, within } from "./hands.mjs";
import { write } from "./libc.mjs";
import { cpuSeconds, residentMb } from "./process.mjs";
import { UI_KINDS } from "./ui-programs.mjs";

const PER_SECOND = 1e6;
const LIMIT_MS = 120_000;
const MEGABYTE = 1e6;
/** By then the scrollback is full. */
const EARLY_SHARE = 0.2;
/** The input line, behind the escape key. */
const INPUT_LINE = Buffer.from("\x1ci");

/** @param {import("./bench.mjs").Bench} bench */
export async function measureUi(bench) {
  const { options, tell, ui } = bench;
  for (let round = 0; round < options.uiRounds; round++) {
    tell(`ui, round ${round + 1} of ${options.uiRounds}`);
    await bench.withStages(ui, (stages) =>
      bench.each(stages, async (program, stage) => {
        write(stage.keyboard, INPUT_LINE, 0, INPUT_LINE.length);
        for (const [kind, text] of Object.entries(UI_KINDS))
          await flood(bench, program, stage, round, kind, text);
      }),
    );
  }
  tell("ui, memory");
  await bench.withStages(ui, (stages) =>
    bench.each(stages, (program, stage) => memory(bench, program, stage)),
  );
}

async function flood({ options, samples }, { name }, stage, round, kind, text) {
  const forMs = options.uiSeconds * 1000;
  const cpu = cpuSeconds(stage.pid);
  const watching = stage.use(hands.sinkIn, "frames", {
    keyboard: stage.keyboard,
    screen: stage.screen,
    forMs,
  });
  const pushing = stage.use(hands.pushIn, "push", { fd: stage.device, text, forMs, perSecond: PER_SECOND });
  const [seen, sent] = await within(LIMIT_MS, kind, Promise.all([watching, pushing]));
  if (seen.frames < 1) throw new Error("no frame was drawn");
  samples.add(name, `${kind}.frames`, round, seen.frames / (seen.ms / 1000));
  samples.add(name, `${kind}.longestMs`, round, seen.longestMs);
  samples.add(name, `${kind}.mbPerSecond`, round, sent / MEGABYTE / options.uiSeconds);
  samples.add(name, `${kind}.cpu`, round, (cpuSeconds(stage.pid) - cpu) / options.uiSeconds);
  for (const [at, ms] of seen.keysMs.entries()) samples.add(name, `${kind}.keyMs`, round * 1e6 + at, ms);
  stage.quiet();
}

/** At the same pace: what a view leaves behind with each frame counts by the time, not by the bytes. */
async function memory({ options, samples }, { name }, stage) {
  const early = options.uiMemorySeconds * EARLY_SHARE;
  for (const [measure, seconds] of Object.entries({
    earlyMb: early,
    lateMb: options.uiMemorySeconds - early,
  })) {
    const forMs = seconds * 1000;
    const ends = { keyboard: stage.keyboard, screen: stage.screen };
    const watching = stage.use(hands.sinkIn, "frames", { ...ends, forMs });
    const pushing = stage.use(hands.pushIn, "push", {
      fd: stage.device,
      text: "colours",
      forMs,
      perSecond: PER_SECOND,
    });
    await within(LIMIT_MS, measure, Promise.all([watching, pushing]));
    samples.add(name, measure, 0, residentMb(stage.pid));
    stage.quiet();
  }
}
