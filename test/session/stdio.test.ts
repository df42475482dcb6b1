/** Inherited descriptors as ends that never wait, and that stay as the shell shares them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ByteSource, GONE, NOTHING } from "../../src/port/ends.js";
import { openInput, openOutput, wasClosed } from "../../src/session/stdio.js";
import * as libc from "../../src/tty/libc.js";
import { setFlag } from "../../src/tty/termios.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { runBundled } from "../tty/bundle.js";

let directory = "";
let pty: TestPty;
const fds: number[] = [];
const ends: { close(): void }[] = [];

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/robin-stdio-`);
  pty = new TestPty();
  const raw = pty.termios;
  for (const name of ["ICANON", "ECHO", "OPOST"] as const) setFlag(raw, name, false);
  pty.termios = raw;
});
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
  for (const fd of fds.splice(0)) libc.close(fd);
  pty.close();
  rmSync(directory, { recursive: true });
});

/** A descriptor that waits, as a shell gives it. */
function inherited(path: string, flags: number): number {
  const fd = libc.open(path, flags | libc.O_NOCTTY, 0o600);
  fds.push(fd);
  return fd;
}
const input = (fd: number) => {
  const end = openInput(fd);
  ends.push(end);
  return end;
};
const output = (fd: number) => {
  const end = openOutput(fd);
  ends.push(end);
  return end;
};
const into = new Uint8Array(1000);
const read = (end: ByteSource) => {
  const n = end.read(into);
  return n > 0 ? Buffer.from(into.subarray(0, n)).toString("latin1") : n;
};

/** Writes until nothing is taken for a while. Returns how many bytes that were. */
async function fill(write: () => number): Promise<number> {
  let [taken, refusals] = [0, 0];
  await until("it to be full", () => {
    const n = write();
    taken += Math.max(0, n);
    refusals = n > 0 ? 0 : refusals + 1;
    return refusals > 5;
  });
  return taken;
}

describe("a terminal", () => {
  it("is read without waiting, and the shell's description still waits", async () => {
    const fd = inherited(pty.path, libc.O_RDWR);
    const end = input(fd);
    expect(read(end)).toBe(NOTHING);
    await pty.write("typed");
    await until("the text", () => read(end) === "typed");
    expect(libc.accessMode(fd).nonBlocking).toBe(false);
    pty.hangUp();
    expect(read(end)).toBe(GONE);
  });

  it("that is stopped takes no more, and nobody waits for it", async () => {
    const fd = inherited(pty.path, libc.O_RDWR);
    const end = output(fd);
    const taken = await fill(() => end.write(into, 0, into.length));
    expect(libc.accessMode(fd).nonBlocking).toBe(false);
    await pty.expect((text) => text.length === taken);
  });
});

describe("a pty's master", () => {
  it("is not reopened, which would make another pty", async () => {
    libc.setNonBlocking(pty.master, false);
    const [from, to] = [input(pty.master), output(pty.master)];
    expect(read(from)).toBe(NOTHING);
    libc.write(pty.slave, Buffer.from("abc"), 0, 3);
    await until("the bytes", () => read(from) === "abc");
    expect(to.write(Buffer.from("def"), 0, 3)).toBe(3);
    await until("the slave to get them", () => libc.read(pty.slave, into) === 3);
    libc.setNonBlocking(pty.master, true);
  });
});

describe("a pipe", () => {
  const fifo = () => {
    spawnSync("mkfifo", [`${directory}/fifo`]);
    const reader = libc.open(`${directory}/fifo`, libc.O_RDONLY | libc.O_NONBLOCK);
    libc.setNonBlocking(reader, false);
    fds.push(reader);
    return { reader, writer: inherited(`${directory}/fifo`, libc.O_WRONLY) };
  };

  it("ends when its writers are gone: it is not its own writer", () => {
    const { reader, writer } = fifo();
    const end = input(reader);
    expect(read(end)).toBe(NOTHING);
    libc.write(writer, Buffer.from("last"), 0, 4);
    libc.close(fds.splice(fds.indexOf(writer), 1)[0]!);
    expect([read(end), read(end)]).toEqual(["last", GONE]);
    expect(libc.accessMode(reader).nonBlocking).toBe(false);
  });

  it("that is full takes no more, and is gone when its readers are", async () => {
    const { reader, writer } = fifo();
    const end = output(writer);
    expect(await fill(() => end.write(into, 0, into.length))).toBeGreaterThan(4000);
    expect(end.write(into, 0, 1000)).toBe(NOTHING);
    libc.close(fds.splice(fds.indexOf(reader), 1)[0]!);
    expect(end.write(into, 0, 1)).toBe(GONE);
    expect(libc.accessMode(writer).nonBlocking).toBe(false);
  });
});

describe("a regular file", () => {
  it("is read from where the shell has it, to its end", () => {
    writeFileSync(`${directory}/file`, "skipped,read");
    const fd = inherited(`${directory}/file`, libc.O_RDONLY);
    libc.read(fd, into.subarray(0, 8));
    const end = input(fd);
    expect([read(end), read(end)]).toEqual(["read", GONE]);
  });

  it("is written behind what is there already", () => {
    const fd = inherited(`${directory}/file`, libc.O_WRONLY | libc.O_CREAT);
    libc.write(fd, Buffer.from("before,"), 0, 7);
    expect(output(fd).write(Buffer.from("after"), 0, 5)).toBe(5);
    expect(readFileSync(`${directory}/file`, "utf8")).toBe("before,after");
  });
});

describe("a socket", () => {
  it("that waits is read and written without waiting", async () => {
    // The pipes that Node makes for a child are sockets, and wait at the child's end.
    const { status, stdout, stderr } = await runBundled(new URL("socket-stdio.ts", import.meta.url));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.replace(/x+$/, "")).toBe("");
    expect(stdout.length).toBeGreaterThan(1000);
  });
});

describe("a descriptor that was closed", () => {
  it("is told from one that was pointed at /dev/null", () => {
    expect(wasClosed(inherited("/dev/null", libc.O_RDWR))).toBe(true);
    expect(wasClosed(inherited("/dev/null", libc.O_RDONLY))).toBe(false);
    expect(wasClosed(inherited("/dev/null", libc.O_WRONLY))).toBe(false);
    expect(wasClosed(inherited("/dev/zero", libc.O_RDWR))).toBe(false);
    expect(wasClosed(pty.slave)).toBe(false);
  });
});
