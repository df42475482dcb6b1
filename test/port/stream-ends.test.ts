/** Node streams as sources and sinks. */
import { spawn } from "node:child_process";
import { PassThrough, Readable, Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { streamSink, streamSource } from "../../src/port/stream-ends.js";
import { nextReady, noise, receive, receiveToEnd, send } from "../contract/traffic.js";
import { until } from "../support/until.js";

const EVENTS = ["readable", "data", "end", "close", "error", "drain", "finish"];
const listeners = (stream: Readable | Writable) =>
  EVENTS.reduce((count, event) => count + (stream as Readable).listenerCount(event), 0);
const failure = (code: string) => Object.assign(new Error(`failed: ${code}`), { code });

describe("a stream as a source", () => {
  test("gives every byte once and in order, however both sides cut them", async () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    const rooms = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(chunks, rooms, async (given, sizes) => {
        const source = streamSource(Readable.from(given, { objectMode: false }));
        let turn = 0;
        const received = await receive(source, Number.POSITIVE_INFINITY, {
          room: () => sizes[turn++ % sizes.length]!,
        });
        expect(received.equals(Buffer.concat(given))).toBe(true);
      }),
    );
  });

  test("gives NOTHING while there is nothing", () => {
    const source = streamSource(new PassThrough());
    for (let look = 0; look < 10; look++) expect(source.read(new Uint8Array(8))).toBe(NOTHING);
  });

  test("reads ahead no further than the stream's own bound", async () => {
    let produced = 0;
    const stream = new Readable({
      highWaterMark: 1000,
      read() {
        produced += 100;
        setImmediate(() => this.push(Buffer.alloc(100)));
      },
    });
    const source = streamSource(stream);
    await until("the stream to be full", () => stream.readableLength >= 1000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(produced).toBeLessThanOrEqual(1100);
    await receive(source, 5000);
    expect(produced).toBeGreaterThanOrEqual(5000);
  });

  test("is gone after its last byte", async () => {
    const stream = new PassThrough();
    const source = streamSource(stream);
    stream.end("bye");
    expect(`${await receiveToEnd(source)}`).toBe("bye");
    expect(source.read(new Uint8Array(8))).toBe(GONE);
  });

  test("tells an end that came while nobody was waiting", async () => {
    const stream = new PassThrough();
    const source = streamSource(stream);
    stream.end();
    await until("the end to arrive", () => stream.writableFinished);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    let last = NOTHING;
    await until("the end", async () => {
      await nextReady(source);
      last = source.read(new Uint8Array(8));
      return last === GONE;
    });
  });

  test.each([
    ["ended", async (stream: PassThrough) => void stream.end().resume()],
    ["destroyed", async (stream: PassThrough) => void stream.destroy()],
  ])("is gone from the start where the stream had %s", async (_, finish) => {
    const stream = new PassThrough();
    await finish(stream);
    await until("the close", () => stream.closed);
    const source = streamSource(stream);
    await nextReady(source);
    expect(source.read(new Uint8Array(8))).toBe(GONE);
  });

  test.each(["EIO", "EPIPE", "ECONNRESET"])("is gone when the stream fails with %s", async (code) => {
    const stream = new PassThrough();
    const source = streamSource(stream);
    stream.write("kept");
    await until("the bytes", () => stream.readableLength > 0);
    stream.destroy(failure(code));
    expect(`${await receiveToEnd(source)}`).toBe("kept");
  });

  test("throws any other failure once, after what had arrived", async () => {
    const stream = new PassThrough();
    const source = streamSource(stream);
    stream.write("kept");
    await until("the bytes", () => stream.readableLength > 0);
    stream.destroy(failure("EISDIR"));
    expect(`${await receive(source, 4)}`).toBe("kept");
    await nextReady(source);
    expect(() => source.read(new Uint8Array(8))).toThrow("failed: EISDIR");
    expect(source.read(new Uint8Array(8))).toBe(GONE);
  });

  test("turns text into bytes again, and refuses what is neither", async () => {
    const encoded = new PassThrough().setEncoding("latin1");
    encoded.end(Buffer.from([0x00, 0x80, 0xff]));
    expect(await receiveToEnd(streamSource(encoded))).toEqual(Buffer.from([0x00, 0x80, 0xff]));
    expect(`${await receiveToEnd(streamSource(Readable.from(["a", "", "bé"])))}`).toBe("abé");
    await expect(receiveToEnd(streamSource(Readable.from([42])))).rejects.toThrow(TypeError);
  });

  test("hands the stream back on close: no listener, and every unread byte", async () => {
    const stream = new PassThrough();
    const before = listeners(stream);
    const source = streamSource(stream);
    stream.write("0123456789");
    await until("some of it", () => source.read(new Uint8Array(4)) === 4);
    source.close();
    source.close();
    expect(listeners(stream)).toBe(before);
    await until("the stream to stand still", () => stream.isPaused());
    stream.end("!");
    const rest: Buffer[] = [];
    for await (const chunk of stream) rest.push(chunk);
    expect(`${Buffer.concat(rest)}`).toBe("456789!");
  });

  test("calls nobody after disarm and after close", async () => {
    const stream = new PassThrough();
    const source = streamSource(stream);
    let calls = 0;
    source.onReady(() => {
      calls++;
    });
    source.arm();
    source.disarm();
    stream.write("x");
    await until("the byte", () => source.read(new Uint8Array(1)) === 1);
    stream.write("y");
    await until("the byte", () => stream.readableLength === 1);
    source.arm();
    source.close();
    source.arm();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toBe(0);
  });
});

/** A stream that takes a chunk each time `step` is called, and fails where it is told to. */
function slowStream(highWaterMark: number) {
  const taken: Buffer[] = [];
  let next: ((error?: Error) => void) | undefined;
  const stream = new Writable({
    highWaterMark,
    write(chunk: Buffer, _, done) {
      next = (error) => {
        next = undefined;
        if (!error) taken.push(chunk);
        done(error);
      };
    },
  });
  return {
    stream,
    taken: () => Buffer.concat(taken),
    step: (error?: Error) => next?.(error),
    get busy() {
      return next !== undefined;
    },
  };
}

describe("a stream as a sink", () => {
  test("takes what the stream has room for, then NOTHING, and is ready when it is drained", async () => {
    const slow = slowStream(1000);
    const sink = streamSink(slow.stream);
    const bytes = noise(5000, 1);
    expect(sink.write(bytes, 0, 600)).toBe(600);
    expect(sink.write(bytes, 600, 5000)).toBe(400);
    expect(sink.write(bytes, 1000, 5000)).toBe(NOTHING);
    expect(sink.unsent()).toBe(1000);
    let calls = 0;
    sink.onReady(() => {
      calls++;
    });
    sink.arm();
    slow.step();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toBe(0); // 400 of them still wait
    slow.step();
    await until("ready", () => calls === 1);
    expect(sink.unsent()).toBe(0);
    expect(sink.write(bytes, 1000, 5000)).toBe(1000);
    slow.step();
    expect(slow.taken().equals(bytes.subarray(0, 2000))).toBe(true);
  });

  test.each([0, 1, 16, 16384])("passes every byte on in order with a bound of %i", async (highWaterMark) => {
    const stream = new PassThrough({ highWaterMark });
    const bytes = noise(highWaterMark === 1 ? 500 : 100_000, 2);
    const [received] = await Promise.all([
      receive(streamSource(stream), bytes.length),
      send(streamSink(stream), bytes, () => 700),
    ]);
    expect(received.equals(bytes)).toBe(true);
  });

  test("keeps a copy, because the caller's buffer changes", () => {
    const slow = slowStream(1000);
    const sink = streamSink(slow.stream);
    for (const buffer of [Buffer.from("mine"), new Uint8Array(Buffer.from("mine"))]) {
      sink.write(buffer, 0, 4);
      buffer.fill(0);
    }
    slow.step();
    slow.step();
    expect(`${slow.taken()}`).toBe("minemine");
  });

  test("is gone where its reader is: a child process that has ended", async () => {
    const child = spawn("true", { stdio: ["pipe", "ignore", "ignore"] });
    const sink = streamSink(child.stdin);
    await new Promise((resolve) => child.on("exit", resolve));
    await until("the end", () => sink.write(Buffer.from("x"), 0, 1) === GONE);
    sink.close();
  });

  test("is gone when its owner ends or destroys the stream, and says so to who waits", async () => {
    for (const finish of [(s: Writable) => s.end(), (s: Writable) => s.destroy()]) {
      const slow = slowStream(1);
      const sink = streamSink(slow.stream);
      expect(sink.write(Buffer.from("x"), 0, 1)).toBe(1);
      const ready = nextReady(sink);
      finish(slow.stream);
      slow.step();
      await ready;
      expect(sink.write(Buffer.from("x"), 0, 1)).toBe(GONE);
    }
  });

  test("throws a failure that is not the end once", async () => {
    const slow = slowStream(1);
    const sink = streamSink(slow.stream);
    sink.write(Buffer.from("x"), 0, 1);
    const ready = nextReady(sink);
    slow.step(failure("ENOSPC"));
    await ready;
    expect(() => sink.write(Buffer.from("x"), 0, 1)).toThrow("failed: ENOSPC");
    expect(sink.write(Buffer.from("x"), 0, 1)).toBe(GONE);
  });

  test("lets go of the stream on close, which goes on", async () => {
    const slow = slowStream(1000);
    const before = listeners(slow.stream);
    const sink = streamSink(slow.stream);
    sink.write(Buffer.from("last"), 0, 4);
    sink.close();
    slow.step();
    await until("the listeners to go", () => listeners(slow.stream) === before);
    expect(`${slow.taken()}`).toBe("last");
    expect(slow.stream.writable).toBe(true);
  });

  test("hears a write fail that was on its way when it was closed, so that the process does not end by it", async () => {
    const slow = slowStream(1000);
    const sink = streamSink(slow.stream);
    sink.write(Buffer.from("last"), 0, 4);
    sink.close();
    slow.step(failure("EPIPE"));
    await until("the close", () => slow.stream.closed);
    expect(slow.stream.errored).toMatchObject({ code: "EPIPE" });
  });
});
