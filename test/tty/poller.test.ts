/** Readiness of real descriptors: told after it was asked for, once, and never before. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accessMode,
  close,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  open,
  read,
  write,
} from "../../src/tty/libc.js";
import { type Readiness, waitByPoller, waitByUvPoll, watch } from "../../src/tty/poller.js";
import { errno } from "../../src/tty/sys-error.js";
import { setFlag } from "../../src/tty/termios.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { runBundled } from "./bundle.js";

let pty: TestPty;
const waits: Readiness[] = [];
beforeEach(() => {
  pty = new TestPty();
  const raw = pty.termios;
  setFlag(raw, "ICANON", false);
  setFlag(raw, "ECHO", false);
  pty.termios = raw;
});
afterEach(() => {
  for (const one of waits.splice(0)) one.close();
  pty.close();
});

/** The way of waiting that is tested. */
let way = waitByUvPoll;

/** A wait that counts its calls. */
function counted(fd: number, direction: "readable" | "writable") {
  const told = { count: 0 };
  const wait = watch(
    fd,
    direction,
    () => {
      told.count++;
    },
    way,
  );
  waits.push(wait);
  return { wait, told };
}

/** Some turns of the event loop: each of them asks epoll. */
async function turns(count = 20): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

const into = Buffer.alloc(100);

describe.each([
  ["libuv's uv_poll", waitByUvPoll],
  ["bindings-cpp's Poller", waitByPoller],
])("by %s", (_, wait) => {
  beforeEach(() => {
    way = wait;
  });

  describe("readiness", () => {
    it("is told after it was asked for, not before", async () => {
      const { wait, told } = counted(pty.slave, "readable");
      await pty.write("x");
      await turns();
      expect(told.count).toBe(0);
      wait.arm();
      expect(told.count).toBe(0); // never from inside arm
      await until("the call", () => told.count === 1);
    });

    it("is told when it comes, not before", async () => {
      const { wait, told } = counted(pty.slave, "readable");
      wait.arm();
      await turns();
      expect(told.count).toBe(0);
      await pty.write("x");
      await until("the call", () => told.count === 1);
    });

    it("is told once for each time it was asked for, though it lasts", async () => {
      const { wait, told } = counted(pty.slave, "readable");
      await pty.write("x");
      for (let n = 1; n <= 3; n++) {
        wait.arm();
        await until("the call", () => told.count === n);
        await turns();
        expect(told.count).toBe(n);
      }
    });

    it("is not told once it was taken back or closed", async () => {
      const [first, second] = [counted(pty.slave, "readable"), counted(pty.slave, "readable")];
      first.wait.arm();
      second.wait.arm();
      first.wait.disarm();
      second.wait.close();
      second.wait.arm();
      second.wait.close();
      await pty.write("x");
      await turns();
      expect([first.told.count, second.told.count]).toEqual([0, 0]);
      first.wait.arm();
      await until("the call", () => first.told.count === 1);
    });

    it("to write is told when there is room, and a wait to read is not disturbed by it", async () => {
      const reading = counted(pty.slave, "readable");
      const writing = counted(pty.slave, "writable");
      const block = Buffer.alloc(65536, "x");
      let refusals = 0;
      await until("the pty to be full", () => {
        // The kernel moves what it took on to another buffer, and then takes a little more.
        refusals = write(pty.slave, block, 0, block.length) > 0 ? 0 : refusals + 1;
        return refusals > 5;
      });
      reading.wait.arm();
      writing.wait.arm();
      await turns();
      expect([reading.told.count, writing.told.count]).toEqual([0, 0]);
      await until("room", () => {
        pty.drain();
        return writing.told.count === 1;
      });
      await pty.write("x");
      await until("the input", () => reading.told.count === 1);
      expect(read(pty.slave, into)).toBe(1);
    });

    it("is told of a hang-up", async () => {
      const { wait, told } = counted(pty.slave, "readable");
      wait.arm();
      await turns();
      expect(told.count).toBe(0);
      pty.hangUp();
      await until("the call", () => told.count === 1);
    });

    it("goes on for a descriptor that its owner has closed: the wait has one of its own", async () => {
      const own = open(pty.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
      const { wait, told } = counted(own, "readable");
      close(own);
      await pty.write("x");
      wait.arm();
      await until("the call", () => told.count === 1);
    });
  });

  describe("a watched description", () => {
    it("that an inherited descriptor shares stays blocking", () => {
      const shared = open(pty.path, O_RDWR | O_NOCTTY);
      for (const direction of ["readable", "writable"] as const) {
        const { wait } = counted(shared, direction);
        expect(accessMode(shared).nonBlocking).toBe(false);
        wait.arm();
        expect(accessMode(shared).nonBlocking).toBe(false);
        wait.close();
        expect(accessMode(shared).nonBlocking).toBe(false);
      }
      close(shared);
    });

    it("of robin's own stays non-blocking", () => {
      const { wait } = counted(pty.slave, "readable");
      wait.arm();
      wait.close();
      expect(accessMode(pty.slave).nonBlocking).toBe(true);
      expect(read(pty.slave, into)).toBe(-errno.EAGAIN);
    });
  });

  describe("a file that epoll refuses", () => {
    it("throws when it is watched, and keeps no descriptor", () => {
      const directory = mkdtempSync(`${tmpdir()}/robin-poller-`);
      writeFileSync(`${directory}/file`, "text");
      const file = open(`${directory}/file`, O_RDONLY);
      try {
        for (let n = 0; n < 50; n++) expect(() => watch(file, "readable", () => {}, way)).toThrow();
        const next = open(`${directory}/file`, O_RDONLY);
        expect(next).toBeLessThan(file + 50);
        close(next);
      } finally {
        close(file);
        rmSync(directory, { recursive: true });
      }
    });

    it("throws a failed system call for a descriptor that is none", () => {
      expect(() => watch(9999, "readable", () => {}, way)).toThrow(
        expect.objectContaining({ errno: errno.EBADF }),
      );
    });
  });
});

describe("an exception in the callback", () => {
  it.each(["waitByUvPoll", "waitByPoller"])(
    "of %s is an uncaught exception like any other, and does not abort the process",
    async (name) => {
      expect(await runBundled(new URL("throwing-watch.ts", import.meta.url), name)).toMatchObject({
        status: 7,
        signal: null,
        stdout: "uncaught: from the callback\n",
      });
    },
  );
});
