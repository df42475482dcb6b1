/**
 * The files that programs keep: a directory for each program, and whether what is in a file is what was sent. Knows no program.
 *
 * They are in memory (/dev/shm) where there is room: a disk would be measured with the program, and by what others do to it.
 */
import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootLog } from "./boot-log.mjs";
import { PERIOD } from "./payload.mjs";
import { checkBytes, SHOWN } from "./shown.mjs";

const IN_MEMORY = "/dev/shm";
/** Several times what all sessions of a round keep together at 100 MB a second. */
const ROOM = 2e9;
const CR = 0x0d;
const LF = 0x0a;

/** @type {Set<string>} */
const directories = new Set();
process.on("exit", () => {
  for (const path of directories) rmSync(path, { recursive: true, force: true });
});

/** Paths of files that are not there yet, and how to remove them. */
export function openScratch() {
  const path = mkdtempSync(join(hasRoom(IN_MEMORY) ? IN_MEMORY : tmpdir(), "robin-bench-"));
  directories.add(path);
  return {
    files: { log: join(path, "log"), recording: join(path, "recording") },
    remove() {
      rmSync(path, { recursive: true, force: true });
      directories.delete(path);
    },
  };
}

function hasRoom(path) {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

/** What is in a file -> reads `sent` bytes of the boot log back from `bytes[start..]`; returns where that ends, or throws. */
const KEPT = {
  bytes: checkBytes,
  "lines without CR": checkWithoutCr,
  "stamped lines": SHOWN["stamped lines"].check,
  records: checkBytes,
};

/**
 * Whether a file has the marks and the line's end that a session begins with, the first so many bytes of the boot log for each
 * of `sent`, and nothing else. Throws where it has not.
 */
export function checkFile(path, kept, sent) {
  const file = readFileSync(path);
  const bytes = kept === "records" ? received(file) : file;
  let at = bytes.indexOf(LF) + 1;
  const start = bytes.latin1Slice(0, at);
  if (!/^(\[[\d:.]+\] )?~*\r?\n$/.test(start))
    throw new Error(`begins with ${JSON.stringify(start.slice(0, 80))}`);
  for (const [index, length] of sent.entries()) {
    try {
      at = KEPT[kept](bytes, at, length);
    } catch (error) {
      throw new Error(`${error.message} of transfer ${index + 1}`);
    }
  }
  if (at !== bytes.length) throw new Error(`has ${bytes.length - at} bytes more than it should`);
}

function checkWithoutCr(bytes, start, sent) {
  let at = start;
  for (let done = 0; done < sent; done += PERIOD) {
    const want = bootLog.subarray(0, Math.min(PERIOD, sent - done)).filter((byte) => byte !== CR);
    if (want.compare(bytes, at, at + want.length) !== 0) throw new Error(`departs behind byte ${done}`);
    at += want.length;
  }
  return at;
}

/** The bytes that arrived by a recording (docs/recording.md): one JSON object a line, none torn. */
function received(file) {
  const pieces = [];
  let elapsed = 0;
  for (let at = 0; at < file.length; ) {
    const end = file.indexOf(LF, at);
    if (end === -1) throw new Error("ends within a line");
    const record = JSON.parse(file.toString("utf8", at, end));
    if (record.elapsed < elapsed) throw new Error(`goes back in time at byte ${at}`);
    elapsed = record.elapsed;
    if (record.event === "rx") {
      pieces.push("text" in record ? Buffer.from(record.text) : Buffer.from(record.base64, "base64"));
    }
    at = end + 1;
  }
  return Buffer.concat(pieces);
}
