/** The port of a command's terminal, on real ptys. */
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GONE, NOTHING } from "../../../src/port/ends.js";
import { getWindowSize, setWindowSize } from "../../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../../src/tty/libc.js";
import { errno } from "../../../src/tty/sys-error.js";
import { getTermios, hasFlag, setFlag } from "../../../src/tty/termios.js";
import { CommandTerminal } from "../../../src/virtual/run/command-terminal.js";
import { type MasterPort, masterPort } from "../../../src/virtual/run/master-port.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";

let terminal: CommandTerminal;
let port: MasterPort;
beforeEach(() => {
  terminal = new CommandTerminal({ termios: undefined, sizeOf: undefined });
  port = masterPort(terminal, { mayLoseLast: false });
});
afterEach(() => port.hangUp());

const openSlave = () => open(terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
const print = (fd: number, text: string) =>
  expect(write(fd, Buffer.from(text), 0, text.length)).toBe(text.length);
const into = Buffer.alloc(65536);
const readAll = () => {
  let text = "";
  for (let n = port.source.read(into); n > 0; n = port.source.read(into))
    text += into.toString("latin1", 0, n);
  return text;
};

describe("the terminal", () => {
  it("has the settings of a new one without echo, and 24 rows of 80 columns, where the user has none", () => {
    expect(hasFlag(terminal.termios, "ECHO")).toBe(false);
    for (const flag of ["ICANON", "ISIG", "OPOST", "ONLCR", "ICRNL"] as const) {
      expect(hasFlag(terminal.termios, flag), flag).toBe(true);
    }
    expect(getWindowSize(terminal.master)).toEqual({ rows: 24, columns: 80 });
  });

  it("has the user's settings and size, field by field, and follows the size", () => {
    const user = new TestPty();
    const termios = user.termios;
    termios.cc[0] = 0x07;
    setFlag(termios, "IXANY");
    setFlag(termios, "IUTF8");
    user.termios = termios;
    setWindowSize(user.slave, { rows: 33, columns: 99 });
    const own = new CommandTerminal({ termios: user.termios, sizeOf: user.slave });
    expect(own.termios).toEqual(user.termios);
    expect(getWindowSize(own.master)).toEqual({ rows: 33, columns: 99 });
    setWindowSize(user.slave, { rows: 44, columns: 111 });
    expect(own.resize(user.slave)).toBe(true);
    expect(getWindowSize(own.master)).toEqual({ rows: 44, columns: 111 });
    user.close();
    own.hangUp();
    expect(own.resize(0)).toBe(false);
  });
});

describe("what the command prints", () => {
  it("has no end while it lives, though it closes its terminal and opens it again", () => {
    const first = openSlave();
    print(first, "one\n");
    close(first);
    expect(readAll()).toBe("one\r\n");
    expect(port.source.read(into)).toBe(NOTHING);
    const second = openSlave();
    print(second, "two\n");
    close(second);
    expect(readAll()).toBe("two\r\n");
    expect(port.source.read(into)).toBe(NOTHING);
  });

  it("is all read before it ends, and wakes up whoever waits for it", async () => {
    const slave = openSlave();
    let isReady = false;
    port.source.onReady(() => {
      isReady = true;
    });
    expect(port.source.read(into)).toBe(NOTHING);
    port.source.arm();
    port.commandEnded();
    await until("a call without a byte", () => isReady);
    print(slave, "last words\n"); // by what it started, which still has the terminal
    expect(readAll()).toBe("last words\r\n");
    expect(port.source.read(into)).toBe(GONE);
    close(slave);
  });

  it("wakes up whoever has read the last of it, for there is nothing else that would", async () => {
    const slave = openSlave();
    let calls = 0;
    port.source.onReady(() => {
      calls++;
    });
    port.source.arm();
    print(slave, "short\n");
    port.commandEnded();
    let turns = 0;
    await until("some turns of the loop", () => turns++ > 5);
    expect(calls).toBe(1);
    expect(port.source.read(into)).toBe(7);
    port.source.arm();
    await until("another call", () => calls === 2);
    expect(port.source.read(into)).toBe(GONE);
    close(slave);
  });

  it("ends also where others print for ever", () => {
    const slave = openSlave();
    const flood = Buffer.alloc(1000, "x");
    port.commandEnded();
    let received = 0;
    for (let turn = 0; turn < 10_000; turn++) {
      write(slave, flood, 0, flood.length);
      const n = port.source.read(into);
      if (n === GONE) break;
      received += n;
    }
    expect(port.source.read(into)).toBe(GONE);
    expect(received).toBeGreaterThanOrEqual(64 * 1024);
    expect(received).toBeLessThan(80 * 1024);
    close(slave);
  });

  it("goes on after the terminal was hung up by vhangup(2), as login does", async () => {
    let heard = "";
    let calls = 0;
    port.source.onReady(() => {
      calls++;
      heard += readAll();
      port.source.arm();
    });
    port.source.arm();
    const script = `import ctypes, os; os.setsid(); os.open("${terminal.path}", os.O_RDWR)
import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)
if ctypes.CDLL(None).vhangup() != 0: raise SystemExit(9)
fd = os.open("${terminal.path}", os.O_RDWR); os.write(fd, b"again\\n")`;
    const { status, stderr } = spawnSync("/usr/bin/python3", ["-c", script]);
    if (status === 9 || status === null) {
      console.warn("skipped: vhangup(2) wants root, and python3");
      return;
    }
    expect(stderr.toString()).toBe("");
    await until("what was printed then", () => heard.includes("again\r\n"));
    const before = calls;
    let looks = 0;
    await until("some turns of the loop", () => looks++ > 30);
    expect(calls).toBe(before); // it is not ready all the time
    expect(terminal.hasUnread).toBe(false);
    port.sink.write(Buffer.from("typed\n"), 0, 6);
    await until("what was typed", () => terminal.hasUnread);
    await port.discard();
    expect(terminal.hasUnread).toBe(false);
    const slave = openSlave();
    print(slave, "still there\n");
    await until("more", () => heard.includes("still there\r\n"));
    close(slave);
  });

  it("is hung up for a screen that takes nothing, only where that may lose the rest", () => {
    expect(port.source.isHungUp!()).toBe(false);
    port.commandEnded();
    expect(port.source.isHungUp!()).toBe(false);
    const impatient = masterPort(new CommandTerminal({ termios: undefined, sizeOf: undefined }), {
      mayLoseLast: true,
    });
    expect(impatient.source.isHungUp!()).toBe(false);
    impatient.commandEnded();
    expect(impatient.source.isHungUp!()).toBe(true);
    impatient.hangUp();
  });
});

describe("what is typed", () => {
  it("is counted as the terminal takes it, and reaches the command", async () => {
    const slave = openSlave();
    expect(port.sink.write(Buffer.from("line\n"), 0, 5)).toBe(5);
    expect(port.taken).toBe(5);
    await until("the line", () => terminal.hasUnread);
    expect(read(slave, into)).toBe(5);
    expect(terminal.hasUnread).toBe(false);
    close(slave);
  });

  it("is discarded with what was printed, both unread", async () => {
    const slave = openSlave();
    port.sink.write(Buffer.from("typed\n"), 0, 6);
    await until("the line", () => terminal.hasUnread);
    print(slave, "printed\n");
    await port.discard();
    expect(read(slave, into)).toBe(-errno.EAGAIN);
    expect(port.source.read(into)).toBe(NOTHING);
    close(slave);
  });
});

describe("a command's port", () => {
  it("shows the command's settings, and says what it has not", async () => {
    const slave = openSlave();
    expect(await port.settings()).toMatchObject({ bps: 38400, databits: 8, parity: "none", vmin: 1 });
    expect(getTermios(slave)).toEqual(terminal.termios);
    const unsupported = { code: "unsupported", message: expect.stringContaining(terminal.path) };
    await expect(port.modemLines()).rejects.toMatchObject(unsupported);
    await expect(port.setModemLine("dtr", true)).rejects.toMatchObject(unsupported);
    await expect(port.sendBreak()).rejects.toMatchObject(unsupported);
    await expect(port.configure({ bps: 9600 })).rejects.toMatchObject(unsupported);
    expect(port.counters()).toBeUndefined();
    close(slave);
  });

  it("hangs up whoever has the terminal when it is closed, once", async () => {
    const slave = openSlave();
    await port.close();
    expect(read(slave, into)).toBe(0);
    expect(write(slave, into, 0, 1)).toBe(-errno.EIO);
    close(slave);
    const other = open("/dev/null", O_RDWR);
    await port.close();
    expect(read(other, into)).toBe(0);
    close(other);
    await expect(port.settings()).rejects.toMatchObject({ code: "lost" });
  });
});

it("takes nothing and gives nothing when it is hung up, whoever has its descriptor's number then", () => {
  const other = port.newSink();
  const { master } = terminal;
  port.hangUp();
  const files = [];
  for (let fd = -1; fd < master; files.push(fd)) fd = open("/dev/zero", O_RDWR);
  expect(files).toContain(master);
  expect(port.sink.write(into, 0, 5)).toBe(GONE);
  expect(other.write(into, 0, 5)).toBe(GONE);
  expect(port.source.read(into)).toBe(GONE);
  for (const fd of files) close(fd);
});
