/**
 * Measures robin and its peers side by side. Knows the order of the measures and where the result goes; how
 * each is measured stands in lib/measure-*.mjs, what it means in docs/bench.md.
 */
import { Bench } from "./lib/bench.mjs";
import { figuresOf } from "./lib/figures.mjs";
import { keptFiguresOf } from "./lib/kept-figures.mjs";
import { findKeptPrograms, KEPT_NAMES } from "./lib/kept-programs.mjs";
import { exitNow } from "./lib/libc.mjs";
import { describeMachine } from "./lib/machine.mjs";
import { measureFlow } from "./lib/measure-flow.mjs";
import { measureHub } from "./lib/measure-hub.mjs";
import { measureIdle } from "./lib/measure-idle.mjs";
import { measureKept } from "./lib/measure-kept.mjs";
import { measureMemory } from "./lib/measure-memory.mjs";
import { measurePair } from "./lib/measure-pair.mjs";
import { measureRun } from "./lib/measure-run.mjs";
import { measureStart } from "./lib/measure-start.mjs";
import { measureUi } from "./lib/measure-ui.mjs";
import { HELP, parseOptions } from "./lib/options.mjs";
import { findPrograms, PROGRAM_NAMES } from "./lib/programs.mjs";
import { Samples } from "./lib/samples.mjs";
import { asMarkdown, asText } from "./lib/tables.mjs";
import { judge } from "./lib/targets.mjs";
import { findUiPrograms, UI_NAMES } from "./lib/ui-programs.mjs";
import { uiFiguresOf } from "./lib/ui-tables.mjs";
import { virtualFiguresOf } from "./lib/virtual-figures.mjs";
import { findVirtualPrograms, VIRTUAL_NAMES } from "./lib/virtual-programs.mjs";

const MEASURES = [
  measureStart,
  measureFlow,
  measureIdle,
  measureMemory,
  measureKept,
  measurePair,
  measureHub,
  measureRun,
  measureUi,
];

const FORMATS = {
  text: asText,
  markdown: asMarkdown,
  json: (document) => `${JSON.stringify(document, null, 2)}\n`,
};

// What the bench started and made ends with it: the exit handlers of lib/ see to that. The last of them does not
// wait for hands that still hang in a system call.
process.on("exit", exitNow);
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

/** Where the run stands: over itself on a terminal, nowhere else. */
function tell(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

async function run(options) {
  const names = [...PROGRAM_NAMES, ...KEPT_NAMES, ...VIRTUAL_NAMES, ...UI_NAMES];
  const unknown = options.only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`--only ${unknown.join()}: the programs are ${names.join()}`);
  const isWanted = (name) => options.only?.includes(name) ?? true;
  const { programs, missing } = findPrograms(isWanted);
  const virtual = findVirtualPrograms(isWanted);
  const kept = findKeptPrograms(isWanted);
  const samples = new Samples();
  const bench = new Bench(programs, virtual, kept, findUiPrograms(isWanted), options, samples, tell);
  for (const measure of MEASURES) await measure(bench);
  tell("");
  const document = {
    machine: describeMachine(),
    options,
    ...figuresOf(bench),
    kept: keptFiguresOf(bench),
    virtual: virtualFiguresOf(bench),
    ui: uiFiguresOf(bench),
    missing: [...missing, ...kept.missing, ...virtual.missing],
    targets: judge(samples),
  };
  process.stdout.write(FORMATS[options.format](document));
  return [...bench.failures.keys()].some((name) => /^robin($| \w)/.test(name)) ? 1 : 0;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(HELP);
  else process.exitCode = await run(options);
} catch (error) {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
