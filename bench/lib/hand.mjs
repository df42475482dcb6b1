/**
 * A hand of the bench: a thread that pushes bytes into a descriptor, sinks what comes out of another, or sends a
 * byte round. It may wait in a system call; whoever stops it has to wake it. It allocates nothing on the way.
 */
import { parentPort, workerData } from "node:worker_threads";
import { read, readableSet, write } from "./libc.mjs";
import { countMarks, isPayload, LINE, MARK, PERIOD, payload } from "./payload.mjs";

const BLOCK = 16 * 1024;
/** How often a hand that waits for many looks whether it should stop. */
const LOOK_MS = 20;
const chunk = Buffer.alloc(PERIOD);
const oneMark = Uint8Array.of(MARK);

/** Shared with the bench's main thread: whether the job should end, and how many bytes a sink has. */
const stop = new Int32Array(workerData, 0, 1);
const isStopped = () => Atomics.load(stop, 0) !== 0;
const got = new Float64Array(workerData, 8, 1);

const jobs = {
  /** Writes the payload for `forMs`, or `bytes` of it. Ends at the end of a line. Returns how many bytes it was. */
  push({ fd, forMs = Infinity, bytes = Infinity }) {
    const whole = Math.ceil(bytes / LINE) * LINE;
    const until = performance.now() + forMs;
    let sent = 0;
    for (;;) {
      const isOver = sent >= whole || performance.now() >= until || isStopped();
      const toLineEnd = (LINE - (sent % LINE)) % LINE;
      const wanted = isOver ? toLineEnd : Math.min(BLOCK + toLineEnd, whole - sent);
      if (wanted === 0) return sent;
      const at = sent % PERIOD;
      const n = write(fd, payload, at, at + wanted);
      if (n === 0) return sent;
      sent += n;
    }
  },

  /**
   * Reads until it is told to stop. `bytes` came, the first `before` of them in the first read; the rest took
   * `ms`. With `exact`, they are compared with the payload; else its marks are counted, a line for each.
   */
  sink({ fd, exact }) {
    let bytes = 0;
    let before = 0;
    let first = 0;
    let last = 0;
    let intact = true;
    for (;;) {
      const n = read(fd, chunk);
      if (n === 0 || isStopped()) break;
      last = performance.now();
      if (exact) intact &&= isPayload(chunk, n, bytes);
      bytes += exact ? n : countMarks(chunk, n) * LINE;
      if (first === 0) {
        first = last;
        before = bytes;
      }
      got[0] = bytes;
    }
    return { bytes, before, ms: last - first, intact };
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
