/** A session that is recorded, and one that a program reads along with: nothing is lost, and nothing holds the session. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeLine } from "../../src/recording/format.js";
import { readRecording } from "../../src/recording/read-recording.js";
import type { RecordingRecord } from "../../src/recording/record.js";
import { close as closeFd, O_NONBLOCK, O_RDONLY, open } from "../../src/tty/libc.js";
import { numberedLines } from "../sink/numbered.js";
import { finish, ICANON, sendAll, receive as startReceiving } from "../support/receiving.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let folder: string;
let screen: string;
beforeEach(() => {
  device = new TestPty();
  folder = mkdtempSync(join(tmpdir(), "robin-recorded-"));
  screen = `${folder}.screen`;
});
afterEach(() => {
  device.close();
  rmSync(folder, { recursive: true });
  rmSync(screen, { force: true });
});

const session = (...args: string[]) => startReceiving(device, screen, args);
const send = (bytes: Uint8Array, goesOn?: () => boolean) => sendAll(device, bytes, goesOn);

async function recordsOf(path: string): Promise<RecordingRecord[]> {
  const records: RecordingRecord[] = [];
  for await (const one of readRecording(path)) records.push(one);
  return records;
}

function bytesOf(records: readonly RecordingRecord[], way: "rx" | "tx"): Buffer {
  return Buffer.concat(
    records.map((one) => (one.kind === "bytes" && one.way === way ? one.bytes : Buffer.alloc(0))),
  );
}

const names = (records: readonly RecordingRecord[]) =>
  records.map((one) => (one.kind === "event" ? one.event.event : one.kind === "bytes" ? one.way : one.name));

describe("a session that is recorded", () => {
  it("has both ways, the settings, and its beginning and end", async () => {
    const path = join(folder, "session.jsonl");
    const run = await session("-b", "57600", "--record", path);
    run.child.stdin!.write("AT\r");
    await device.expect("AT\r");
    await send(Buffer.from("OK\r\n\xff", "latin1"));
    await until("the answer", () => statSync(screen).size === 5);
    expect(await finish(run)).toBe(0);
    const records = await recordsOf(path);
    expect(names(records)).toEqual(["start", "settings", "tx", "rx", "end"]);
    expect(bytesOf(records, "tx").toString()).toBe("AT\r");
    expect(bytesOf(records, "rx").toString("latin1")).toBe("OK\r\n\xff");
    expect(records[0]).toMatchObject({ event: { version: 1, port: device.path } });
    expect(records[1]).toMatchObject({ event: { settings: { bps: 57600, flow: "none" } } });
    expect(records[4]).toMatchObject({ event: { reason: "input-ended", received: 5, sent: 3 } });
  });

  it.each(["flood.jsonl", "flood.jsonl.gz"])("loses nothing of a flood: %s", async (name) => {
    const path = join(folder, name);
    const run = await session("--record", path);
    const all = numberedLines(6_000_000);
    await send(all);
    await until("all of it", () => statSync(screen).size === all.length);
    expect([await finish(run), run.stderr]).toEqual([0, ""]);
    expect(readFileSync(screen).equals(all)).toBe(true);
    expect(bytesOf(await recordsOf(path), "rx").equals(all)).toBe(true);
    if (name.endsWith(".gz")) expect(spawnSync("gzip", ["-t", path]).status).toBe(0);
  });

  it.each(["killed.jsonl", "killed.jsonl.gz"])(
    "that is killed has all but its last moment: %s",
    async (name) => {
      const path = join(folder, name);
      const run = await session("--record", path);
      const all = numberedLines(50_000_000);
      const sent = send(all, () => run.child.signalCode === null);
      await until("some of it", () => existsSync(path) && statSync(path).size > 500_000);
      run.child.kill("SIGKILL");
      expect(await run.status).toBe("SIGKILL");
      await sent;
      const kept = bytesOf(await recordsOf(path), "rx");
      expect(kept.length).toBeGreaterThan(300_000);
      expect(kept.equals(all.subarray(0, kept.length))).toBe(true);
    },
  );

  it("that is killed in silence has everything of 100 ms before", async () => {
    const path = join(folder, "quiet.jsonl.gz");
    const run = await session("--record", path);
    await send(Buffer.from("U-Boot 2024.01\r\n"));
    await until(
      "it in zcat's output",
      () => spawnSync("zcat", [path]).stdout.includes("U-Boot 2024.01"),
      5000,
    );
    run.child.kill("SIGKILL");
    await run.status;
    expect(bytesOf(await recordsOf(path), "rx").toString()).toBe("U-Boot 2024.01\r\n");
  });

  it("goes on where the disk is full, and says so once", async () => {
    const path = join(folder, "full.jsonl");
    symlinkSync("/dev/full", path);
    const run = await session("--record", path);
    const all = numberedLines(3_000_000);
    await send(all);
    await until("all of it", () => statSync(screen).size === all.length);
    await send(Buffer.from("end"));
    expect(await finish(run)).toBe(0);
    expect(readFileSync(screen).subarray(0, all.length).equals(all)).toBe(true);
    const words = `robin: write recording ${path}: no space left on device (ENOSPC); the recording ends here`;
    expect(run.stderr.split("\n").filter((line) => line.includes("recording"))).toEqual([words]);
  });

  it("does not begin where its recording is there already", async () => {
    const path = join(folder, "there.jsonl");
    writeFileSync(path, "precious\n");
    const run = runRobin(["--record", path, device.path], { stdin: "ignore" });
    expect(await run.status).toBe(3);
    expect(run.stderr).toContain(`robin: open recording ${path}: it is there already\n`);
    expect(readFileSync(path, "utf8")).toBe("precious\n");
  });

  it("keeps what a mask hides out of the file", async () => {
    const path = join(folder, "masked.jsonl");
    const run = await session("--record", path, "--mask", "secret\\d+");
    run.child.stdin!.write("password secret1\r");
    await device.expect("secret1\r");
    await send(Buffer.from("you sent secret1, not secret2"));
    await until("the answer", () => statSync(screen).size === 29);
    expect(await finish(run)).toBe(0);
    const records = await recordsOf(path);
    expect(bytesOf(records, "tx").toString()).toBe("password ***\r");
    expect(bytesOf(records, "rx").toString()).toBe("you sent ***, not ***");
    expect(readFileSync(screen, "utf8")).toContain("secret1");
  });
});

describe("events of a session", () => {
  it("are the lines of a recording, on a descriptor", async () => {
    const path = join(folder, "events");
    const script = `exec "${process.execPath}" bin/robin.js --events 5 5>"${path}" ${device.path}`;
    const run = runRobin([], { stdin: "pipe", wrap: ["bash", "-c", script] });
    await until("the port to be set up", () => !(device.termios.lflag & ICANON));
    await send(Buffer.from("hello\r\n"));
    await until("it on stdout", () => run.stdout.toString() === "hello\r\n");
    expect(await finish(run)).toBe(0);
    const records = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => decodeLine(line)!);
    expect(names(records)).toEqual(["start", "settings", "rx", "end"]);
    expect(bytesOf(records, "rx").toString()).toBe("hello\r\n");
  });

  it("are dropped and counted for a reader that stands still, and hold nobody", async () => {
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const run = await session("--events", path);
    const all = numberedLines(12_000_000);
    await send(all);
    await until("all of it", () => statSync(screen).size === all.length);
    const fd = openSync(`/proc/self/fd/${reader}`, "r"); // as a program reads that has woken up
    closeFd(reader);
    const cat = runCat(fd);
    expect(await finish(run)).toBe(0);
    const records = (await cat)
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => decodeLine(line)!);
    const drops = records.filter((one) => one.kind === "event" && one.event.event === "drop");
    expect(drops.length).toBeGreaterThan(0);
    const received = bytesOf(records, "rx");
    expect(received.length).toBeLessThan(all.length);
    expect(received.length).toBeGreaterThan(3_000_000);
  });

  it.each([
    ["1", "1 is stdout, which has the port's bytes"],
    ["-", "- is stdout, which has the port's bytes"],
    ["9", "descriptor 9 is not open"],
    ["", "the name of the file is empty"],
  ])("are refused at %j", async (where, why) => {
    const run = runRobin([`--events=${where}`, device.path], { stdin: "ignore" });
    expect(await run.status).toBe(2);
    expect(run.stderr.split("\n")[0]).toBe(`robin: option --events: ${why}`);
  });
});

/** Everything from a descriptor up to its end. */
async function runCat(fd: number): Promise<Buffer> {
  const child = spawn("cat", [], { stdio: [fd, "pipe", "inherit"] });
  closeSync(fd);
  const chunks: Buffer[] = [];
  child.stdout!.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => child.on("close", resolve));
  return Buffer.concat(chunks);
}
