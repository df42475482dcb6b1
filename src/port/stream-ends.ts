/**
 * Source and sink over Node's streams. Knows their flow control and their ways to end; for what a stream costs
 * beside a descriptor see docs/notes/serialport.md.
 */
import type { Readable, Writable } from "node:stream";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "./ends.js";
import { createWaiter } from "./waiter.js";

/**
 * Errors that say that the other end is no more: those of fd-ends.ts, EOF of a pipe on Windows, and what Node's
 * streams say of themselves once they are destroyed.
 */
const GONE_CODES: readonly (string | undefined)[] = [
  "EIO",
  "ENXIO",
  "ENODEV",
  "EPIPE",
  "ECONNRESET",
  "EOF",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_PREMATURE_CLOSE",
];

/** Whether a stream's error means the end, or is a failure to be told. */
export type IsGone = (error: Error) => boolean;

const isGoneByCode: IsGone = (error) => GONE_CODES.includes((error as NodeJS.ErrnoException).code);

/** What a sink takes at once for a stream whose own bound is 0. */
const SMALLEST_BOUND = 16 * 1024;

/**
 * Bytes of `stream`, which reads ahead up to its own highWaterMark and no further. It has to be read by nobody
 * else; `close` hands it back paused, with what was not read. Text (of setEncoding, or of a stream of objects)
 * becomes bytes again. `read` throws what the stream fails with, once, after what had arrived, and TypeError for
 * an object that is no bytes.
 */
export function streamSource(stream: Readable, isGone: IsGone = isGoneByCode): ByteSource {
  let rest: Uint8Array | undefined;
  let over = stream.readableEnded || stream.destroyed;
  const failure = failureOf(stream, isGone);
  /** Whether the stream may have something that `read` has not asked for; it says so once. */
  let mayHave = stream.readableLength > 0;
  const wait = createWaiter(() => rest !== undefined || mayHave || over);
  const onReadable = () => {
    mayHave = true;
    wait.look();
  };
  const onOver = () => {
    over = true;
    wait.look();
  };
  const onError = (error: Error) => {
    failure.note(error);
    onOver();
  };
  stream.on("readable", onReadable);
  stream.on("end", onOver);
  stream.on("close", onOver);
  stream.on("error", onError);

  /** The next bytes that the stream has, none of them empty. */
  function next(): Uint8Array | undefined {
    for (;;) {
      const chunk: unknown = stream.read();
      mayHave = chunk !== null;
      if (chunk === null) return undefined;
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, encodingOf(stream)) : chunk;
      if (!(bytes instanceof Uint8Array)) {
        throw new TypeError(`a source's stream gave a value of type ${typeof chunk} in place of bytes`);
      }
      if (bytes.length > 0) return bytes;
    }
  }

  return {
    ...wait.end,
    read(into) {
      const bytes = rest ?? next();
      if (bytes === undefined) {
        if (!over && !stream.destroyed) return NOTHING;
        failure.tell();
        return GONE;
      }
      const count = Math.min(into.length, bytes.length);
      into.set(count < bytes.length ? bytes.subarray(0, count) : bytes);
      rest = count < bytes.length ? bytes.subarray(count) : undefined;
      return count;
    },
    close() {
      wait.end.close();
      stream.off("readable", onReadable);
      stream.off("end", onOver);
      stream.off("close", onOver);
      stream.off("error", onError);
      if (over) return;
      if (rest !== undefined && !stream.readableObjectMode) stream.unshift(rest);
      rest = undefined;
      // A stream takes the end of its `readable` listeners to heart on the next tick; paused before, it reads on.
      process.nextTick(() => {
        if (stream.listenerCount("readable") === 0 && stream.listenerCount("data") === 0) stream.pause();
      });
    },
  };
}

/**
 * `stream` as a place for bytes. It takes at most what the stream's highWaterMark has room for, so that memory is
 * bounded. `write` throws what the stream fails with, once. `close` lets go without ending the stream.
 */
export function streamSink(stream: Writable, isGone: IsGone = isGoneByCode): ByteSink {
  let over = stream.destroyed || stream.writableEnded;
  const failure = failureOf(stream, isGone);
  let open = true;
  /** Writes whose callback has not come yet. */
  let pending = 0;
  const wait = createWaiter(() => over || !stream.writable || !stream.writableNeedDrain);
  const onOver = () => {
    over = true;
    wait.look();
  };
  const onError = (error: Error) => {
    failure.note(error);
    onOver();
  };
  const letGo = () => {
    if (open || pending > 0) return;
    stream.off("finish", onOver);
    stream.off("close", onOver);
    stream.off("error", onError);
  };
  // Node calls back before it emits the error, so the listener has to stay for a write that failed.
  const onWritten = (error?: Error | null) => {
    if (error) return;
    pending--;
    letGo();
  };
  stream.on("drain", wait.look);
  stream.on("finish", onOver);
  stream.on("close", onOver);
  stream.on("error", onError);
  return {
    ...wait.end,
    write(from, start, end) {
      failure.tell();
      if (over || !stream.writable) return GONE;
      if (stream.writableNeedDrain) return NOTHING;
      const count = Math.min(end - start, room(stream));
      // A copy, for the stream keeps it; Buffer's own `slice` would make none.
      const bytes = Uint8Array.prototype.slice.call(from, start, start + count);
      pending++;
      stream.write(bytes, onWritten);
      return count;
    },
    unsent: () => stream.writableLength,
    close() {
      open = false;
      wait.end.close();
      stream.off("drain", wait.look);
      letGo();
    },
  };
}

/** What a stream failed with, if it is more than the end; told once. */
function failureOf(stream: Readable | Writable, isGone: IsGone) {
  let failure: Error | undefined;
  let isTold = false;
  const note = (error: Error) => {
    if (!isGone(error)) failure ??= error;
  };
  return {
    note,
    tell() {
      if (stream.errored) note(stream.errored); // destroyed, and the event is still on its way
      if (failure === undefined || isTold) return;
      isTold = true;
      throw failure;
    },
  };
}

/** How many bytes a stream that needs no drain takes before it needs one; at least 1. */
function room(stream: Writable): number {
  const bound = stream.writableHighWaterMark;
  if (bound === 0 || stream.writableObjectMode) return SMALLEST_BOUND;
  return Math.max(1, bound - stream.writableLength);
}

function encodingOf(stream: Readable): BufferEncoding {
  return stream.readableEncoding ?? "utf8";
}
