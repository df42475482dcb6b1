/**
 * Where a plot's rows go: a file by a thread, or stdout as its reader takes them. Knows when there is no room; not what a row is.
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import type { RobinError } from "../errors.js";
import { type ByteSink, GONE } from "../port/ends.js";
import { FileWriter } from "../sink/file-writer.js";
import { modeForNew } from "../sink/new-file.js";

export interface RowsOutput {
  write(text: string): void;
  readonly hasRoom: boolean;
  /** To be called when there is room again. */
  onRoom: () => void;
  /** Bytes that were not taken yet. */
  readonly waiting: number;
  /** Resolves when all is out, or `limitMs` are up. */
  settle(limitMs: number): Promise<void>;
  close(): void;
}

const WHAT = "table";
/** A header in the middle of a table helps nobody, and numbers of last night are not to be lost to a shell's history. */
const HINT = "no table is written over: give another name, as in data-%Y%m%d-%H%M%S.csv, or remove it";
/** So many bytes wait for the reader of a pipe; then the port is held. */
const ROOM_BYTES = 64 * 1024;

/** A table in a file. `onFailed` is told once, where the file takes no more. Throws RobinError: open-failed. */
export function fileRows(path: string, onFailed: (error: RobinError) => void): RowsOutput {
  const file = new FileWriter({ what: WHAT, path, mode: modeForNew(WHAT, path, HINT), onFailed });
  const rows: RowsOutput = {
    write(text) {
      const bytes = Buffer.from(text);
      file.write(bytes, 0, bytes.length);
    },
    get hasRoom() {
      return file.hasRoom;
    },
    onRoom: () => {},
    get waiting() {
      return file.waiting;
    },
    settle: (limitMs) => file.settle(limitMs),
    close: () => file.close(),
  };
  file.onRoom = () => rows.onRoom();
  return rows;
}

/** Rows on stdout. `onGone` is told once, when nobody reads on. */
export function sinkRows(sink: ByteSink, onGone: () => void): RowsOutput {
  const queue = new ByteQueue();
  let isGone = false;
  let onEmpty = () => {};
  const flush = () => {
    const hadRoom = rows.hasRoom;
    while (queue.length > 0 && !isGone) {
      const taken = sink.write(queue.bytes, queue.start, queue.end);
      if (taken === GONE) {
        isGone = true;
        queue.clear();
        setImmediate(onGone); // not while bytes are on their way here
      } else if (taken === 0) {
        sink.arm();
        break;
      } else queue.take(taken);
    }
    if (queue.length === 0) onEmpty();
    if (!hadRoom && rows.hasRoom) rows.onRoom();
  };
  const rows: RowsOutput = {
    write(text) {
      if (isGone) return;
      const bytes = Buffer.from(text);
      queue.push(bytes, 0, bytes.length);
      flush();
    },
    get hasRoom() {
      return isGone || queue.length < ROOM_BYTES;
    },
    onRoom: () => {},
    get waiting() {
      return queue.length;
    },
    settle(limitMs) {
      if (queue.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const limit = setTimeout(resolve, limitMs);
        onEmpty = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    },
    close: () => sink.disarm(),
  };
  sink.onReady(flush);
  return rows;
}
