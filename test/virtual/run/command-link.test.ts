/** The port that a command's terminal is for others, on real ptys. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryPipe } from "../../../src/port/memory-port.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../../src/tty/libc.js";
import { errno } from "../../../src/tty/sys-error.js";
import { type SlaveWatch, watchSlaves } from "../../../src/virtual/port/slave-watch.js";
import { openVirtualPort, type VirtualPort } from "../../../src/virtual/port/virtual-port.js";
import { type CommandLink, joinLink } from "../../../src/virtual/run/command-link.js";
import { until } from "../../support/until.js";

let slaves: SlaveWatch;
let port: VirtualPort;
let link: CommandLink;
const typed = memoryPipe();
const readers = new Set<number>();
beforeEach(() => {
  slaves = watchSlaves();
  port = openVirtualPort({ name: "link", link: undefined, slaves, tell: () => {} });
  link = joinLink(port, typed.sink, (error) => {
    throw error;
  });
});
afterEach(() => {
  for (const fd of readers) close(fd);
  readers.clear();
  port.close();
  slaves.close();
});

async function opened(): Promise<number> {
  const fd = open(port.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  readers.add(fd);
  await until("the port to be open", () => port.end.isOpen);
  return fd;
}

async function closed(fd: number): Promise<void> {
  readers.delete(fd);
  close(fd);
  await until("the port to be closed", () => !port.end.isOpen);
}

const push = (text: string) => link.push(Buffer.from(text), text.length);
const into = Buffer.alloc(65536);

/** Reads until `count` bytes are there. */
async function take(fd: number, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  await until(
    () => `${count} bytes; there were ${length}`,
    () => {
      for (let n = read(fd, into); n > 0; n = read(fd, into)) {
        chunks.push(Buffer.from(into.subarray(0, n)));
        length += n;
      }
      return length >= count;
    },
  );
  return Buffer.concat(chunks);
}

describe("who opens the port", () => {
  it("gets what is printed from then on, and nothing from before", async () => {
    push("nobody listens");
    const first = await opened();
    push("for the first");
    expect((await take(first, 13)).toString()).toBe("for the first");
    push("unread");
    await closed(first);
    push("nobody again");
    const second = await opened();
    push("for the second");
    expect((await take(second, 14)).toString()).toBe("for the second");
    expect(link.dropped).toBe(0);
  });

  it("types by writing, in raw bytes", async () => {
    const fd = await opened();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    expect(write(fd, bytes, 0, 256)).toBe(256);
    let got = Buffer.alloc(0);
    await until("what was typed", () => {
      const n = typed.source.read(into);
      if (n > 0) got = Buffer.concat([got, into.subarray(0, n)]);
      return got.length === 256;
    });
    expect(got.equals(bytes)).toBe(true);
  });

  it("and is slow has a queue of 64 KiB, in order; what is beyond is dropped and counted", async () => {
    const fd = await opened();
    const block = Buffer.alloc(1000);
    let pushed = 0;
    for (; pushed < 200; pushed++) {
      block.fill(pushed);
      link.push(block, block.length);
    }
    expect(link.dropped).toBeGreaterThan(100_000);
    expect(link.dropped).toBeLessThan(200_000 - 64 * 1024);
    const kept = 200_000 - link.dropped;
    const got = await take(fd, kept);
    expect(got).toHaveLength(kept);
    for (let at = 0; at < kept; at++) if (got[at] !== Math.floor(at / 1000)) expect.fail(`byte ${at}`);
    push("live again");
    expect((await take(fd, 10)).toString()).toBe("live again");
    expect(read(fd, into)).toBe(-errno.EAGAIN);
  });

  it("has time to read the last of it, and no more than that", async () => {
    const fd = await opened();
    push("x".repeat(30_000));
    const settled = link.settle(60_000);
    let isSettled = false;
    void settled.then(() => {
      isSettled = true;
    });
    let length = 0;
    await until("all to be read", () => {
      length += Math.max(0, read(fd, into.subarray(0, 100)));
      return isSettled;
    });
    expect(length).toBe(30_000);
    push("y".repeat(30_000));
    const start = performance.now();
    await link.settle(50);
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
    await closed(fd);
    await link.settle(60_000);
  });
});
