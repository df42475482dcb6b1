/**
 * One run of the bench: who takes part in which round, and that a program that fails is out, with the reason
 * kept. Knows no measure.
 */
import { Stage } from "./stage.mjs";

/** Programs that are neither robin nor a reference of its targets take part in every so many rounds. */
const OTHERS_EVERY = 3;

export class Bench {
  /** @type {Map<string, string>} program -> why it is out */
  failures = new Map();

  /**
   * @param {readonly import("./programs.mjs").Program[]} programs
   * @param {ReturnType<typeof import("./virtual-programs.mjs").findVirtualPrograms>} virtual
   * @param {ReturnType<typeof import("./kept-programs.mjs").findKeptPrograms>} kept
   * @param {readonly import("./programs.mjs").Program[]} ui
   * @param {import("./options.mjs").Options} options
   * @param {import("./samples.mjs").Samples} samples
   * @param {(text: string) => void} tell where the run stands
   */
  constructor(programs, virtual, kept, ui, options, samples, tell) {
    this.programs = programs;
    this.virtual = virtual;
    this.kept = kept;
    this.ui = ui;
    this.options = options;
    this.samples = samples;
    this.tell = tell;
  }

  /** Who of `programs` takes part in a round, each time another first. */
  turn(round, programs = this.programs) {
    const there = programs.filter(
      ({ name, reference }) => !this.failures.has(name) && (reference || round % OTHERS_EVERY === 0),
    );
    const first = round % Math.max(1, there.length);
    return [...there.slice(first), ...there.slice(0, first)];
  }

  /** Runs `step`, unless the program is out; if it fails, the program is. Returns what the step does. */
  async attempt(program, step) {
    if (this.failures.has(program.name)) return undefined;
    try {
      return await step();
    } catch (error) {
      this.failures.set(program.name, error.message);
      return undefined;
    }
  }

  /** Has all of `programs` run side by side while `use` gets them with the stages that `open` makes. Ends them all. */
  async withStages(programs, use, open = (program) => Stage.open(program)) {
    const stages = new Map();
    try {
      for (const program of programs) {
        const stage = await this.attempt(program, () => open(program));
        if (stage) stages.set(program, stage);
      }
      await use(stages);
    } finally {
      for (const stage of stages.values()) await stage.close();
    }
  }

  /** Lets each program take its turn. One that fails is ended at once: it may still keep the bench's hands busy. */
  async each(stages, step) {
    for (const [program, stage] of [...stages]) {
      await this.attempt(program, () => step(program, stage));
      if (!this.failures.has(program.name)) continue;
      stages.delete(program);
      await stage.close();
    }
  }
}
