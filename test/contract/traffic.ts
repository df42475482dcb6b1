/** Bytes through sources and sinks, as any user of the contract moves them: read or write, and arm when nothing goes. */
import { createCipheriv } from "node:crypto";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../src/port/ends.js";
import { until } from "../support/until.js";

/** Settles with the next call of `ready` after one `arm`. */
export function nextReady(end: ByteSource | ByteSink): Promise<void> {
  return new Promise((resolve) => {
    end.onReady(resolve);
    end.arm();
  });
}

interface ReceiveOptions {
  /** How large a buffer the next read gets. */
  readonly room?: () => number;
}

/** Reads until `count` bytes came, or the source is gone. */
export async function receive(
  source: ByteSource,
  count: number,
  { room = () => 65536 }: ReceiveOptions = {},
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  while (received < count) {
    const into = new Uint8Array(Math.min(room(), count - received));
    const n = source.read(into);
    if (n === GONE) break;
    if (n === NOTHING) {
      await nextReady(source);
      continue;
    }
    chunks.push(Buffer.from(into.subarray(0, n)));
    received += n;
  }
  return Buffer.concat(chunks);
}

/** Reads until the source is gone. */
export function receiveToEnd(source: ByteSource): Promise<Buffer> {
  return receive(source, Number.POSITIVE_INFINITY);
}

/** Writes all of it, `cut` bytes at most at once. The buffer given to the sink is overwritten after each call. */
export async function send(sink: ByteSink, bytes: Uint8Array, cut = () => bytes.length): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const part = Buffer.from(bytes.subarray(at, at + cut()));
    // Somewhere inside a larger buffer, because a sink is given a range.
    const buffer = Buffer.concat([Buffer.from("<"), part, Buffer.from(">")]);
    const n = sink.write(buffer, 1, 1 + part.length);
    buffer.fill(0);
    if (n === GONE) throw new Error(`the sink was gone after ${at} of ${bytes.length} bytes`);
    if (n === NOTHING) await nextReady(sink);
    else at += n;
  }
}

/** Numbers 0..limit-1, the same at each run (mulberry32). */
export function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** `count` bytes of every value, in no order, the same for each seed. */
export function noise(count: number, seed: number): Buffer {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(count));
}

/** Looks at a full sink, 2 ms apart, that find no room before it counts as full: a driver may still be moving bytes on. */
const FULL_LOOKS = 25;

/** Writes until nothing more goes in. What was taken. */
export async function fill(sink: ByteSink): Promise<Buffer> {
  const chunk = noise(65536, 5);
  const taken: Buffer[] = [];
  let looks = 0;
  await until("the sink to be full", () => {
    const n = sink.write(chunk, 0, chunk.length);
    if (n === GONE) throw new Error("the sink is gone");
    if (n > 0) taken.push(Buffer.from(chunk.subarray(0, n)));
    looks = n === NOTHING ? looks + 1 : 0;
    return looks === FULL_LOOKS;
  });
  return Buffer.concat(taken);
}
