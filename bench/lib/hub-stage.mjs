/**
 * A hub with one speaker and listeners, all played by the bench: one thread speaks, one reads all listeners by poll(2). A
 * stalled listener is a port that is open and that nobody reads.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openPort } from "./cable-stage.mjs";
import { end, start } from "./child.mjs";
import { hands, within } from "./hands.mjs";
import { close, read, readable } from "./libc.mjs";
import { cpuSeconds } from "./process.mjs";

const LIMIT_MS = 60_000;
const LOST_AFTER_MS = 700;
const LOOK_MS = 2;
const QUIET_MS = 15;
const swallowed = Buffer.alloc(64 * 1024);

export class HubStage {
  pid = 0;
  #directory = mkdtempSync(join(tmpdir(), "robin-bench-"));
  #process;
  /** @type {number[]} */
  #fds = [];
  /** How many hear what is said. */
  listeners = 0;

  /**
   * @param {import("./virtual-programs.mjs").VirtualProgram} program
   * @param {{ports: number, stalled: number}} shape how many ports, and how many of them nobody reads
   */
  static async open(program, { ports, stalled }) {
    const stage = new HubStage();
    const names = Array.from({ length: ports }, (_, index) => `p${index}`);
    try {
      stage.#process = start(program.command(stage.#directory, names), "ignore");
      stage.pid = stage.#process.child.pid ?? 0;
      for (const name of names) stage.#fds.push(await openPort(join(stage.#directory, name), stage.pid));
      stage.listeners = ports - 1 - stalled;
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /**
   * Speaks for `limit` ({forMs} or {bytes}) and waits until all listeners have heard all of it. Throws where one has not, or
   * has heard something else. Returns the sum of what was heard, in 10^6 bytes a second, and what the hub and the bench took
   * of a processor meanwhile (1 is one processor): where the bench takes much more, it is the limit.
   */
  async speak(limit) {
    const [speaker, ...rest] = this.#fds;
    const fds = rest.slice(0, this.listeners);
    for (const fd of fds) while (readable(fd, 0) && read(fd, swallowed) > 0);
    while (readable(fds[0], QUIET_MS)) read(fds[0], swallowed);
    const before = { hub: cpuSeconds(this.pid), bench: cpuSeconds(process.pid), at: performance.now() };
    const sinking = hands.sinkIn.run("sinkMany", { fds });
    const sent = await within(LIMIT_MS, "speaking", hands.pushIn.run("push", { fd: speaker, ...limit }));
    await this.#heard(sent * fds.length);
    const seconds = (performance.now() - before.at) / 1000;
    const hubShare = (cpuSeconds(this.pid) - before.hub) / seconds;
    const benchShare = (cpuSeconds(process.pid) - before.bench) / seconds;
    hands.sinkIn.stop();
    const result = await within(LIMIT_MS, "listening", sinking);
    if (result.bytes !== sent * fds.length) {
      throw new Error(`${sent * fds.length - result.bytes} bytes of ${sent * fds.length} were lost`);
    }
    if (!result.intact) throw new Error("what was heard is not what was said");
    return { mbPerSecond: (result.bytes - result.before) / result.ms / 1000, hubShare, benchShare };
  }

  async #heard(wanted) {
    let seen = -1;
    let since = performance.now();
    while (hands.sinkIn.got < wanted && performance.now() - since < LOST_AFTER_MS) {
      if (hands.sinkIn.got !== seen) {
        seen = hands.sinkIn.got;
        since = performance.now();
      }
      await delay(LOOK_MS);
    }
  }

  async close() {
    await end(this.#process);
    for (const fd of this.#fds) close(fd);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
