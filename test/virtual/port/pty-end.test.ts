/** One end of a virtual cable on ptys of the real kernel: whoever comes and goes, nothing is lost and nothing spins. */
import { type ChildProcess, spawn } from "node:child_process";
import { fstatSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NOTHING } from "../../../src/port/ends.js";
import { openInotify } from "../../../src/tty/inotify.js";
import { IN_Q_OVERFLOW, type InotifyEvent } from "../../../src/tty/inotify-event.js";
import { flushQueue } from "../../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../../src/tty/libc.js";
import { errno, SysError } from "../../../src/tty/sys-error.js";
import { getTermios, hasFlag, setFlag, setSpeed, setTermios } from "../../../src/tty/termios.js";
import { PtyEnd, type PtyEndListener } from "../../../src/virtual/port/pty-end.js";
import { type SlaveWatch, watchSlaves } from "../../../src/virtual/port/slave-watch.js";
import { until } from "../../support/until.js";

const NO_INOTIFY = () => {
  throw new SysError("inotify_init1", errno.EMFILE);
};

let slaves: SlaveWatch;
let end: PtyEnd;
let told: ("open" | "close")[];
let received: Buffer;
let children: ChildProcess[];
let fds: number[];

beforeEach(() => start());
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const fd of fds) close(fd);
  end.close();
  slaves.close();
});

function start(inotify?: Parameters<typeof watchSlaves>[0], listener: PtyEndListener = {}): void {
  end?.close();
  slaves?.close();
  told = [];
  children = [];
  fds = [];
  received = Buffer.alloc(0);
  slaves = watchSlaves(inotify);
  end = new PtyEnd(slaves, { onHolder: (isOpen) => told.push(isOpen ? "open" : "close"), ...listener });
}

/** Reads all that comes, as a pump does. */
function listen(): void {
  const buffer = new Uint8Array(65536);
  const hear = () => {
    for (let n = end.source.read(buffer); n > 0; n = end.source.read(buffer)) {
      received = Buffer.concat([received, buffer.subarray(0, n)]);
    }
    end.source.arm();
  };
  end.source.onReady(hear);
  end.source.arm();
}

/** Writes bytes as the slave takes them, as a pump does. */
function speak(bytes: Uint8Array): { readonly left: number } {
  let at = 0;
  const go = () => {
    while (at < bytes.length) {
      const n = end.sink.write(bytes, at, bytes.length);
      if (n === NOTHING) return end.sink.arm();
      at += n;
    }
  };
  end.sink.onReady(go);
  go();
  return {
    get left() {
      return bytes.length - at;
    },
  };
}

const openSlave = () => {
  const fd = open(end.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  fds.push(fd);
  return fd;
};
const closeSlave = (fd: number) => {
  fds.splice(fds.indexOf(fd), 1);
  close(fd);
};
function readAll(fd: number): Buffer {
  const chunks: Uint8Array[] = [];
  const into = new Uint8Array(65536);
  for (let n = read(fd, into); n > 0; n = read(fd, into)) chunks.push(into.slice(0, n));
  return Buffer.concat(chunks);
}
function python(code: string): ChildProcess {
  const child = spawn("python3", [
    "-c",
    `import os, sys, time, termios\nP=os.O_RDWR|os.O_NOCTTY\n${code}`,
    end.path,
  ]);
  children.push(child);
  return child;
}
/** CPU time of this process while `condition` is waited for, as a share of the time. */
async function load(what: string, condition: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  const from = performance.now();
  await until(what, condition);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - from);
}
/** True after `ms`: a condition for looking at what does not happen meanwhile. */
function afterMs(ms: number): () => boolean {
  const at = performance.now() + ms;
  return () => performance.now() > at;
}

describe("an end", () => {
  it("tells who opens and closes its slave, in order, and gives what was written", async () => {
    listen();
    const fd = openSlave();
    await until("open", () => told.length === 1);
    expect(end.isOpen).toBe(true);
    write(fd, Buffer.from("hello"), 0, 5);
    await until("the bytes", () => received.toString() === "hello");
    closeSlave(fd);
    await until("close", () => told.length === 2);
    expect(told).toEqual(["open", "close"]);
    expect(end.isOpen).toBe(false);
  });

  it("tells 1,000 opens and closes of a program as 1,000, in order, with every byte", async () => {
    listen();
    python("for i in range(1000):\n f=os.open(sys.argv[1],P); os.write(f,b'%04d'%i); os.close(f)");
    await until("all of them", () => told.length >= 2000 && received.length >= 4000);
    expect(told).toEqual(Array.from({ length: 2000 }, (_, at) => (at % 2 === 0 ? "open" : "close")));
    expect(received.toString()).toBe(
      Array.from({ length: 1000 }, (_, at) => String(at).padStart(4, "0")).join(""),
    );
  });

  it("tells of its own opens to nobody", async () => {
    for (let at = 0; at < 20; at++) end.discardUnread();
    const fd = openSlave();
    await until("the open of another", () => told.length > 0);
    end.discardUnread();
    closeSlave(fd);
    await until("the close", () => told.at(-1) === "close");
    expect(told).toEqual(["open", "close"]);
  });

  it("tells of each visit also where it discards after each what nobody has read", async () => {
    start(undefined, {
      onHolder: (isOpen) => {
        told.push(isOpen ? "open" : "close");
        if (!isOpen) end.discardUnread();
      },
    });
    listen();
    python(
      "for i in range(500):\n f=os.open(sys.argv[1],P); os.write(f,b'%04d'%i); os.close(f); time.sleep(.001)",
    );
    await until("all bytes", () => received.length >= 2000);
    await until("the last close", () => told.at(-1) === "close");
    await until("what is still to come", afterMs(60));
    told.forEach((event, at) => {
      expect(event).toBe(at % 2 === 0 ? "open" : "close");
    });
    // One that comes in the very microseconds of a discard may be missed.
    expect(told.length).toBeGreaterThan(980);
    const fd = openSlave();
    await until("another one", () => told.at(-1) === "open");
    closeSlave(fd);
  });

  it("tells of the close when its holder is killed in the middle of a message", async () => {
    listen();
    const holder = python("f=os.open(sys.argv[1],P); os.write(f,b'half a mes'); time.sleep(60)");
    await until("half of it", () => received.length === 10);
    expect(told).toEqual(["open"]);
    holder.kill("SIGKILL");
    await until("close", () => told.length === 2);
    expect(received.toString()).toBe("half a mes");
  });

  it("is open as long as one of two holders has it", async () => {
    const [first, second] = [openSlave(), openSlave()]; // inotify tells of both at once
    await until("open", () => told.length === 1);
    closeSlave(first);
    await until("a doubt to be over", afterMs(60));
    expect(told).toEqual(["open"]);
    closeSlave(second);
    await until("close", () => told.length === 2);
    expect(told).toEqual(["open", "close"]);
  });

  it("gives what was written between two looks by a program that has left again", async () => {
    listen();
    const fd = openSlave();
    write(fd, Buffer.from("come and gone"), 0, 13);
    closeSlave(fd);
    await until("the bytes", () => received.toString() === "come and gone");
    expect(told).toEqual(["open", "close"]);
  });

  it("takes what its slave has room for while nobody has it open, and the next holder reads it", async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));
    const speech = speak(bytes);
    expect(speech.left).toBeGreaterThan(0);
    expect(speech.left).toBeLessThan(bytes.length);
    const fd = openSlave();
    const chunks: Buffer[] = [];
    await until("all of it", () => {
      chunks.push(readAll(fd));
      return Buffer.concat(chunks).length >= bytes.length;
    });
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(speech.left).toBe(0);
  });

  it("burns no CPU while it is closed, and none while it is full, open or not", async () => {
    listen();
    const fd = openSlave();
    await until("open", () => told.length === 1);
    closeSlave(fd);
    await until("close", () => told.length === 2);
    expect(await load("a while, closed", afterMs(250))).toBeLessThan(0.2);
    speak(new Uint8Array(100_000));
    expect(await load("a while, closed and full", afterMs(250))).toBeLessThan(0.2);
    const reader = openSlave();
    await until("open", () => told.length === 3);
    await until("it to be full again", afterMs(20));
    expect(await load("a while, open and full", afterMs(250))).toBeLessThan(0.2);
    closeSlave(reader);
    await until("close", () => told.length === 4);
    expect(await load("a while, left while full", afterMs(250))).toBeLessThan(0.2);
  });

  it("discards what nobody has read, and keeps what was written to it", async () => {
    const fd = openSlave();
    write(fd, Buffer.from("kept"), 0, 4);
    speak(Buffer.from("stale"));
    await until("it to arrive", () => read(fd, new Uint8Array(1)) === 1);
    end.discardUnread();
    expect(read(fd, new Uint8Array(10))).toBe(-errno.EAGAIN);
    listen();
    await until("what was written", () => received.toString() === "kept");
  });

  it("starts raw, and keeps a program's settings for the next one", async () => {
    const fd = openSlave();
    const termios = getTermios(fd);
    for (const name of ["ICANON", "ECHO", "ISIG", "OPOST", "IXON", "ICRNL"] as const) {
      expect([name, hasFlag(termios, name)]).toEqual([name, name === "OPOST"]);
    }
    setSpeed(termios, 57600);
    setTermios(fd, termios);
    closeSlave(fd);
    expect(end.termios.ospeed).toBe(57600);
    expect(getTermios(openSlave()).ospeed).toBe(57600);
  });

  it("closes nothing of others when it is to be hung up after its close", () => {
    const { master } = end;
    end.close();
    const other = open("/dev/null", O_RDWR);
    fds.push(other);
    expect(other).toBeLessThanOrEqual(master); // the lowest number that is free
    const count = readdirSync("/proc/self/fd").length;
    end.hangUp();
    expect(readdirSync("/proc/self/fd").length).toBe(count);
    expect(fstatSync(other).isCharacterDevice()).toBe(true);
  });

  it("hangs its holders up, with EIO, and stands behind another pty from then on", async () => {
    listen();
    const before = end.path;
    const fd = openSlave();
    await until("open", () => told.length === 1);
    end.hangUp();
    expect(told).toEqual(["open", "close"]);
    expect(read(fd, new Uint8Array(1))).toBe(0);
    expect(write(fd, Buffer.from("x"), 0, 1)).toBe(-errno.EIO);
    expect(end.path).not.toBe(before);
    const next = openSlave();
    write(next, Buffer.from("again"), 0, 5);
    await until("the new one's bytes", () => received.toString() === "again");
    expect(told).toEqual(["open", "close", "open"]);
  });

  it("writes to the new pty what the old one was too full for", async () => {
    const speech = speak(new Uint8Array(30_000).fill(7));
    const before = speech.left;
    expect(before).toBeGreaterThan(0);
    end.hangUp();
    await until("the rest to be taken", () => speech.left < before);
  });

  it("keeps no descriptor after close, and touches none that has its number later", async () => {
    const count = () => readdirSync("/proc/self/fd").length;
    end.close();
    slaves.close();
    await until("its descriptors to be closed", () => count() > 0);
    const before = count();
    for (let at = 0; at < 20; at++) {
      start();
      listen();
      end.hangUp();
      end.close();
      end.close();
      slaves.close();
    }
    await until("as many as before", () => count() === before);
    const others = [open("/dev/null", 0), open("/dev/null", 0), open("/dev/null", 0)];
    expect(end.sink.write(Buffer.from("x"), 0, 1)).toBe(NOTHING);
    expect(end.source.read(new Uint8Array(1))).toBe(NOTHING);
    for (const fd of others) {
      expect(fstatSync(fd).isCharacterDevice()).toBe(true);
      close(fd);
    }
  });
});

describe("an end without inotify", () => {
  beforeEach(() => start(NO_INOTIFY));

  it("looks now and then who has it, and reads what was written between two looks", async () => {
    listen();
    const fd = openSlave();
    await until("open", () => told.length === 1);
    write(fd, Buffer.from("one "), 0, 4);
    await until("the bytes", () => received.length === 4);
    closeSlave(fd);
    await until("close", () => told.length === 2);
    const short = openSlave();
    write(short, Buffer.from("two"), 0, 3);
    closeSlave(short);
    await until("the bytes of a short visit", () => received.toString() === "one two");
  });

  it("is the slow way also where only the watches have run out", async () => {
    start((onEvents) => ({
      ...openInotify(onEvents),
      add() {
        throw new SysError("inotify_add_watch", errno.ENOSPC);
      },
    }));
    const fd = openSlave();
    await until("open", () => told.length === 1);
    closeSlave(fd);
    await until("close", () => told.length === 2);
  });
});

describe("an end whose events were lost", () => {
  it("looks for itself", async () => {
    let onEvents: (events: readonly InotifyEvent[]) => void = () => {};
    start((listener) => {
      onEvents = listener;
      return { add: () => 1, remove() {}, close() {} };
    });
    listen();
    const fd = openSlave();
    write(fd, Buffer.from("unheard"), 0, 7);
    onEvents([{ watch: -1, mask: IN_Q_OVERFLOW, name: "" }]);
    expect(told).toEqual(["open"]);
    await until("the bytes", () => received.toString() === "unheard");
    closeSlave(fd);
    onEvents([{ watch: -1, mask: IN_Q_OVERFLOW, name: "" }]);
    expect(told).toEqual(["open", "close"]);
  });
});

describe("an end in packet mode", () => {
  let conditions: string[];
  beforeEach(() => {
    conditions = [];
    start(undefined, { onConditions: (some) => void conditions.push(some.join("+")) });
  });

  it("gives bytes as ever, and tells what is done at its slave in between", async () => {
    listen();
    const fd = openSlave();
    write(fd, Buffer.from("some "), 0, 5);
    await until("the bytes", () => received.length === 5);
    flushQueue(fd, "input");
    await until("the flush", () => conditions.length === 1);
    write(fd, Buffer.from("more"), 0, 4);
    await until("the rest", () => received.toString() === "some more");
    expect(conditions).toEqual(["flushRead"]);
  });

  it("tells new settings, also of a program that has cleared EXTPROC, and behind a hang-up", async () => {
    listen();
    for (const round of [1, 2]) {
      conditions = [];
      const fd = openSlave();
      const termios = getTermios(fd);
      setFlag(termios, "EXTPROC", false);
      setTermios(fd, termios);
      await until("its being told", () => conditions.length >= 1);
      await until("EXTPROC to be back", () => hasFlag(end.termios, "EXTPROC"));
      await until("that to be told", () => conditions.length >= 2);
      setSpeed(termios, 1200 * round);
      setFlag(termios, "EXTPROC");
      setTermios(fd, termios);
      await until("the speed", () => conditions.length >= 3);
      expect(end.termios.ospeed).toBe(1200 * round);
      expect(new Set(conditions)).toEqual(new Set(["ioctl"]));
      if (round === 1) end.hangUp();
    }
  });
});
