/** What goes in at one end of the built command comes out at the other: whole, in order, once. */
import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { read, write } from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

let device: TestPty;
beforeEach(() => {
  device = new TestPty();
});
afterEach(() => {
  device.close();
});

describe("bytes through a pipe", () => {
  it("all 256 values reach the port unchanged", async () => {
    const robin = runRobin(["--raw", "--noflow", device.path]);
    robin.child.stdin!.end(ALL_BYTES);
    expect(await robin.status).toBe(0);
    await device.expect((_, bytes) => bytes.length >= 256);
    expect(device.received).toEqual(ALL_BYTES);
  });

  it("all 256 values from the port reach stdout unchanged", async () => {
    const robin = runRobin(["--raw", "--noflow", device.path]);
    await until("the port to be set up", () => device.termios.lflag === 0 || !(device.termios.lflag & 2));
    await device.write(ALL_BYTES);
    await until("256 bytes on stdout", () => robin.stdout.length >= 256);
    robin.child.stdin!.end();
    expect(await robin.status).toBe(0);
    expect(robin.stdout).toEqual(ALL_BYTES);
  });

  it("without --raw a pipe is just as safe for every byte, the escape key included", async () => {
    const robin = runRobin(["--noflow", device.path]);
    const bytes = Buffer.concat([Buffer.from("\x1cq\x1c\x1c"), ALL_BYTES]);
    robin.child.stdin!.end(bytes);
    expect(await robin.status).toBe(0);
    await device.expect((_, received) => received.length >= bytes.length);
    expect(device.received).toEqual(bytes);
    expect(robin.stdout.length).toBe(0);
  });

  it("bytes that arrived before the port was opened are shown", async () => {
    device.termios = { ...device.termios, lflag: 0 }; // no echo, as a board's line has none
    await device.write("early\n");
    const robin = runRobin(["--noflow", device.path]);
    await until("early bytes", () => robin.stdout.includes("early"));
    robin.child.stdin!.end();
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("early\n");
  });

  it("--crnl sends CR with each newline, also where the port was found without OPOST", async () => {
    device.termios = { ...device.termios, oflag: 0 };
    const robin = runRobin(["--crnl", device.path]);
    robin.child.stdin!.end("a\nb\n");
    expect(await robin.status).toBe(0);
    await device.expect("b\r\n");
    expect(device.received.toString()).toBe("a\r\nb\r\n");
  });

  it("without --crnl a newline stays a newline", async () => {
    const robin = runRobin([device.path]);
    robin.child.stdin!.end("a\nb\n");
    expect(await robin.status).toBe(0);
    await device.expect("b\n");
    expect(device.received.toString()).toBe("a\nb\n");
  });

  it("a regular file on stdin and on stdout is read and written whole", async () => {
    const { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } = await import("node:fs");
    const folder = mkdtempSync("/tmp/robin-e2e-");
    device.termios = { ...device.termios, lflag: 0 };
    const bytes = randomBytes(300_000);
    writeFileSync(`${folder}/in`, bytes);
    const robin = runRobin(["--raw", "--noflow", device.path], {
      stdin: openSync(`${folder}/in`, "r"),
      stdout: openSync(`${folder}/out`, "w"),
    });
    await device.write("to the file");
    await device.expect((_, received) => received.length >= bytes.length);
    expect(await robin.status).toBe(0);
    expect(device.received.equals(bytes)).toBe(true);
    expect(readFileSync(`${folder}/out`, "latin1")).toBe("to the file");
    rmSync(folder, { recursive: true });
  });
});

describe("16 MB each way at once", () => {
  const SIZE = 16 * 1024 * 1024;
  const digest = (...parts: Uint8Array[]) => {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest("hex");
  };

  it("arrive whole, with the same checksums", async () => {
    const toDevice = randomBytes(SIZE);
    const toScreen = randomBytes(SIZE);
    const robin = runRobin(["--raw", "--noflow", "--idle-exit", "3000", device.path]);
    await until("the port to be set up", () => !(device.termios.lflag & 2));

    const heard = createHash("sha256");
    let heardBytes = 0;
    const screen = createHash("sha256");
    let screenBytes = 0;
    robin.child.stdout!.removeAllListeners("data");
    robin.child.stdout!.on("data", (chunk: Buffer) => {
      screen.update(chunk);
      screenBytes += chunk.length;
    });
    robin.child.stdin!.write(toDevice);
    const chunk = Buffer.alloc(65536);
    let told = 0;
    await until(
      "both directions",
      () => {
        for (let round = 0; round < 200; round++) {
          const n = read(device.master, chunk);
          if (n > 0) {
            heard.update(chunk.subarray(0, n));
            heardBytes += n;
          }
          const taken = told < SIZE ? write(device.master, toScreen, told, Math.min(SIZE, told + 4096)) : 0;
          if (taken > 0) told += taken;
          else if (n === -errno.EAGAIN) break;
        }
        return heardBytes >= SIZE && screenBytes >= SIZE;
      },
      25_000,
    );
    robin.child.stdin!.end();
    expect(await robin.status).toBe(0);
    expect({ heardBytes, screenBytes }).toEqual({ heardBytes: SIZE, screenBytes: SIZE });
    expect(heard.digest("hex")).toBe(digest(toDevice));
    expect(screen.digest("hex")).toBe(digest(toScreen));
  });
});
