/**
 * Histories that outlive a session, in one file that robins share: a history's name, a space and a line, one below the other,
 * newest last. Knows files, on threads; what cannot be read or written is no history and no error.
 */
import { constants } from "node:fs";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { createHistory, type History, isKept } from "./history.js";
import { prepareDirectoryOf, statePath } from "./state-home.js";

/** So much of the file's end is read. */
const READ_BYTES = 64 * 1024;
/** A longer file is cut to what would be read. */
const LONGEST_BYTES = 256 * 1024;
/** Lines that may wait to be written: a disk that takes none gets no more. */
const MOST_WAITING = 100;
const { O_RDONLY, O_WRONLY, O_CREAT, O_APPEND, O_EXCL, O_NONBLOCK, O_NOCTTY } = constants;

/** Where it is; undefined where there is no home. */
export function historyPath(env: NodeJS.ProcessEnv): string | undefined {
  return statePath(env, "history");
}

export interface HistoryFile {
  /** The history of this name, a word. Older lines come to it as soon as they are read. */
  history(name: string): History;
  /** Resolves when all that was added is written, or will never be. */
  settle(): Promise<void>;
}

/** Nothing is read or written before a history is asked for. */
export function openHistoryFile(path: string | undefined): HistoryFile {
  const histories = new Map<string, History>();
  let loaded: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isBroken = path === undefined;
  const save = (name: string, line: string) => {
    if (isBroken || path === undefined || waiting >= MOST_WAITING) return;
    waiting++;
    last = last
      .then(() => (isBroken ? undefined : append(path, `${name} ${line}\n`)))
      .catch(() => {
        isBroken = true;
      })
      .finally(() => waiting--);
  };
  return {
    history(name) {
      const known = histories.get(name);
      if (known) return known;
      const history = createHistory([], { onAdd: (line) => save(name, line) });
      histories.set(name, history);
      if (path !== undefined) {
        loaded ??= load(path).catch(() => new Map());
        const older = loaded.then((all) => history.prepend(all.get(name) ?? []));
        last = last.then(() => older);
      }
      return history;
    },
    settle: () => last,
  };
}

async function load(path: string): Promise<Map<string, string[]>> {
  // A FIFO would keep its reader waiting.
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  let text: string;
  let size: number;
  try {
    const found = await file.stat();
    if (!found.isFile()) return new Map();
    size = found.size;
    text = await readEnd(file, size);
  } finally {
    await file.close();
  }
  if (size > LONGEST_BYTES) await shorten(path, size, text).catch(() => {});
  const lines = new Map<string, string[]>();
  for (const row of text.split("\n")) {
    const [, name, line] = /^(\S+) (.+)$/s.exec(row) ?? [];
    if (name === undefined || line === undefined) continue;
    const list = lines.get(name) ?? [];
    if (isKept(line, list.at(-1))) lines.set(name, [...list, line]);
  }
  return lines;
}

/** Whole lines of its end. */
async function readEnd(file: FileHandle, size: number): Promise<string> {
  const start = Math.max(0, size - READ_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, READ_BYTES)), {
    position: start,
  });
  const text = buffer.toString("utf8", 0, bytesRead);
  return start === 0 ? text : text.slice(text.indexOf("\n") + 1);
}

/** Another robin may append meanwhile: then the next one shortens it. */
async function shorten(path: string, size: number, text: string): Promise<void> {
  const shorter = `${path}.${process.pid}`;
  const file = await open(shorter, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  if ((await stat(path)).size === size) await rename(shorter, path);
}

/** One write to a file opened for appending: lines of two robins do not mix. */
async function append(path: string, row: string): Promise<void> {
  if (!(await prepareDirectoryOf(path))) return;
  const file = await open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY, 0o600);
  try {
    if ((await file.stat()).isFile()) await file.write(row);
  } finally {
    await file.close();
  }
}
