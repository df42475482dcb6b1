/**
 * Source and sink over Node's streams. Knows their flow control; for what it costs beside a descriptor see
 * docs/notes/.
 */
import type { Readable, Writable } from "node:stream";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "./ends.js";

export function streamSource(stream: Readable): ByteSource {
  let ready = () => {};
  let armed = false;
  let rest: Uint8Array | undefined;
  let over = false;
  let failure: Error | undefined;
  const look = () => {
    if (!armed) return;
    armed = false;
    setImmediate(ready);
  };
  const onEnd = () => {
    over = true;
    look();
  };
  const onError = (error: Error) => {
    failure = error;
    onEnd();
  };
  stream.on("readable", look);
  stream.on("end", onEnd);
  stream.on("close", onEnd);
  stream.on("error", onError);
  return {
    read(into) {
      rest ??= (stream.read() as Uint8Array | null) ?? undefined;
      if (rest === undefined) {
        if (failure !== undefined && over) return GONE;
        return over || stream.readableEnded ? GONE : NOTHING;
      }
      const count = Math.min(into.length, rest.length);
      into.set(rest.subarray(0, count));
      rest = count < rest.length ? rest.subarray(count) : undefined;
      return count;
    },
    onReady(listener) {
      ready = listener;
    },
    arm() {
      armed = true;
      if (rest !== undefined || over || stream.readableLength > 0) look();
    },
    disarm() {
      armed = false;
    },
    close() {
      armed = false;
      stream.off("readable", look);
      stream.pause();
    },
  };
}

export function streamSink(stream: Writable): ByteSink {
  let ready = () => {};
  let armed = false;
  let gone = false;
  const look = () => {
    if (!armed) return;
    armed = false;
    setImmediate(ready);
  };
  const onGone = () => {
    gone = true;
    look();
  };
  stream.on("drain", look);
  stream.on("error", onGone);
  stream.on("close", onGone);
  return {
    write(from, start, end) {
      if (gone || stream.destroyed || stream.writableEnded) return GONE;
      if (stream.writableNeedDrain) return NOTHING;
      stream.write(from.slice(start, end)); // the stream keeps it, the caller's buffer changes
      return end - start;
    },
    onReady(listener) {
      ready = listener;
    },
    arm() {
      armed = true;
      if (gone || !stream.writableNeedDrain) look();
    },
    disarm() {
      armed = false;
    },
    unsent: () => stream.writableLength,
    close() {
      armed = false;
      stream.off("drain", look);
    },
  };
}
