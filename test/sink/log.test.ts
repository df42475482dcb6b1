import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LogOptions, openLog } from "../../src/sink/log.js";
import { close, O_NONBLOCK, O_RDONLY, open } from "../../src/tty/libc.js";
import { until } from "../support/until.js";
import { numberedLines } from "./numbered.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "robin-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** 2026-11-21 18:00:00, whatever zone this is. */
const START_MS = new Date(2026, 10, 21, 18, 0, 0).getTime();
const HOUR_US = 3_600_000_000;

function logTo(name: string, options: Partial<LogOptions> = {}) {
  const said: string[] = [];
  const clock = { nowUs: () => 0, wallUs: (atUs: number) => START_MS * 1000 + atUs };
  const log = openLog(
    { pattern: name.startsWith("/") ? name : join(directory, name), tap: "raw", mode: "append", ...options },
    { port: "/dev/ttyUSB0", clock, say: (_, text) => said.push(text) },
  );
  const rx = (text: string | Uint8Array, atUs = 0) => {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    log.rx?.(bytes, bytes.length, atUs);
  };
  const finish = async () => {
    await log.settle(5000);
    log.close();
  };
  return { log, said, rx, finish };
}

const contents = (name: string) => readFileSync(join(directory, name), "latin1");
const files = () => readdirSync(directory).sort();
/** All files of a log that numbers its old ones, oldest first. */
const row = (name: string) => {
  const old = files()
    .filter((file) => file.startsWith(`${name}.`))
    .sort((one, other) => Number(other.slice(name.length + 1)) - Number(one.slice(name.length + 1)));
  return [...old, name];
};

describe("a log", () => {
  it("has the bytes as they arrived, behind what was there, under a name of port and date", async () => {
    writeFileSync(join(directory, "ttyUSB0-20261121.log"), "before\n");
    const { log, rx, finish } = logTo("{port}-%Y%m%d.log");
    rx(Buffer.from([0, 0xff, 0x1b, 0x0d, 0x0a]));
    log.shown?.(Buffer.from("not this"), 0);
    log.event?.({ event: "lost", port: "/dev/ttyUSB0" }, 0);
    await finish();
    expect(contents("ttyUSB0-20261121.log")).toBe("before\n\0\xff\x1b\r\n");
    expect(log.path).toBe(join(directory, "ttyUSB0-20261121.log"));
    expect(log.isOpen).toBe(false);
  });

  it("has what the screen showed, and says there when the port was away", async () => {
    writeFileSync(join(directory, "x.log"), "before\n");
    const { log, rx, finish } = logTo("x.log", { tap: "shown", mode: "new" });
    rx("not this");
    log.shown?.(Buffer.from("[18:00:00] boot"), 0);
    log.event?.({ event: "lost", port: "/dev/ttyUSB0" }, 1_000_000);
    log.event?.({ event: "back", port: "/dev/ttyUSB1" }, 2_000_000);
    await finish();
    expect(contents("x.log")).toBe(
      "[18:00:00] boot\n-- LOST 2026-11-21 18:00:01 /dev/ttyUSB0 --\n-- BACK 2026-11-21 18:00:02 /dev/ttyUSB1 --\n",
    );
  });

  it("has a mark on a line of its own, harmless on a screen", async () => {
    const { log, rx, finish } = logTo("x.log");
    log.event?.({ event: "mark", text: "" }, 0);
    rx("login: ");
    log.event?.({ event: "mark", text: "cold\nstart\x1b[2J" }, 60_000_000);
    rx("root\n");
    log.event?.({ event: "mark", text: "2" }, 0);
    await finish();
    expect(contents("x.log")).toBe(
      [
        "-- MARK 2026-11-21 18:00:00 --",
        "login: ",
        "-- MARK 2026-11-21 18:01:00 cold\\x0astart\\x1b[2J --",
        "root",
        "-- MARK 2026-11-21 18:00:00 2 --",
        "",
      ].join("\n"),
    );
  });

  it("begins a mark on a new line behind a file that ends in the middle of one", async () => {
    writeFileSync(join(directory, "x.log"), "half");
    const { log, finish } = logTo("x.log");
    log.event?.({ event: "mark", text: "" }, 0);
    await finish();
    expect(contents("x.log")).toBe("half\n-- MARK 2026-11-21 18:00:00 --\n");
  });

  it("has no secret, also of the last line and under another mask", async () => {
    const { log, rx, finish } = logTo("x.log", { mask: /pin (\d+)/ });
    rx("pin 12");
    rx("34\npin 5");
    log.setMask(/key/);
    rx("key pin 6\nke");
    rx("y");
    await finish();
    expect(contents("x.log")).toBe("pin ***\npin ****** pin 6\n***");
  });

  it("ends with a disk that is full, says so once, and has room for ever", async () => {
    const { log, said, rx } = logTo("/dev/full");
    rx(Buffer.alloc(9_000_000));
    expect(log.hasRoom).toBe(false);
    let rooms = 0;
    log.onRoom = () => rooms++;
    await until("the end of it", () => said.length > 0);
    rx("more");
    await log.settle(60_000);
    expect(said).toEqual([
      "write log /dev/full: no space left on device (ENOSPC); the log ends here, the session goes on",
    ]);
    expect([log.isOpen, log.hasRoom, rooms]).toEqual([false, true, 1]);
  });

  it("says at the end what its reader has not taken", async () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const { log, said, rx } = logTo("fifo");
    rx(Buffer.alloc(100_000));
    await log.settle(30);
    expect(said).toEqual([`write log ${path}: 34464 bytes were not taken within 30 ms`]);
    log.close();
    close(reader);
  });
});

describe("a log that is rotated", () => {
  it("is log, log.1, log.2 in the end, and not more than are kept", async () => {
    writeFileSync(join(directory, "x.log.7"), "somebody's");
    const { rx, finish } = logTo("x.log", { rotateBytes: 6, keep: 2 });
    rx("line 1\nline 2\nline 3\nline 4\nli");
    await finish();
    expect(files()).toEqual(["x.log", "x.log.1", "x.log.2", "x.log.7"]);
    expect(row("x.log").map(contents)).toEqual(["somebody's", "line 3\n", "line 4\n", "li"]);
  });

  it("loses and doubles no byte, whatever the sizes", async () => {
    const sizes = fc.record({
      rotateBytes: fc.integer({ min: 1, max: 30_000 }),
      chunk: fc.integer({ min: 1, max: 20_000 }),
      total: fc.integer({ min: 0, max: 200_000 }),
      name: fc.constantFrom("x.log", "%H.log"),
    });
    const all = numberedLines(200_000);
    await fc.assert(
      fc.asyncProperty(sizes, async ({ rotateBytes, chunk, total, name }) => {
        rmSync(directory, { recursive: true });
        mkdirSync(directory);
        const least = Math.max(rotateBytes, total / 50); // not thousands of files
        const { log, said, rx, finish } = logTo(name, { rotateBytes: least });
        const first = log.path;
        for (let at = 0; at < total; at += chunk) rx(all.subarray(at, Math.min(total, at + chunk)));
        await finish();
        const numbers = (file: string) => Number(/-(\d+)\.log$/.exec(file)?.[1] ?? 1);
        const parts =
          name === "x.log" ? row(name) : files().sort((one, other) => numbers(one) - numbers(other));
        expect(parts.map(contents).join("")).toBe(all.toString("latin1", 0, total));
        expect(said).toEqual([]);
        expect(parts.some((file) => join(directory, file) === first)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("has a file for each hour by its name, with a number where there is one already, and keeps so many", async () => {
    writeFileSync(join(directory, "20.log"), "taken");
    const { log, rx, finish } = logTo("%H.log", { rotateMs: 3_600_000, keep: 2 });
    rx("six\n");
    rx("seven", HOUR_US);
    rx(" and\neight\n", 2 * HOUR_US);
    rx("nine\n", 3 * HOUR_US);
    await finish();
    expect(log.path).toBe(join(directory, "21.log"));
    expect(files().map((file) => [file, contents(file)])).toEqual([
      ["19.log", "seven and\n"],
      ["20-2.log", "eight\n"],
      ["20.log", "taken"],
      ["21.log", "nine\n"],
    ]);
  });

  it("begins with a new file where the one that is there is of an earlier time or large enough", async () => {
    writeFileSync(join(directory, "x.log"), "yesterday\n");
    utimesSync(join(directory, "x.log"), START_MS / 1000 - 86_400, START_MS / 1000 - 86_400);
    const byTime = logTo("x.log", { rotateMs: 86_400_000 });
    byTime.rx("today\n");
    await byTime.finish();
    const bySize = logTo("x.log", { rotateBytes: 6 });
    bySize.rx("more\n");
    await bySize.finish();
    expect(row("x.log").map(contents)).toEqual(["yesterday\n", "today\n", "more\n"]);
  });

  it("renames no file but its own", async () => {
    const { rx, log, finish } = logTo("x.log", { rotateBytes: 4 });
    rx("one\n");
    await log.settle(5000);
    renameSync(join(directory, "x.log"), join(directory, "moved"));
    writeFileSync(join(directory, "x.log"), "somebody's\n");
    rx("two\n");
    await finish();
    expect(files().map((file) => [file, contents(file)])).toEqual([
      ["moved", "one\n"],
      ["x.log", "somebody's\ntwo\n"],
    ]);
  });

  it("goes on in the same file where there can be no other, which is told once", async () => {
    mkdirSync(join(directory, "x.log.1"));
    writeFileSync(join(directory, "x.log.1", "y"), "");
    const { rx, said, finish } = logTo("x.log", { rotateBytes: 4, keep: 1 });
    rx("one\ntwo\nthree\n");
    await finish();
    expect(contents("x.log")).toBe("one\ntwo\nthree\n");
    expect(said).toEqual([
      `rotate log ${join(directory, "x.log")}: illegal operation on a directory (EISDIR); the log goes on in the same file`,
    ]);
  });

  it.each(["/dev/null", "/dev/full"])("is never %s, which would be renamed", (path) => {
    expect(() => logTo(path, { rotateBytes: 10_000 })).toThrow(
      expect.objectContaining({ code: "open-failed", message: `rotate log ${path}: it is no regular file` }),
    );
  });
});
