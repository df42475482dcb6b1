/**
 * A program between a device and a user, both played by the bench: a pty for its port, pipes (or, for a program
 * that insists, a pty) for its keyboard and screen. Knows how to start it, to wake who waits for it, and to take
 * everything down whatever the program does; not what is measured.
 */
import { setTimeout as delay } from "node:timers/promises";
import { end, start } from "./child.mjs";
import {
  close,
  makeRaw,
  O_NOCTTY,
  O_RDWR,
  open,
  openMaster,
  pipe,
  read,
  readable,
  setWindowSize,
  writable,
  write,
} from "./libc.mjs";
import { MARK } from "./payload.mjs";
import { hasEnded } from "./process.mjs";

const START_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 5000;
/** A byte a millisecond is sent to a program that starts: some throw away what came before they were ready. */
const KNOCK_MS = 1;
/** After so many knocks, whether the program is still there. */
const LOOK_EVERY = 50;
const QUIET_MS = 15;
const NOISE_LIMIT_MS = 2000;
/** Long enough for a path, a reason and a hint; of a longer text the end counts. */
const STDERR_KEPT = 400;
const swallowed = Buffer.alloc(64 * 1024);
const ONE_MARK = Uint8Array.of(MARK);
const ONE_MARK_TEXT = String.fromCharCode(MARK);

/** A raw pty. The bench keeps the slave open, so that its settings and its other users' bytes stay. */
function openPty() {
  const { master, path } = openMaster();
  const slave = open(path, O_RDWR | O_NOCTTY);
  makeRaw(slave);
  setWindowSize(slave, 24, 80);
  return { master, slave, path };
}

export class Stage {
  /** The device's end of the port. */
  device;
  /** Where the user types, and where the user sees. */
  keyboard;
  screen;
  /** Milliseconds from the start of the program to the first byte that came through it. */
  startMs = 0;
  pid = 0;
  #process;
  #stderr = "";
  /** How the program shows a knock. */
  #knockShown;
  /** What the program's side holds, kept open to wake a reader of the bench's side. */
  #far = { device: 0, screen: 0 };
  /** @type {Set<number>} */
  #slaves = new Set();
  /** @type {Set<number>} All that are open. */
  #fds = new Set();
  /** @type {Map<import("./hands.mjs").Hand, Promise<unknown>>} Who still uses descriptors of this stage. */
  #users = new Map();

  /**
   * Starts `program` and waits for the first byte to come through. Throws where none does.
   * @param {import("./programs.mjs").Program} program
   */
  static async open(program) {
    const stage = new Stage(program);
    try {
      stage.#awaitFirstByte();
      stage.quiet();
      return stage;
    } catch (error) {
      await stage.close();
      // The program's last words come by the event loop, so only now.
      const words = stage.#stderr.trim();
      throw new Error(words === "" ? error.message : `${error.message}: ${words}`);
    }
  }

  constructor(program) {
    this.#knockShown = program.knockShown ?? ONE_MARK_TEXT;
    const port = openPty();
    const keyboard = program.keyboard === "pipe" ? pipe() : undefined;
    const screen = program.screen === "pipe" ? pipe() : undefined;
    const terminal = keyboard && screen ? undefined : openPty();
    this.device = port.master;
    this.keyboard = keyboard?.write ?? terminal.master;
    this.screen = screen?.read ?? terminal.master;
    this.#far = { device: port.slave, screen: screen?.write ?? terminal.slave };
    this.#slaves = new Set(terminal ? [port.slave, terminal.slave] : [port.slave]);
    this.#fds = new Set([this.device, this.keyboard, this.screen, this.#far.screen, ...this.#slaves]);

    const stdin = keyboard?.read ?? terminal.slave;
    this.startedAt = performance.now();
    this.#process = start(program.command(port.path), [stdin, this.#far.screen, "pipe"], program.env);
    this.pid = this.#process.child.pid ?? 0;
    if (keyboard) close(keyboard.read);
    this.#process.child.stderr?.on("data", (text) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
  }

  /** Blocks this thread, so that nothing stands between the byte and the clock. */
  #awaitFirstByte() {
    if (this.pid === 0) throw new Error("it does not start");
    const seen = Buffer.alloc(4096);
    for (let knocks = 1; ; knocks++) {
      if (knocks < 4000) write(this.device, ONE_MARK, 0, 1);
      if (readable(this.screen, KNOCK_MS)) {
        const n = read(this.screen, seen);
        if (seen.subarray(0, n).includes(this.#knockShown)) break;
        if (n === 0) throw new Error("it closes its output");
      }
      if (knocks % LOOK_EVERY === 0 && hasEnded(this.pid)) throw new Error("it ends at once");
      if (performance.now() - this.startedAt > START_LIMIT_MS) throw new Error("no byte comes through");
    }
    this.startMs = performance.now() - this.startedAt;
  }

  /** Reads what else is on its way, until nothing comes: the rest of the knocking, a greeting, a late byte. */
  quiet() {
    const limit = performance.now() + NOISE_LIMIT_MS;
    for (const fd of [this.screen, this.device]) {
      while (readable(fd, QUIET_MS) && read(fd, swallowed) > 0) {
        if (performance.now() > limit) throw new Error("it does not stop sending");
      }
    }
  }

  /** Wakes who waits to read from the device's or the screen's end, by a byte that did not come through. */
  wake(side) {
    // With no room for a byte there is something to read, and nobody waits.
    if (writable(this.#far[side])) write(this.#far[side], ONE_MARK, 0, 1);
  }

  /** Has a hand do a job with descriptors of this stage; closing waits for it. */
  use(hand, job, args) {
    const done = hand.run(job, args);
    const forget = () => this.#users.delete(hand);
    this.#users.set(hand, done.then(forget, forget));
    return done;
  }

  /** Ends the program and closes everything. Hands that still wait are woken: those that write, by reading. */
  async close() {
    await end(this.#process);
    for (const hand of this.#users.keys()) hand.stop();
    this.wake("device");
    this.wake("screen");
    const limit = performance.now() + CLOSE_LIMIT_MS;
    while (this.#users.size > 0 && performance.now() < limit) {
      for (const slave of this.#slaves) if (readable(slave, 0)) read(slave, swallowed);
      await delay(1);
    }
    if (this.#users.size > 0) throw new Error("a hand hangs in a system call after its program has ended");
    for (const fd of this.#fds) close(fd);
  }
}
