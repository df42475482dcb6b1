/** Users of a port: robin with a terminal in front of it, a session of the test's own, and what they send. */
import { readFileSync } from "node:fs";
import { PassThrough, Writable } from "node:stream";
import { connect } from "../../../src/index.js";
import type { Port } from "../../../src/port/port.js";
import type { Session } from "../../../src/session/session.js";
import { type RobinRun, runRobin } from "../../support/robin.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";

/** A robin with a terminal of its own as stdin and stdout. */
export function robinOnTerminal(args: readonly string[]): { robin: RobinRun; user: TestPty } {
  const user = new TestPty();
  return { robin: runRobin(args, { stdin: user, stdout: user }), user };
}

/** Waits until it says that it is connected. */
export async function connected(robin: RobinRun): Promise<void> {
  await until(
    () => `robin to connect; it said ${JSON.stringify(robin.stderr)}`,
    () => robin.stderr.includes("connected to"),
    30_000,
  );
}

/** Processor time of a process so far, in ms: utime and stime of proc_pid_stat(5), whose ticks are 10 ms. */
export function cpuMs(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\) /, "");
  const fields = afterName.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** `count` bytes of every value, always the same, in an order in which a lost or doubled one shows. */
export function payload(count: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Where two runs of bytes begin to differ, in words; undefined where they do not. */
export function difference(came: Uint8Array, sent: Uint8Array): string | undefined {
  const at = sent.findIndex((byte, index) => came[index] !== byte);
  if (at < 0 && came.length === sent.length) return undefined;
  const from = at < 0 ? sent.length : at;
  const part = (bytes: Uint8Array) => Buffer.from(bytes.subarray(from, from + 8)).toString("hex");
  return `byte ${from}: ${part(came)} came, ${part(sent)} was sent; ${came.length} bytes of ${sent.length}`;
}

/** A session of this process over an open port, between streams that the test holds. */
export interface Bridge {
  readonly session: Session;
  /** Where bytes for the port are written, and ended. */
  readonly input: PassThrough;
  /** What the port gave so far. */
  received(): Buffer;
  /** Stops and goes on taking what the port gives. */
  hold(): void;
  release(): void;
}

export function bridge(port: Port, drainMs?: number): Bridge {
  const input = new PassThrough();
  const chunks: Buffer[] = [];
  let held = false;
  let goOn: (() => void) | undefined;
  const output = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      if (held) goOn = done;
      else done();
    },
  });
  return {
    session: connect(port, { input, output, ...(drainMs === undefined ? {} : { drainMs }) }),
    input,
    received: () => Buffer.concat(chunks),
    hold() {
      held = true;
    },
    release() {
      held = false;
      goOn?.();
      goOn = undefined;
    },
  };
}
