import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RobinError } from "../../src/errors.js";
import { FileWriter } from "../../src/sink/file-writer.js";
import type { OpenMode } from "../../src/sink/open-file.js";
import { close, O_NONBLOCK, O_RDONLY, open, read } from "../../src/tty/libc.js";
import { until } from "../support/until.js";
import { numberedLines } from "./numbered.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "robin-writer-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Bounds {
  readonly mode?: OpenMode;
  readonly roomBytes?: number;
  readonly limitBytes?: number;
}

function writerTo(path: string, bounds: Bounds = {}) {
  const failures: RobinError[] = [];
  const writer = new FileWriter({ what: "log", path, onFailed: (error) => failures.push(error), ...bounds });
  return { writer, failures };
}

function put(writer: FileWriter, text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  writer.write(bytes, 0, bytes.length);
}

/** A FIFO and a descriptor that reads from it. */
function fifo() {
  const path = join(directory, "fifo");
  execFileSync("mkfifo", [path]);
  return { path, reader: open(path, O_RDONLY | O_NONBLOCK) };
}

describe("a file that is written", () => {
  it("has every byte in order, behind what was there", async () => {
    const path = join(directory, "boot.log");
    writeFileSync(path, "before\n");
    const { writer } = writerTo(path);
    const all = numberedLines(3_000_000);
    const lent = Buffer.alloc(4096);
    for (let at = 0; at < all.length; at += 4096) {
      const count = all.copy(lent, 0, at, at + 4096);
      writer.write(lent, 0, count);
      lent.fill(0); // what is lent may be changed
      if (at % 65_536 === 0) await new Promise(setImmediate);
    }
    await writer.settle(5000);
    expect(readFileSync(path).equals(Buffer.concat([Buffer.from("before\n"), all]))).toBe(true);
    writer.close();
    put(writer, "after the end");
    await writer.settle(5000);
    expect(statSync(path).size).toBe(7 + all.length);
  });

  it("is emptied first only where that is asked for, and refused where it has to be a new one", async () => {
    const path = join(directory, "boot.log");
    writeFileSync(path, "before\n");
    const { writer } = writerTo(path, { mode: "new" });
    put(writer, "x\n");
    writer.close();
    expect(readFileSync(path, "utf8")).toBe("x\n");
    expect(() => writerTo(path, { mode: "fresh" })).toThrow("file already exists (EEXIST)");
  });

  it("has a few bytes soon, with nobody asking for them", async () => {
    const path = join(directory, "boot.log");
    const { writer } = writerTo(path);
    put(writer, "login: ");
    const putAtMs = performance.now();
    await until("the bytes", () => statSync(path).size === 7);
    expect(performance.now() - putAtMs).toBeLessThan(1000);
    writer.close();
  });

  it("has the last bytes when it is closed at once", () => {
    const path = join(directory, "boot.log");
    const { writer } = writerTo(path);
    put(writer, "last words");
    writer.close();
    writer.close();
    expect(readFileSync(path, "utf8")).toBe("last words");
    expect(writer.isOpen).toBe(false);
  });

  it("is made with the permissions that the umask leaves", () => {
    const before = process.umask(0o027);
    const path = join(directory, "boot.log");
    writerTo(path).writer.close();
    process.umask(before);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it("goes on in another file behind a cut, and in the same one where there is none", async () => {
    const paths = ["a", "b"].map((name) => join(directory, name)) as [string, string];
    const { writer } = writerTo(paths[0]);
    const second = writerTo(paths[1]).writer; // for its descriptor
    put(writer, "one\n");
    writer.cut(async () => ({ fd: second.fd, path: paths[1] }));
    put(writer, "two\n");
    writer.cut(async () => undefined);
    put(writer, "three\n");
    await writer.settle(5000);
    expect(readFileSync(paths[0], "utf8")).toBe("one\n");
    expect(readFileSync(paths[1], "utf8")).toBe("two\nthree\n");
    expect(writer.path).toBe(paths[1]);
    writer.close();
  });
});

describe("a reader that is slow", () => {
  it("is shown by room that is gone and comes back, and every byte arrives", async () => {
    const { path, reader } = fifo();
    const { writer, failures } = writerTo(path, { roomBytes: 100_000 });
    let rooms = 0;
    writer.onRoom = () => rooms++;
    const all = numberedLines(200_000);
    put(writer, all);
    expect(writer.hasRoom).toBe(false);
    await until("the pipe to be full", () => writer.waiting === all.length - 65_536);
    expect([writer.hasRoom, rooms]).toEqual([false, 0]);
    const got: Buffer[] = [];
    await until("all of it", () => {
      const buffer = Buffer.alloc(65_536);
      const count = read(reader, buffer);
      if (count > 0) got.push(buffer.subarray(0, count));
      return Buffer.concat(got).length === all.length;
    });
    expect(Buffer.concat(got).equals(all)).toBe(true);
    await writer.settle(5000);
    expect([writer.hasRoom, rooms, failures.length]).toEqual([true, 1, 0]);
    writer.close();
    close(reader);
  });

  it("is waited for at the end as long as asked, by everybody who asks", async () => {
    const { path, reader } = fifo();
    const { writer, failures } = writerTo(path);
    put(writer, numberedLines(200_000));
    await Promise.all([writer.settle(20), writer.settle(10)]);
    expect(writer.waiting).toBeGreaterThan(0);
    writer.close();
    expect([writer.waiting, writer.hasRoom, failures.length]).toEqual([0, true, 0]);
    close(reader);
  });

  it("who takes nothing at all ends it, which is told, when the bound is reached", async () => {
    const { path, reader } = fifo();
    const { writer, failures } = writerTo(path, { roomBytes: 1000, limitBytes: 100_000 });
    let rooms = 0;
    writer.onRoom = () => rooms++;
    const part = numberedLines(40_000);
    put(writer, part);
    put(writer, part);
    put(writer, part);
    put(writer, "x");
    expect(writer.waiting).toBe(80_000); // nothing behind a gap
    expect(failures).toEqual([]); // not from inside
    await until("the end of it", () => failures.length > 0);
    expect(failures.map(({ message }) => message)).toEqual([
      `write log ${path}: it takes nothing, and 80000 bytes wait for it`,
    ]);
    expect([writer.isOpen, writer.hasRoom, rooms]).toEqual([false, true, 1]);
    close(reader);
  });

  it("who leaves ends it", async () => {
    const { path, reader } = fifo();
    const { writer, failures } = writerTo(path);
    close(reader);
    put(writer, "x");
    await writer.settle(5000);
    expect(failures[0]!.message).toBe(`write log ${path}: broken pipe (EPIPE)`);
    expect(failures[0]!.code).toBe("unsent");
  });
});

describe("a file that cannot be written", () => {
  it("ends once, with the path and the reason, and whoever waits for it goes on", async () => {
    const { writer, failures } = writerTo("/dev/full", { roomBytes: 1 });
    let rooms = 0;
    writer.onRoom = () => rooms++;
    put(writer, "some words");
    await writer.settle(60_000);
    put(writer, "more");
    await writer.settle(60_000);
    expect(failures.map(({ message }) => message)).toEqual([
      "write log /dev/full: no space left on device (ENOSPC)",
    ]);
    expect([writer.isOpen, writer.hasRoom, rooms]).toEqual([false, true, 1]);
    writer.close();
  });

  it.each([
    ["/dev/null/x", "not a directory (ENOTDIR)", undefined],
    [
      "/nowhere/logs/x",
      "no such file or directory (ENOENT)",
      "its directory has to be there first: mkdir -p /nowhere/logs",
    ],
    ["/", "illegal operation on a directory (EISDIR)", undefined],
  ])("is refused at %s", (path, why, hint) => {
    let refusal: unknown;
    try {
      writerTo(path);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: "open-failed", message: `open log ${path}: ${why}`, hint });
  });

  it("is refused without permission", ({ skip }) => {
    if (process.getuid?.() === 0) skip("root may write everywhere");
    mkdirSync(join(directory, "closed"));
    chmodSync(join(directory, "closed"), 0o500);
    expect(() => writerTo(join(directory, "closed", "x"))).toThrow("permission denied (EACCES)");
  });

  it("is not waited for where it is a FIFO that nobody reads", () => {
    const { path, reader } = fifo();
    close(reader);
    expect(() => writerTo(path)).toThrow(`open log ${path}: nobody reads from it`);
  });
});
