/**
 * A program between two ports of its own making, both played by the bench. Shaped as a Stage is, so that what goes through it
 * is measured by the same hands: one port is the device, the other one keyboard and screen.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { end, start } from "./child.mjs";
import { close, makeRaw, O_NOCTTY, O_RDWR, open, read, readable, write } from "./libc.mjs";
import { MARK } from "./payload.mjs";
import { hasEnded } from "./process.mjs";

const START_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 5000;
const LOOK_MS = 5;
const QUIET_MS = 15;
const swallowed = Buffer.alloc(64 * 1024);
const ONE_MARK = Uint8Array.of(MARK);

/** Opens `path`, a port that a program is about to make. Throws where it does not come. */
export async function openPort(path, pid) {
  for (const startedAt = performance.now(); ; await delay(LOOK_MS)) {
    try {
      const fd = open(path, O_RDWR | O_NOCTTY);
      makeRaw(fd);
      return fd;
    } catch (error) {
      if (hasEnded(pid)) throw new Error("it ends at once");
      if (performance.now() - startedAt > START_LIMIT_MS) throw error;
    }
  }
}

export class CableStage {
  device = -1;
  keyboard = -1;
  screen = -1;
  pid = 0;
  #directory = mkdtempSync(join(tmpdir(), "robin-bench-"));
  #process;
  /** @type {Set<Promise<unknown>>} What still uses the descriptors. */
  #uses = new Set();

  /** @param {import("./virtual-programs.mjs").VirtualProgram} program */
  static async open(program) {
    const stage = new CableStage();
    try {
      const [a, b] = ["a", "b"].map((name) => join(stage.#directory, name));
      stage.#process = start(program.command(a, b), "ignore");
      stage.pid = stage.#process.child.pid ?? 0;
      stage.device = await openPort(a, stage.pid);
      stage.screen = await openPort(b, stage.pid);
      stage.keyboard = stage.screen;
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Reads what is still on its way, until nothing comes. */
  quiet() {
    for (const fd of [this.screen, this.device]) while (readable(fd, QUIET_MS) && read(fd, swallowed) > 0);
  }

  /** Wakes who waits to read at one end, by a byte from the other one. */
  wake(side) {
    write(side === "device" ? this.keyboard : this.device, ONE_MARK, 0, 1);
  }

  /** Has a hand do a job with descriptors of this stage; closing waits for it. */
  use(hand, job, args) {
    const done = hand.run(job, args);
    const use = done.catch(() => undefined).finally(() => this.#uses.delete(use));
    this.#uses.add(use);
    return done;
  }

  /** Ends the program: whoever still waits at one of its ports gets a hang-up. */
  async close() {
    await end(this.#process);
    await Promise.race([Promise.all(this.#uses), delay(CLOSE_LIMIT_MS, undefined, { ref: false })]);
    if (this.#uses.size > 0) throw new Error("a hand hangs in a system call after its program has ended");
    for (const fd of [this.device, this.screen]) if (fd !== -1) close(fd);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
