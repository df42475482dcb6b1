/**
 * 200 MB through a session that logs, records and stamps each line: nothing is lost of it, also where the disk fills, where
 * nobody reads what it shows, and where it is killed.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRecording } from "../../src/recording/read-recording.js";
import { finish, receive, sendAll } from "../support/receiving.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const LINE_BYTES = 64;
const PIECE_LINES = 16_384;
const PIECE_BYTES = PIECE_LINES * LINE_BYTES;
const LIMIT_MS = 120_000;
/** A stamp such as `[12:34:56.789] `. */
const STAMP_BYTES = 15;

/** Lines that are never the same: `00000000 xxx…`. */
function piece(at: number): Buffer {
  const rest = ` ${"the device says this and goes on, line by line, for long".slice(0, LINE_BYTES - 11)}`;
  const bytes = Buffer.alloc(PIECE_BYTES);
  for (let line = 0; line < PIECE_LINES; line++) {
    const text = `${(at * PIECE_LINES + line).toString(16).padStart(8, "0")}${rest}`.padEnd(
      LINE_BYTES - 1,
      ".",
    );
    bytes.write(`${text}\n`, line * LINE_BYTES, "latin1");
  }
  return bytes;
}

let folder: string;
let device: TestPty;
/** A disk in memory: what is measured here is robin. */
let hasDisk = false;
beforeAll(() => {
  folder = mkdtempSync("/dev/shm/robin-kept-");
  mkdirSync(join(folder, "small"));
  hasDisk =
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "robin-test", join(folder, "small")]).status === 0;
  device = new TestPty();
});
afterAll(() => {
  device.close();
  if (hasDisk) execFileSync("umount", [join(folder, "small")]);
  rmSync(folder, { recursive: true });
});

/** Sends `pieces` as the port takes them, while `goesOn`; what the port took goes into `hash`. */
async function send(
  pieces: number,
  { hash, goesOn = () => true }: { hash?: Hash; goesOn?: () => boolean } = {},
) {
  let count = 0;
  for (let at = 0; at < pieces && goesOn(); at++) {
    const bytes = piece(at);
    count += await sendAll(device, bytes, goesOn);
    hash?.update(bytes);
  }
  return count;
}

/** The file in pieces, without all of it in memory. */
function* chunksOf(path: string): Generator<Buffer> {
  const fd = openSync(path, "r");
  const chunk = Buffer.alloc(PIECE_BYTES);
  for (let n = readSync(fd, chunk); n > 0; n = readSync(fd, chunk)) yield chunk.subarray(0, n);
  closeSync(fd);
}

function hashOf(path: string): string {
  const hash = createHash("sha1");
  for (const chunk of chunksOf(path)) hash.update(chunk);
  return hash.digest("hex");
}

async function recorded(path: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash("sha1");
  let bytes = 0;
  for await (const record of readRecording(path)) {
    if (record.kind !== "bytes" || record.way !== "rx") continue;
    hash.update(record.bytes);
    bytes += record.bytes.length;
  }
  return { digest: hash.digest("hex"), bytes };
}

/** Whether the file holds the first bytes of what `send` sends. */
function isPrefix(path: string): boolean {
  let at = 0;
  for (const chunk of chunksOf(path)) {
    const expected = piece(at / PIECE_BYTES);
    if (!chunk.equals(expected.subarray(0, chunk.length))) return false;
    at += chunk.length;
  }
  return true;
}

const PIECES = 200;
const BYTES = PIECES * PIECE_BYTES;

describe("200 MB that a session receives", () => {
  it("are in log and recording, each line stamped on the screen", { timeout: LIMIT_MS }, async () => {
    const [log, record, screen] = ["a.log", "a.jsonl", "a.screen"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const run = await receive(device, screen, ["-t", "--log", log, "--record", record]);
    const hash = createHash("sha1");
    await send(PIECES, { hash });
    const shown = BYTES + STAMP_BYTES * PIECES * PIECE_LINES;
    await until(
      () => `${shown} bytes on the screen; there are ${statSync(screen).size}`,
      () => statSync(screen).size === shown,
      LIMIT_MS,
    );
    expect([await finish(run), run.stderr]).toEqual([0, ""]);
    const digest = hash.digest("hex");
    expect(hashOf(log)).toBe(digest);
    expect(await recorded(record)).toEqual({ digest, bytes: BYTES });
    let lines = 0;
    for (const chunk of chunksOf(screen)) lines += chunk.toString("latin1").match(/\[\d\d:\d\d:/g)!.length;
    expect(lines).toBeGreaterThan(PIECES * PIECE_LINES * 0.999); // a few stamps lie across two chunks
    for (const path of [log, record, screen]) rmSync(path);
  });

  it("are shown whole where the disk is full after 24", { timeout: LIMIT_MS }, async ({ skip }) => {
    if (!hasDisk) skip("mounting a tmpfs is not permitted here");
    const [log, record] = [join(folder, "small", "b.log"), join(folder, "small", "b.jsonl")];
    const run = await receive(device, "pipe", ["--log", log, "--record", record]);
    const seen = createHash("sha1");
    let bytes = 0;
    run.child.stdout!.removeAllListeners("data");
    run.child.stdout!.on("data", (chunk: Buffer) => {
      seen.update(chunk);
      bytes += chunk.length;
    });
    const hash = createHash("sha1");
    await send(PIECES, { hash });
    await until(
      () => `${BYTES} bytes; there are ${bytes}`,
      () => bytes === BYTES,
      LIMIT_MS,
    );
    expect(await finish(run)).toBe(0);
    expect(seen.digest("hex")).toBe(hash.digest("hex"));
    for (const what of ["log", "recording"]) {
      expect(run.stderr).toContain(`write ${what} `);
    }
    expect(run.stderr.match(/no space left on device \(ENOSPC\)/g)!.length).toBe(2);
    expect(statSync(log).size).toBeGreaterThan(1_000_000);
    expect(isPrefix(log)).toBe(true);
    const { bytes: kept } = await recorded(record);
    expect(kept).toBeGreaterThan(1_000_000);
  });

  it("wait in the device while nobody reads what is shown, and all come after that", {
    timeout: LIMIT_MS,
  }, async () => {
    const [log, record] = [join(folder, "c.log"), join(folder, "c.jsonl")];
    const run = await receive(device, "pipe", ["--log", log, "--record", record]);
    let bytes = 0;
    const seen = createHash("sha1");
    run.child.stdout!.removeAllListeners("data");
    run.child.stdout!.pause();
    const hash = createHash("sha1");
    const sent = send(PIECES, { hash });
    let before = -1;
    // It stands still: two looks in a row at the same size, after something has come.
    await until("a session that waits", async () => {
      const size = existsSync(log) ? statSync(log).size : 0;
      const stands = size > 0 && size === before;
      before = size;
      if (!stands) await new Promise((resolve) => setTimeout(resolve, 100));
      return stands;
    });
    expect(before).toBeLessThan(2_000_000);
    run.child.stdout!.on("data", (chunk: Buffer) => {
      seen.update(chunk);
      bytes += chunk.length;
    });
    run.child.stdout!.resume();
    await sent;
    await until(
      () => `${BYTES} bytes; there are ${bytes}`,
      () => bytes === BYTES,
      LIMIT_MS,
    );
    expect([await finish(run), run.stderr]).toEqual([0, ""]);
    const digest = hash.digest("hex");
    expect(seen.digest("hex")).toBe(digest);
    expect(hashOf(log)).toBe(digest);
    expect((await recorded(record)).digest).toBe(digest);
    for (const path of [log, record]) rmSync(path);
  });

  it("are kept up to where it was killed", { timeout: LIMIT_MS }, async () => {
    const [log, record] = [join(folder, "d.log"), join(folder, "d.jsonl")];
    const run = await receive(device, join(folder, "d.screen"), ["-t", "--log", log, "--record", record]);
    let isKilled = false;
    const sent = send(PIECES, { goesOn: () => !isKilled });
    await until("half of it", () => existsSync(log) && statSync(log).size > BYTES / 2, LIMIT_MS);
    run.child.kill("SIGKILL");
    expect(await run.status).toBe("SIGKILL");
    isKilled = true;
    const count = await sent;
    expect(isPrefix(log)).toBe(true);
    // A few MB on their way, of a stream of some 50 MB a second.
    expect(count - statSync(log).size).toBeLessThan(16_000_000);
    const { bytes } = await recorded(record);
    expect(bytes).toBeGreaterThan(BYTES / 2 - 16_000_000);
    for (const name of ["d.log", "d.jsonl", "d.screen"]) rmSync(join(folder, name));
  });
});
