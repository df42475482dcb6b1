/**
 * The hands as the main thread sees them: a job goes in, a promise comes out, and a job that takes too long
 * fails. Knows nothing of what a job does.
 */
import { Worker } from "node:worker_threads";

export class Hand {
  #shared = new SharedArrayBuffer(16);
  #stop = new Int32Array(this.#shared, 0, 1);
  #got = new Float64Array(this.#shared, 8, 1);
  #worker = new Worker(new URL("hand.mjs", import.meta.url), { workerData: this.#shared });
  #settle;

  constructor() {
    this.#worker.on("message", ({ result, error }) => {
      if (error === undefined) this.#settle.resolve(result);
      else this.#settle.reject(new Error(error));
    });
    this.#worker.unref();
  }

  /** Bytes that a sink has so far. */
  get got() {
    return this.#got[0];
  }

  /** Has the job end after the next system call. */
  stop() {
    Atomics.store(this.#stop, 0, 1);
  }

  /** Does one of hand.mjs's jobs. One at a time. */
  run(job, args) {
    Atomics.store(this.#stop, 0, 0);
    this.#got[0] = 0;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.postMessage({ job, ...args });
    }).finally(() => this.#worker.unref());
  }
}

/** Two for each direction. */
export const hands = { pushIn: new Hand(), sinkIn: new Hand(), pushOut: new Hand(), sinkOut: new Hand() };

/** What `promise` comes to, or an error that says `what` took longer than `ms`. */
export function within(ms, what, promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} takes more than ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
