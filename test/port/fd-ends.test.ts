/** Source and sink over real descriptors: neither ever waits, and both tell the end from nothing. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../src/port/ends.js";
import { fdSink, fdSource } from "../../src/port/fd-ends.js";
import * as libc from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import { setControl, setFlag } from "../../src/tty/termios.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let pty: TestPty;
let directory = "";
const ends: (ByteSource | ByteSink)[] = [];
const fds: number[] = [];

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/robin-ends-`);
  pty = new TestPty();
  const raw = pty.termios;
  for (const name of ["ICANON", "ECHO", "OPOST", "ICRNL"] as const) setFlag(raw, name, false);
  pty.termios = raw;
});
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
  for (const fd of fds.splice(0)) libc.close(fd);
  pty.close();
  rmSync(directory, { recursive: true });
});

const opened = (path: string, flags: number) => {
  const fd = libc.open(path, flags, 0o600);
  fds.push(fd);
  return fd;
};
const source = (fd: number, options: Parameters<typeof fdSource>[1]) => {
  const end = fdSource(fd, options);
  ends.push(end);
  return end;
};
const sink = (fd: number, options: Parameters<typeof fdSink>[1]) => {
  const end = fdSink(fd, options);
  ends.push(end);
  return end;
};
/** Counts the calls of an end's listener. */
function listen(end: ByteSource | ByteSink): { count: number } {
  const calls = { count: 0 };
  end.onReady(() => {
    calls.count++;
  });
  return calls;
}
/** A named pipe with a reader and a writer. */
function fifo(): { reader: number; writer: number } {
  execFileSync("mkfifo", [`${directory}/fifo`]);
  const reader = opened(`${directory}/fifo`, libc.O_RDONLY | libc.O_NONBLOCK);
  return { reader, writer: opened(`${directory}/fifo`, libc.O_WRONLY | libc.O_NONBLOCK) };
}

const into = new Uint8Array(100);
const read = (end: ByteSource) => {
  const n = end.read(into);
  return n > 0 ? Buffer.from(into.subarray(0, n)).toString("latin1") : n;
};

describe.each(["non-blocking", "blocking"] as const)("a source over a %s descriptor", (kind) => {
  const flags =
    kind === "blocking" ? libc.O_RDWR | libc.O_NOCTTY : libc.O_RDWR | libc.O_NOCTTY | libc.O_NONBLOCK;

  it("gives nothing, then what has come, then nothing again, and waits for none of it", async () => {
    const end = source(opened(pty.path, flags), { kind, zero: "look" });
    const calls = listen(end);
    expect(read(end)).toBe(NOTHING);
    end.arm();
    await pty.write("hello");
    await until("the call", () => calls.count === 1);
    expect(read(end)).toBe("hello");
    expect(read(end)).toBe(NOTHING);
  });

  it("is gone after a hang-up, and says so", async () => {
    const end = source(opened(pty.path, flags), { kind, zero: "look" });
    const calls = listen(end);
    end.arm();
    pty.hangUp();
    await until("the call", () => calls.count === 1);
    expect(read(end)).toBe(GONE);
  });

  it("is not gone when a tty with VMIN 0 has nothing to give", () => {
    const polling = pty.termios;
    setControl(polling, "VMIN", 0);
    pty.termios = polling;
    const end = source(opened(pty.path, flags), { kind, zero: "look" });
    expect(read(end)).toBe(NOTHING);
    pty.hangUp();
    expect(read(end)).toBe(GONE);
  });
});

describe("a source", () => {
  it("is gone at the end of a file, though epoll cannot wait for one", async () => {
    writeFileSync(`${directory}/file`, "text");
    const end = source(opened(`${directory}/file`, libc.O_RDONLY), { kind: "non-blocking", zero: "end" });
    const calls = listen(end);
    end.arm();
    expect(calls.count).toBe(0);
    await until("the call", () => calls.count === 1);
    expect([read(end), read(end)]).toEqual(["text", GONE]);
    end.arm();
    end.disarm();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(calls.count).toBe(1);
  });

  it("is gone when the last writer of a pipe is", async () => {
    const { reader, writer } = fifo();
    const end = source(reader, { kind: "non-blocking", zero: "end" });
    libc.write(writer, Buffer.from("last"), 0, 4);
    libc.close(fds.pop()!);
    expect([read(end), read(end)]).toEqual(["last", GONE]);
  });

  it("throws what is a failure and no end", () => {
    const end = source(opened(directory, libc.O_RDONLY), { kind: "non-blocking", zero: "end" });
    expect(() => read(end)).toThrow(expect.objectContaining({ syscall: "read", errno: errno.EISDIR }));
  });
});

describe("a sink over a non-blocking descriptor", () => {
  it("takes what there is room for, and asks again when there is more", async () => {
    const end = sink(pty.slave, { kind: "non-blocking" });
    const calls = listen(end);
    const block = new Uint8Array(65_536).fill(0x61);
    let [taken, refusals] = [0, 0];
    await until("the pty to be full", () => {
      const n = end.write(block, 0, block.length);
      expect(n).toBeGreaterThanOrEqual(NOTHING);
      taken += n;
      refusals = n === NOTHING ? refusals + 1 : 0;
      return refusals > 5;
    });
    end.arm();
    await until("room", () => {
      pty.drain();
      return calls.count === 1;
    });
    await pty.expect((text) => text.length === taken);
  });

  it("writes the range that was named", async () => {
    const end = sink(pty.slave, { kind: "non-blocking" });
    expect(end.write(Buffer.from("abcdef"), 2, 4)).toBe(2);
    await pty.expect("cd");
    expect(pty.received.toString()).toBe("cd");
  });

  it("is gone when the reader is: a hang-up, a closed pipe", () => {
    const end = sink(pty.slave, { kind: "non-blocking" });
    pty.hangUp();
    expect(end.write(into, 0, 1)).toBe(GONE);
    const { writer } = fifo();
    libc.close(fds.splice(fds.indexOf(writer) - 1, 1)[0]!);
    expect(sink(writer, { kind: "non-blocking" }).write(into, 0, 1)).toBe(GONE);
  });

  it("throws what is a failure and no end", () => {
    const end = sink(opened("/dev/full", libc.O_WRONLY), { kind: "non-blocking" });
    expect(() => end.write(into, 0, 1)).toThrow(
      expect.objectContaining({ syscall: "write", errno: errno.ENOSPC }),
    );
  });

  it("writes to a file, though epoll cannot wait for one", async () => {
    const fd = opened(`${directory}/file`, libc.O_WRONLY | libc.O_CREAT);
    const end = sink(fd, { kind: "non-blocking" });
    const calls = listen(end);
    end.arm();
    await until("the call", () => calls.count === 1);
    expect(end.write(Buffer.from("text"), 0, 4)).toBe(4);
    expect(readFileSync(`${directory}/file`, "utf8")).toBe("text");
  });
});

describe("a sink over a blocking descriptor", () => {
  const SIZE = 262_144; // far more than a pty holds
  const start = () => {
    const fd = libc.open(pty.path, libc.O_RDWR | libc.O_NOCTTY);
    const end = sink(fd, { kind: "blocking" });
    return { fd, end, calls: listen(end) };
  };

  it.each([
    ["a Uint8Array", (size: number) => new Uint8Array(size).fill(0x61)],
    ["a Buffer", (size: number) => Buffer.alloc(size, "a")],
  ])("takes a whole chunk, keeps a copy of %s, and does not wait for a stopped terminal", async (_, make) => {
    const { fd, end, calls } = start();
    const chunk = make(SIZE);
    expect(end.write(chunk, 0, SIZE)).toBe(SIZE);
    chunk.fill(0x7a);
    expect(end.unsent()).toBe(SIZE);
    expect(end.write(chunk, 0, SIZE)).toBe(NOTHING);
    end.arm();
    await pty.expect((text) => text.length === SIZE);
    await until("the call", () => calls.count === 1);
    expect(end.unsent()).toBe(0);
    libc.close(fd);
    expect(Buffer.alloc(SIZE, "a").equals(pty.received)).toBe(true);
  });

  it("is asked again at once when it has nothing to do", async () => {
    const { fd, end, calls } = start();
    end.arm();
    expect(calls.count).toBe(0);
    await until("the call", () => calls.count === 1);
    libc.close(fd);
  });

  it("is gone when the reader is", async () => {
    const { fd, end, calls } = start();
    end.write(new Uint8Array(SIZE), 0, SIZE);
    end.arm();
    pty.hangUp();
    await until("the call", () => calls.count === 1);
    expect(end.write(into, 0, 1)).toBe(GONE);
    libc.close(fd);
  });
});
