/**
 * A hand of the bench: a thread that pushes bytes into a descriptor, sinks what comes out of another, or sends a
 * byte round. It may wait in a system call; whoever stops it has to wake it. It allocates nothing on the way.
 */
import { parentPort, workerData } from "node:worker_threads";
import { FrameWatch } from "./frame-watch.mjs";
import { read, readable, readableSet, write } from "./libc.mjs";
import { countMarks, isPayload, MARK, PERIOD } from "./payload.mjs";
import { checkShown } from "./shown.mjs";
import { bytesOfLines, isText, TEXTS } from "./texts.mjs";

const BLOCK = 16 * 1024;
/** Where it has a pace, so that it is even: 2 ms at 1 MB a second. */
const PACED_BLOCK = 2048;
/** How often a hand that waits for many looks whether it should stop. */
const LOOK_MS = 20;
const chunk = Buffer.alloc(PERIOD);
const oneMark = Uint8Array.of(MARK);
/** What a program showed, to be looked at when the clock has stopped. Memory that is never written is never there. */
const MOST_KEPT = 128 * 1024 * 1024;
let kept = Buffer.alloc(0);

/** Shared with the bench's main thread: whether the job should end, and how many bytes a sink has. */
const stop = new Int32Array(workerData, 0, 1);
const isStopped = () => Atomics.load(stop, 0) !== 0;
const got = new Float64Array(workerData, 8, 1);

const jobs = {
  /**
   * Writes a text for `forMs`, or `bytes` of it, as fast as it is taken or `perSecond` bytes a second. Ends at the end of a line.
   * Returns how many bytes it was.
   */
  push({ fd, forMs = Infinity, bytes = Infinity, perSecond = Infinity, text: name = "lines" }) {
    const { bytes: text, unit } = TEXTS[name];
    const whole = Math.ceil(bytes / unit) * unit;
    const start = performance.now();
    const until = start + forMs;
    const block = perSecond === Infinity ? BLOCK : PACED_BLOCK;
    let sent = 0;
    for (;;) {
      const aheadMs = start + (sent / perSecond) * 1000 - performance.now();
      if (aheadMs >= 1) Atomics.wait(stop, 0, 0, aheadMs);
      const isOver = sent >= whole || performance.now() >= until || isStopped();
      const toLineEnd = (unit - (sent % unit)) % unit;
      const wanted = isOver ? toLineEnd : Math.min(block + (block === BLOCK ? toLineEnd : 0), whole - sent);
      if (wanted === 0) return sent;
      const at = sent % PERIOD;
      const n = write(fd, text, at, at + wanted);
      if (n === 0) return sent;
      sent += n;
    }
  },

  /**
   * Reads until it is told to stop. `bytes` came, the first `before` of them in the first read; the rest took
   * `ms`. With `exact`, they are compared with the text; else its marks are counted, a line for each.
   */
  sink({ fd, exact, text: name = "lines" }) {
    const text = TEXTS[name];
    let marks = 0;
    let bytes = 0;
    let before = 0;
    let first = 0;
    let last = 0;
    let intact = true;
    for (;;) {
      const n = read(fd, chunk);
      if (n === 0 || isStopped()) break;
      last = performance.now();
      if (exact) {
        intact &&= isText(text, chunk, 0, n, bytes);
        bytes += n;
      } else {
        marks += countMarks(chunk, n);
        bytes = bytesOfLines(text, marks);
      }
      if (first === 0) {
        first = last;
        before = bytes;
      }
      got[0] = bytes;
    }
    return { bytes, before, ms: last - first, intact };
  },

  /** Reads and keeps what a program shows, until it is told to stop: of `bytes`, `before` in the first read; the rest took `ms`. */
  keep({ fd }) {
    if (kept.length === 0) kept = Buffer.alloc(MOST_KEPT);
    let bytes = 0;
    let before = 0;
    let first = 0;
    let last = 0;
    while (bytes < kept.length) {
      const n = read(fd, kept.subarray(bytes, bytes + PERIOD));
      if (n === 0 || isStopped()) break;
      last = performance.now();
      bytes += n;
      if (first === 0) {
        first = last;
        before = n;
      }
      got[0] = bytes;
    }
    return { bytes, before, ms: last - first };
  },

  /** Whether the `bytes` that were kept are what should be shown of `sent`. Throws where they are not. */
  look({ shown, bytes, sent }) {
    checkShown(shown, kept.subarray(0, bytes), sent);
  },

  /**
   * Reads from all of `fds` until it is told to stop. `bytes` came at all of them together, the first `before` of them in
   * the first turn; the rest took `ms`. Each one's bytes are compared with the payload.
   */
  sinkMany({ fds }) {
    const set = readableSet(fds);
    const offsets = new Float64Array(fds.length);
    let bytes = 0;
    let before = 0;
    let first = 0;
    let last = 0;
    let intact = true;
    while (!isStopped()) {
      if (set.wait(LOOK_MS) <= 0) continue;
      for (let index = 0; index < fds.length; index++) {
        if (!set.isReady(index)) continue;
        const n = read(fds[index], chunk);
        if (n === 0) return { bytes, before, ms: last - first, intact };
        intact &&= isPayload(chunk, n, offsets[index]);
        offsets[index] += n;
        bytes += n;
      }
      last = performance.now();
      if (first === 0) {
        first = last;
        before = bytes;
      }
      got[0] = bytes;
    }
    return { bytes, before, ms: last - first, intact };
  },

  /**
   * Looks at the frames that are drawn on `screen` for `forMs`, and types into a line on it: how many frames, the longest time
   * between two of them, and how long each key took until a frame had it, in ms.
   */
  frames({ keyboard, screen, forMs }) {
    const watch = new FrameWatch((text) => write(keyboard, Buffer.from(text), 0, text.length));
    const until = performance.now() + forMs;
    for (let now = performance.now(); now < until && !isStopped(); now = performance.now()) {
      watch.tick(now);
      if (!readable(screen, 1)) continue;
      const n = read(screen, chunk);
      if (n === 0) break;
      watch.see(chunk.toString("latin1", 0, n), performance.now());
    }
    return watch.result();
  },

  /** Types a byte, has the device echo it, waits until it is on the screen; `times`. Returns microseconds each. */
  roundTrips({ keyboard, device, screen, warmUp, times }) {
    const us = new Float64Array(times);
    for (let trip = -warmUp; trip < times; trip++) {
      const start = performance.now();
      write(keyboard, oneMark, 0, 1);
      awaitMark(device);
      write(device, oneMark, 0, 1);
      awaitMark(screen);
      if (trip >= 0) us[trip] = (performance.now() - start) * 1000;
    }
    return us;
  },
};

function awaitMark(fd) {
  for (;;) {
    const n = read(fd, chunk);
    if (n === 0 || isStopped()) throw new Error("the program ended");
    if (chunk.subarray(0, n).includes(MARK)) return;
  }
}

parentPort.on("message", ({ job, ...args }) => {
  try {
    parentPort.postMessage({ result: jobs[job](args) });
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});
