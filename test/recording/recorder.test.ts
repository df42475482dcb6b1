/** A recording while it is written, by what its file holds. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMask } from "../../src/bytes/mask.js";
import type { Stage } from "../../src/bytes/stage.js";
import type { RobinError } from "../../src/errors.js";
import { readRecording } from "../../src/recording/read-recording.js";
import type { RecordingRecord } from "../../src/recording/record.js";
import { createRecorder, type Recorder } from "../../src/recording/recorder.js";
import type { CreateMask } from "../../src/recording/tap-lines.js";
import { createClock } from "../../src/session/clock.js";
import { canPack } from "../../src/sink/packed-writer.js";
import { close, O_NONBLOCK, O_RDONLY, open, read } from "../../src/tty/libc.js";
import { until } from "../support/until.js";

let folder: string;
const recorders: Recorder[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "robin-recorder-"));
});
afterEach(() => {
  for (const recorder of recorders.splice(0)) recorder.close();
  rmSync(folder, { recursive: true });
});

function record(name: string, mask?: CreateMask) {
  const path = join(folder, name);
  const said: string[] = [];
  const clock = createClock();
  const recorder = createRecorder(
    { pattern: path, port: "/dev/ttyUSB0", mask },
    { clock, say: (level, text) => said.push(`${level}: ${text}`) },
  );
  recorders.push(recorder);
  const rx = (text: string | Uint8Array) => {
    const bytes = Buffer.from(text as string);
    recorder.rx!(bytes, bytes.length, clock.nowUs());
    bytes.fill(0x2a); // what is lent may be changed
  };
  const tx = (text: string) => recorder.tx!(Buffer.from(`..${text}..`), 2, 2 + text.length, clock.nowUs());
  return { path, said, recorder, rx, tx, clock };
}

async function recordsOf(path: string): Promise<RecordingRecord[]> {
  const records: RecordingRecord[] = [];
  for await (const one of readRecording(path)) records.push(one);
  return records;
}

async function received(path: string): Promise<string> {
  const records = await recordsOf(path);
  return records
    .map((one) => (one.kind === "bytes" && one.way === "rx" ? Buffer.from(one.bytes) : ""))
    .join("");
}

function refusal(name: string): RobinError {
  try {
    record(name);
  } catch (error) {
    return error as RobinError;
  }
  throw new Error("it was opened");
}

describe.each(["plain", "packed.gz", "packed.zst"])("a recording named %s", (name) => {
  beforeEach(({ skip }) => {
    if (name.endsWith(".zst") && !canPack("zstd")) skip("this Node has no zstd");
  });

  it("holds both ways and every event in order, with both clocks", async () => {
    const { path, recorder, rx, tx, clock } = record(name);
    recorder.event!({ event: "start", version: 1, program: "robin", port: "/dev/x" }, 0);
    rx("login: ");
    tx("root\r");
    recorder.event!({ event: "mark", text: "here" }, clock.nowUs());
    rx(Buffer.from([0xff, 0x00]));
    await recorder.settle(5000);
    const records = await recordsOf(path);
    expect(
      records.map((one) =>
        one.kind === "bytes" ? [one.way, `${one.bytes}`] : one.kind === "event" && one.event.event,
      ),
    ).toEqual(["start", ["rx", "login: "], ["tx", "root\r"], "mark", ["rx", "\ufffd\0"]]);
    const nowS = Date.now() / 1000;
    for (const { at } of records) expect(Math.abs(at - nowS)).toBeLessThan(10);
    expect(records.map(({ elapsed }) => elapsed)).toEqual(
      records.map(({ elapsed }) => elapsed).sort((a, b) => a - b),
    );
  });

  it("goes on after it was settled, and is a whole file each time", async () => {
    const { path, recorder, rx } = record(name);
    rx("one\n");
    await recorder.settle(5000);
    expect(await received(path)).toBe("one\n");
    rx("two\n");
    await recorder.settle(5000);
    recorder.close();
    expect(await received(path)).toBe("one\ntwo\n");
    if (name !== "plain") {
      const tool = name.endsWith(".gz") ? "gzip" : "zstd";
      expect(execFileSync(tool, ["-dc", path]).toString().split("\n").length).toBe(3);
    }
  });

  it("can be read while it is written", async () => {
    const { path, rx } = record(name);
    rx("U-Boot 2024.01\n");
    await until("the line in the file", async () => (await received(path)) === "U-Boot 2024.01\n", 5000);
    rx("Starting kernel\n");
    await until("the next one", async () => (await received(path)).endsWith("Starting kernel\n"), 5000);
    if (name.endsWith(".gz")) {
      const { stdout, stderr } = spawnSync("zcat", [path]);
      expect(`${stdout}`).toContain("Starting kernel");
      expect(`${stderr}`).toContain("unexpected end of file"); // as it is still written
    }
  });

  it("loses nothing of what comes faster than it is packed, and says when it has no room", async () => {
    const { path, recorder, clock } = record(name);
    const chunk = Buffer.from("0123456789abcde\n".repeat(256));
    let held = 0;
    const total = 24 * 1024 * 1024;
    for (let sent = 0; sent < total; sent += chunk.length) {
      recorder.rx!(chunk, chunk.length, clock.nowUs());
      if (recorder.hasRoom) continue;
      held++;
      await new Promise<void>((resolve) => {
        recorder.onRoom = resolve;
      });
      expect(recorder.hasRoom).toBe(true);
    }
    await recorder.settle(10_000);
    expect(held).toBeGreaterThan(0);
    let length = 0;
    for await (const one of readRecording(path)) length += one.kind === "bytes" ? one.bytes.length : 0;
    expect(length).toBe(total);
  });

  it("is given up where its disk is full, which is told once, and holds nobody", async () => {
    const { said, recorder, clock } = record("full");
    recorder.close();
    rmSync(join(folder, "full"));
    execFileSync("ln", ["-s", "/dev/full", join(folder, name)]);
    let looks = 0;
    const full = record(name, () => {
      const mask = createMask(/secret/);
      return {
        ...mask,
        push(...chunk) {
          looks++;
          return mask.push(...chunk);
        },
      };
    });
    full.rx("a".repeat(3_000_000));
    await until("the word of it", () => full.said.length > 0);
    full.rx("b");
    expect(looks).toBe(1); // nothing is made of bytes that nobody keeps
    full.recorder.event!({ event: "mark", text: "here" }, clock.nowUs());
    await full.recorder.settle(1000);
    expect(full.said).toEqual([
      `warning: write recording ${full.path}: no space left on device (ENOSPC); the recording ends here`,
    ]);
    expect(full.recorder.hasRoom).toBe(true);
    expect(full.recorder.isOpen).toBe(false);
    expect(said).toEqual([]);
  });
});

describe("a recording", () => {
  it("is never written over, nor behind another", async () => {
    const { path, recorder, rx } = record("first");
    rx("one\n");
    await recorder.settle(5000);
    const before = readFileSync(path);
    expect(refusal("first")).toMatchObject({
      code: "open-failed",
      message: `open recording ${path}: it is there already`,
      hint: "no recording is written over: give another name, or remove it",
    });
    expect(readFileSync(path)).toEqual(before);
  });

  it("may go to an empty file, and to a FIFO that somebody reads", async () => {
    writeFileSync(join(folder, "empty"), "");
    const { recorder, rx, path } = record("empty");
    rx("a");
    await recorder.settle(5000);
    expect(await received(path)).toBe("a");
    execFileSync("mkfifo", [join(folder, "fifo")]);
    expect(refusal("fifo").message).toBe(`open recording ${join(folder, "fifo")}: nobody reads from it`);
    const reader = open(join(folder, "fifo"), O_RDONLY | O_NONBLOCK);
    const piped = record("fifo");
    piped.rx("b");
    await piped.recorder.settle(5000);
    const bytes = Buffer.alloc(1000);
    expect(bytes.toString("utf8", 0, read(reader, bytes))).toMatch(/"text":"b"\}\n$/);
    close(reader);
  });

  it.each(["fifo", "fifo.gz"])("tells what a reader that has stopped has not taken of a %s", async (name) => {
    const fifo = join(folder, name);
    execFileSync("mkfifo", [fifo]);
    const reader = open(fifo, O_RDONLY | O_NONBLOCK);
    const { recorder, rx, said } = record(name);
    for (let count = 0; count < 20; count++) rx(randomBytes(20_000));
    await recorder.settle(100);
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(`^warning: write recording ${fifo}: [1-9]\\d+ bytes were not taken within 100 ms$`),
      ),
    ]);
    close(reader);
  });

  it("may be named after the port and the time", async () => {
    const { recorder } = record("{port}-%Y.jsonl");
    expect(recorder.path).toMatch(/\/ttyUSB0-20\d\d\.jsonl$/);
    expect(existsSync(recorder.path)).toBe(true);
    expect(refusal("{prot}")).toMatchObject({
      code: "usage",
      message: expect.stringMatching(/^recording name .* there is no \{prot\}$/),
    });
  });

  it("is refused where it cannot be opened", () => {
    expect(refusal("none/x")).toMatchObject({
      code: "open-failed",
      message: `open recording ${join(folder, "none/x")}: no such file or directory (ENOENT)`,
    });
  });

  it("is refused where this Node has no zstd", ({ skip }) => {
    if (canPack("zstd")) skip("this Node has it");
    expect(refusal("a.zst")).toMatchObject({
      code: "usage",
      message: `pack ${join(folder, "a.zst")}: Node ${process.version} has no zstd`,
    });
    expect(existsSync(join(folder, "a.zst"))).toBe(false);
  });

  it("has what a mask kept back in front of its end", async () => {
    const { path, recorder, rx } = record("tail", () => createMask(/secret/));
    rx("a prompt> ");
    recorder.event!({ event: "end", reason: "quit", received: 10, sent: 0 }, 0);
    await recorder.settle(5000);
    const records = await recordsOf(path);
    expect(
      records.map((one) => (one.kind === "bytes" ? `${one.bytes}` : one.kind === "event" && one.event.event)),
    ).toEqual(["a prompt> ", "end"]);
  });

  it("keeps out what is typed unseen behind a prompt, and only that", async () => {
    const { path, recorder, rx, tx } = record("typed", (prompt) => createMask(/password: (.*)/, prompt));
    rx("login: ");
    for (const key of "root\r") tx(key);
    rx("root\r\npassword: ");
    for (const key of "geheim\r") tx(key);
    tx("ls\r");
    rx("\r\n");
    await recorder.settle(5000);
    const sent = (await recordsOf(path)).map((one) =>
      one.kind === "bytes" && one.way === "tx" ? Buffer.from(one.bytes) : "",
    );
    expect(sent.join("")).toBe("root\r***\rls\r");
  });

  it("keeps out what a mask hides, both ways, and what it keeps back comes in time", async () => {
    // Holds each chunk's last byte back for 20 ms.
    const mask = (): Stage => {
      let kept = "";
      let sinceUs = 0;
      return {
        push(chunk, atUs) {
          const text = kept + Buffer.from(chunk).toString().replaceAll("secret", "******");
          kept = text.slice(-1);
          sinceUs = atUs;
          return Buffer.from(text.slice(0, -1));
        },
        flush() {
          const rest = Buffer.from(kept);
          kept = "";
          return rest;
        },
        deadlineUs: () => (kept === "" ? undefined : sinceUs + 20_000),
      };
    };
    const { path, recorder, rx, tx } = record("masked", mask);
    rx("secret one\n");
    tx("secret two\n");
    await until("all of it", async () => (await recordsOf(path)).length === 4, 5000);
    const records = await recordsOf(path);
    expect(records.map((one) => one.kind === "bytes" && [one.way, `${one.bytes}`])).toEqual([
      ["rx", "****** one"],
      ["tx", "****** two"],
      ["rx", "\n"],
      ["tx", "\n"],
    ]);
    rx("a");
    recorder.setMask(undefined);
    rx("secret");
    await recorder.settle(5000);
    expect(await received(path)).toBe("****** one\nasecret");
  });
});
