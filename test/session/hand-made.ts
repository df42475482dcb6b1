/**
 * Ends made by hand, for tests of what stands between them: nothing is ready until the test says so, and what is
 * taken or given is the test's choice. Like every end, a listener is never called from inside `arm`.
 */
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../src/port/ends.js";

/** More calls than any test needs: a loop that is asked for ever fails instead of hanging. */
const CALLS = 200_000;

/** Who waits: what `ready()` calls, once for each `arm`. */
function wait() {
  let listener = () => {};
  let armed = false;
  let calls = 0;
  return {
    end: {
      onReady: (ready: () => void) => {
        listener = ready;
      },
      arm: () => {
        armed = true;
      },
      disarm: () => {
        armed = false;
      },
    },
    isArmed: () => armed,
    /** Calls the listener if it asked for it. Says whether it did. */
    ready: () => {
      const asked = armed;
      armed = false;
      calls++;
      if (calls > CALLS) throw new Error("the same end is asked for ever");
      if (asked) listener();
      return asked;
    },
  };
}

export interface HandMadeSink extends ByteSink {
  /** What it took so far. */
  readonly taken: Buffer;
  /** How much of what is offered it takes: a number of bytes, GONE, or an Error to throw. Default all. */
  take: (offered: number) => number | Error;
  /** What it says has not left the machine yet. */
  left: number;
  isArmed(): boolean;
  ready(): boolean;
  closed: boolean;
}

export function handMadeSink(take: HandMadeSink["take"] = (offered) => offered): HandMadeSink {
  const { end, isArmed, ready } = wait();
  const chunks: Uint8Array[] = [];
  return {
    ...end,
    isArmed,
    ready,
    take,
    left: 0,
    closed: false,
    get taken() {
      return Buffer.concat(chunks);
    },
    write(from, start, stop) {
      if (stop <= start) throw new Error(`an empty write: ${start}..${stop}`);
      const count = this.take(stop - start);
      if (count instanceof Error) throw count;
      if (count === GONE) return GONE;
      const some = Math.min(count, stop - start);
      if (some === 0) return NOTHING;
      chunks.push(Uint8Array.from(from.subarray(start, start + some))); // Buffer's slice is no copy
      return some;
    },
    unsent() {
      return this.left;
    },
    close() {
      this.closed = true;
    },
  };
}

export interface HandMadeSource extends ByteSource {
  /** What there is to read; `ended` behind it. An Error in the list is thrown. */
  readonly waiting: (Uint8Array | Error)[];
  ended: boolean;
  isArmed(): boolean;
  ready(): boolean;
  closed: boolean;
  /** How often it was read. */
  reads: number;
}

/** A source that gives one of `chunks` a read, and then nothing until more is pushed to `waiting`. */
export function handMadeSource(...chunks: (Uint8Array | string | Error)[]): HandMadeSource {
  const { end, isArmed, ready } = wait();
  return {
    ...end,
    isArmed,
    ready,
    waiting: chunks.map((one) => (typeof one === "string" ? Buffer.from(one, "latin1") : one)),
    ended: false,
    closed: false,
    reads: 0,
    read(into) {
      this.reads++;
      const first = this.waiting.shift();
      if (first === undefined) return this.ended ? GONE : NOTHING;
      if (first instanceof Error) throw first;
      const count = Math.min(first.length, into.length);
      into.set(first.subarray(0, count));
      if (count < first.length) this.waiting.unshift(first.subarray(count));
      return count;
    },
    close() {
      this.closed = true;
    },
  };
}
