/** The tty's other requests, on a real pty. What a pty has not got is ENOTTY. */
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  beginBreak,
  endBreak,
  flow,
  flushQueue,
  foregroundGroup,
  getWindowSize,
  isExclusive,
  isPtyMaster,
  isPtySlave,
  sendBreak,
  setExclusive,
  setWindowSize,
  transmitterEmpty,
  unreadBytes,
  unsentBytes,
} from "../../src/tty/ioctl.js";
import { close, ioctl, O_RDONLY, open, read, write } from "../../src/tty/libc.js";
import { getCounters, getModemLines, setModemLine } from "../../src/tty/modem-lines.js";
import { errno } from "../../src/tty/sys-error.js";
import { setControl, setFlag } from "../../src/tty/termios.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
  const raw = pty.termios;
  for (const name of ["ICANON", "ECHO", "OPOST", "ISIG"] as const) setFlag(raw, name, false);
  pty.termios = raw;
});
afterEach(() => pty.close());

const failsWith = (value: number) =>
  expect.objectContaining({ name: "SysError", errno: value, syscall: "ioctl" });
const send = (text: string) => write(pty.slave, Buffer.from(text), 0, text.length);

describe("the window's size", () => {
  it.each([
    [24, 80],
    [0, 0],
    [65535, 65535],
    [1, 300],
  ])("of %i rows and %i columns is seen at both ends", (rows, columns) => {
    setWindowSize(pty.slave, { rows, columns });
    expect(getWindowSize(pty.slave)).toEqual({ rows, columns });
    expect(getWindowSize(pty.master)).toEqual({ rows, columns });
  });

  it("is what stty sees and sets", () => {
    setWindowSize(pty.master, { rows: 50, columns: 132 });
    expect(spawnSync("stty", ["-F", pty.path, "size"]).stdout.toString()).toBe("50 132\n");
    spawnSync("stty", ["-F", pty.path, "rows", "7", "cols", "9"]);
    expect(getWindowSize(pty.slave)).toEqual({ rows: 7, columns: 9 });
  });
});

describe("the queues", () => {
  it.each([
    ["input", 0],
    ["output", 2],
    ["both", 0],
  ] as const)("are discarded, %s of them, and %i bytes of input are left", async (which, left) => {
    await pty.write("in");
    await until("the input", () => unreadBytes(pty.slave) === 2);
    flushQueue(pty.slave, which);
    expect(unreadBytes(pty.slave)).toBe(left);
  });

  it.each([
    ["input", 1],
    ["output", 2],
    ["both", 3],
  ] as const)("are discarded, %s of them, as a master in packet mode hears: %i", (which, heard) => {
    const TIOCPKT = 0x5420; // ioctl_tty(2): TIOCPKT_FLUSHREAD is 1, TIOCPKT_FLUSHWRITE 2
    ioctl(pty.master, TIOCPKT, new Uint8Array(Int32Array.of(1).buffer));
    const packet = new Uint8Array(10);
    expect(read(pty.master, packet)).toBe(-errno.EAGAIN);
    flushQueue(pty.slave, which);
    expect(read(pty.master, packet)).toBe(1);
    expect(packet[0]).toBe(heard);
  });

  it("count what can be read now", async () => {
    expect(unreadBytes(pty.slave)).toBe(0);
    await pty.write("x".repeat(1000));
    await until("the input", () => unreadBytes(pty.slave) === 1000);
    read(pty.slave, Buffer.alloc(300));
    expect(unreadBytes(pty.slave)).toBe(700);
  });

  it("count nothing unsent on a pty, which sends at once", () => {
    send("x".repeat(1000));
    expect(unsentBytes(pty.slave)).toBe(0);
  });
});

describe("flow control by hand", () => {
  it("stops the output and starts it again", async () => {
    flow(pty.slave, "stopOutput");
    expect(send("stopped")).toBe(-errno.EAGAIN);
    flow(pty.slave, "startOutput");
    expect(send("started")).toBe(7);
    await pty.expect("started");
  });

  it("sends the other end STOP and START as they are set", async () => {
    const termios = pty.termios;
    setControl(termios, "VSTOP", 0x01);
    setControl(termios, "VSTART", 0x02);
    pty.termios = termios;
    flow(pty.slave, "sendStop");
    await pty.expect("\x01");
    flow(pty.slave, "sendStart");
    await pty.expect("\x01\x02");
  });
});

describe("exclusive use", () => {
  it("is told, set and given up", () => {
    expect(isExclusive(pty.slave)).toBe(false);
    setExclusive(pty.slave, true);
    expect(isExclusive(pty.slave)).toBe(true);
    setExclusive(pty.slave, false);
    expect(isExclusive(pty.slave)).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)(
    "keeps other users out (skipped where the test is not root: it becomes nobody)",
    () => {
      chmodSync(pty.path, 0o666);
      const opens = () =>
        spawnSync("sh", ["-c", `exec 3<>${pty.path}`], { uid: 65534, gid: 65534 }).stderr.toString();
      expect(opens()).toBe("");
      setExclusive(pty.slave, true);
      expect(opens()).toMatch(/busy/i);
      setExclusive(pty.slave, false);
      expect(opens()).toBe("");
    },
  );
});

describe("a break", () => {
  it("is taken by a pty, which has no line to hold", async () => {
    expect(await sendBreak(pty.slave)).toBe(true);
    expect(await beginBreak(pty.slave)).toBe(true);
    endBreak(pty.slave);
    expect(isPtySlave(pty.slave)).toBe(true);
  });

  it("is refused by a descriptor that is no tty, and after a hang-up", async () => {
    const file = open("/dev/null", O_RDONLY);
    expect(await sendBreak(file)).toBe(false);
    expect(await beginBreak(file)).toBe(false);
    expect(() => endBreak(file)).toThrow("ENOTTY");
    expect(isPtySlave(file)).toBe(false);
    close(file);
    pty.hangUp();
    expect(await sendBreak(pty.slave)).toBe(false);
  });
});

describe("what a pty has not got", () => {
  it.each<[string, () => unknown]>([
    ["modem lines", () => getModemLines(pty.slave)],
    ["DTR to raise", () => setModemLine(pty.slave, "dtr", true)],
    ["RTS to lower", () => setModemLine(pty.slave, "rts", false)],
    ["a transmitter", () => transmitterEmpty(pty.slave)],
    ["counters", () => getCounters(pty.slave)],
    ["a foreground group, where it is nobody's controlling terminal", () => foregroundGroup(pty.slave)],
  ])("is %s: ENOTTY", (_, ask) => {
    expect(ask).toThrow(failsWith(errno.ENOTTY));
  });
});

describe("the master", () => {
  it("is told from its slave, from a file and from nothing", () => {
    const file = open("/dev/null", O_RDONLY);
    expect([pty.master, pty.slave, file, 9999].map(isPtyMaster)).toEqual([true, false, false, false]);
    close(file);
  });
});

describe("after a hang-up", () => {
  it.each<[string, () => unknown]>([
    ["flushing", () => flushQueue(pty.slave, "both")],
    ["counting", () => unreadBytes(pty.slave)],
    ["sizing", () => getWindowSize(pty.slave)],
  ])("%s is EIO", (_, ask) => {
    pty.hangUp();
    expect(ask).toThrow(failsWith(errno.EIO));
  });
});
