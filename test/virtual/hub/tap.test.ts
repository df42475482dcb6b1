import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RobinError } from "../../../src/errors.js";
import { close, O_NONBLOCK, O_RDONLY, open, read } from "../../../src/tty/libc.js";
import { Tap } from "../../../src/virtual/hub/tap.js";
import { until } from "../../support/until.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "robin-tap-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function tapTo(path: string, backlogBytes?: number, patienceMs = 50) {
  const lost: RobinError[] = [];
  const tap = new Tap({
    path,
    patienceMs,
    line: (value) => `${JSON.stringify(value)}\n`,
    onLost: (error) => lost.push(error),
    ...(backlogBytes === undefined ? {} : { backlogBytes }),
  });
  return { tap, lost };
}

describe("a recording", () => {
  it("has each message in order, as text where it is UTF-8 and as base64 where it is not, behind what was there", async () => {
    const path = join(directory, "all.jsonl");
    writeFileSync(path, '{"event":"earlier"}\n{"event":"ki');
    const { tap } = tapTo(path);
    const bytes = Buffer.from("..one\nµ\n\xff\n", "latin1");
    tap.give("gps", bytes, 2, [6, 8, 10]);
    tap.give("gps", Buffer.from("µ"), 0, [2]);
    tap.event({ event: "open", port: "b" });
    await tap.settle(5000);
    const text = readFileSync(path, "utf8").split("\n");
    expect(text.slice(0, 2)).toEqual(['{"event":"earlier"}', '{"event":"ki']);
    const said = text.slice(2, -1).map((line) => JSON.parse(line));
    expect(said.map(({ at, ...rest }) => rest)).toEqual([
      { event: "rx", port: "gps", text: "one\n" },
      { event: "rx", port: "gps", base64: "tQo=" },
      { event: "rx", port: "gps", base64: "/wo=" },
      { event: "rx", port: "gps", text: "µ" },
      { event: "open", port: "b" },
    ]);
    expect(Math.abs(said[0].at - Date.now() / 1000)).toBeLessThan(60);
  });

  it("ends on a full disk, which is told, and holds nobody then", async () => {
    const { tap, lost } = tapTo("/dev/full", 10);
    tap.give("a", Buffer.from("some words\n"), 0, [11]);
    expect(tap.room).toBe(0);
    await until("the end of it", () => lost.length > 0);
    expect(lost[0]!.message).toBe("write tap /dev/full: no space left on device (ENOSPC); it ends here");
    expect(tap.room).toBe(Number.POSITIVE_INFINITY);
    tap.give("a", Buffer.from("more\n"), 0, [5]);
    await tap.settle(60_000);
  });

  it("tells at the end what its reader never took", async () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const { tap, lost } = tapTo(path);
    for (let n = 0; n < 100; n++) tap.give("a", Buffer.alloc(1000, "x"), 0, [1000]);
    await tap.settle(20);
    close(reader);
    expect(lost.map(({ message }) => message.replace(/\d+ bytes/, "some bytes"))).toEqual([
      `write tap ${path}: some bytes were not taken within 20 ms of the end; it ends here`,
    ]);
  });

  it("holds the speakers while its reader is slow, and loses nothing", async () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const { tap, lost } = tapTo(path, 1000, 20_000);
    let rooms = 0;
    tap.onRoom = () => rooms++;
    const said = Buffer.from(`${"x".repeat(999)}\n`);
    let count = 0;
    let got = "";
    const buffer = Buffer.alloc(4096);
    await until("300 messages", () => {
      if (tap.room > 0 && count < 300) {
        tap.give("a", said, 0, [said.length]);
        count++;
      } else if (count < 300) tap.waitedFor();
      const n = read(reader, buffer);
      if (n > 0) got += buffer.toString("latin1", 0, n);
      return got.split("\n").length > 300;
    });
    close(reader);
    expect(lost).toEqual([]);
    expect(rooms).toBeGreaterThan(0);
    expect(
      got
        .split("\n")
        .slice(0, -1)
        .every((line) => JSON.parse(line).text === said.toString()),
    ).toBe(true);
  });

  it("is given up when its reader takes nothing for longer than patience, while somebody waits", async () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const { tap, lost } = tapTo(path, 1000);
    const said = Buffer.alloc(100_000, "x");
    tap.give("a", said, 0, [said.length]);
    await until("the pipe to be full", () => tap.room === 0);
    tap.waitedFor();
    await until("the end of it", () => lost.length > 0);
    expect(lost[0]!.message).toBe(`write tap ${path}: it took no byte for 50 ms; it ends here`);
    close(reader);
  });

  it("is given up where events alone are more than its reader takes", async () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const { tap, lost } = tapTo(path, 1000);
    await until("the end of it", () => {
      tap.event({ event: "open", port: "x".repeat(1000) });
      return lost.length > 0;
    });
    expect(lost[0]!.message).toBe(`write tap ${path}: it is too slow for the events; it ends here`);
    close(reader);
  });

  it.each([
    ["/dev/null/x", "not a directory (ENOTDIR)"],
    ["/nowhere/x", "no such file or directory (ENOENT)"],
    ["/", "illegal operation on a directory (EISDIR)"],
  ])("cannot be made at %s", (path, why) => {
    expect(() => tapTo(path)).toThrow(`open tap ${path}: ${why}`);
  });

  it("does not wait for somebody to read a FIFO", () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    expect(() => tapTo(path)).toThrow(`open tap ${path}: nobody reads from it`);
  });
});
