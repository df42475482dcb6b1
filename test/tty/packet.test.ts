/** Packet mode: the control byte, and what raises its bits on ptys of the real kernel. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { flow, flushQueue } from "../../src/tty/ioctl.js";
import { POLLIN, POLLPRI, pollNow, read, write } from "../../src/tty/libc.js";
import {
  decodePacketControl,
  isPacketMode,
  PACKET_CONDITIONS,
  type PacketCondition,
  setPacketMode,
} from "../../src/tty/packet.js";
import { errno } from "../../src/tty/sys-error.js";
import {
  type getTermios,
  setControl,
  setFlag,
  setSpeed,
  setTermios,
  type TermiosAction,
} from "../../src/tty/termios.js";
import { TYPING_FLAGS } from "../../src/tty/termios-names.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

describe("a control byte", () => {
  it("is decoded into the conditions of its bits, whichever they are", () => {
    const names = Object.keys(PACKET_CONDITIONS) as PacketCondition[];
    fc.assert(
      fc.property(fc.subarray(names), (conditions) => {
        const byte = conditions.reduce((sum, name) => sum | PACKET_CONDITIONS[name], 0);
        expect(decodePacketControl(byte)).toEqual(conditions);
      }),
    );
  });

  it("of 0 has data behind it and no condition; a bit that nobody knows is passed over", () => {
    expect(decodePacketControl(0)).toEqual([]);
    expect(decodePacketControl(0x80)).toEqual([]);
    expect(decodePacketControl(0xff)).toEqual(Object.keys(PACKET_CONDITIONS));
  });
});

describe("a master in packet mode", () => {
  let pty: TestPty;
  beforeEach(() => {
    pty = new TestPty();
    const { termios } = pty;
    for (const name of [...TYPING_FLAGS, "OPOST"] as const) setFlag(termios, name, false);
    setFlag(termios, "IXON");
    pty.termios = termios;
    setPacketMode(pty.master, true);
  });
  afterEach(() => pty.close());

  const into = new Uint8Array(100);
  /** What one read gives, and whether select's exceptional condition stood before and after it. */
  function take(): { bytes: string; raised: boolean; stillRaised: boolean } {
    const raised = (pollNow(pty.master, POLLPRI) & POLLPRI) !== 0;
    const n = read(pty.master, into);
    const bytes = n < 0 ? `-${n}` : Buffer.from(into.subarray(0, n)).toString("latin1");
    return { bytes, raised, stillRaised: (pollNow(pty.master, POLLPRI) & POLLPRI) !== 0 };
  }
  function expectConditions(...conditions: PacketCondition[]): void {
    const { bytes, raised, stillRaised } = take();
    expect(bytes).toHaveLength(1);
    expect(decodePacketControl(bytes.charCodeAt(0))).toEqual(conditions);
    expect([raised, stillRaised]).toEqual([true, false]);
    expect(read(pty.master, into)).toBe(-errno.EAGAIN);
  }
  function set(change: (termios: ReturnType<typeof getTermios>) => void, action?: TermiosAction): void {
    const { termios } = pty;
    change(termios);
    setTermios(pty.slave, termios, action);
  }

  it("is in it until it is turned off", () => {
    expect(isPacketMode(pty.master)).toBe(true);
    setPacketMode(pty.master, false);
    expect(isPacketMode(pty.master)).toBe(false);
    write(pty.slave, Buffer.from("bare"), 0, 4);
    expect(take().bytes).toBe("bare");
  });

  it("is a master: a slave has no such mode", () => {
    expect(() => setPacketMode(pty.slave, true)).toThrow("ENOTTY");
    expect(() => isPacketMode(pty.slave)).toThrow("ENOTTY");
  });

  it("has a 0 in front of data, which are no exceptional condition", () => {
    write(pty.slave, Buffer.from("data"), 0, 4);
    expect(pollNow(pty.master, POLLIN | POLLPRI)).toBe(POLLIN);
    expect(take()).toEqual({ bytes: "\0data", raised: false, stillRaised: false });
  });

  it("tells of each queue that is flushed at the slave, and of both as one", () => {
    flushQueue(pty.slave, "input");
    expectConditions("flushRead");
    flushQueue(pty.slave, "output");
    expectConditions("flushWrite");
    flushQueue(pty.slave, "both");
    expectConditions("flushRead", "flushWrite");
    flushQueue(pty.slave, "input");
    flushQueue(pty.slave, "output");
    expectConditions("flushRead", "flushWrite");
    flushQueue(pty.master, "both");
    expect(read(pty.master, into)).toBe(-errno.EAGAIN); // one's own is not told
  });

  it("tells of a stop and a start by tcflow, of which only the later stands", () => {
    flow(pty.slave, "stopOutput");
    expectConditions("stop");
    flow(pty.slave, "startOutput");
    expectConditions("start");
    flow(pty.slave, "stopOutput");
    flow(pty.slave, "startOutput");
    expectConditions("start");
  });

  it("tells of ^S and ^Q that come from the master, where IXON stands", async () => {
    const raised = () => (pollNow(pty.master, POLLPRI) & POLLPRI) !== 0;
    write(pty.master, Buffer.from("\x13"), 0, 1);
    await until("the stop", raised);
    expectConditions("stop");
    write(pty.master, Buffer.from("\x11"), 0, 1);
    await until("the start", raised);
    expectConditions("start");
  });

  it("tells when ^S and ^Q begin and cease to stop and start, by IXON or by other characters", () => {
    set((termios) => setFlag(termios, "IXON", false));
    expectConditions("noStop");
    set((termios) => setFlag(termios, "IXON"));
    expectConditions("doStop");
    set((termios) => setControl(termios, "VSTOP", 0x14));
    expectConditions("noStop");
    set((termios) => setControl(termios, "VSTOP", 0x13));
    expectConditions("doStop");
  });

  it("tells of new settings where EXTPROC stands, of the same ones too, and of none where it does not", () => {
    set((termios) => setSpeed(termios, 9600));
    expect(read(pty.master, into)).toBe(-errno.EAGAIN);
    set((termios) => setFlag(termios, "EXTPROC"));
    expectConditions("ioctl");
    set((termios) => setSpeed(termios, 115200));
    expectConditions("ioctl");
    set(() => {});
    expectConditions("ioctl");
    set(() => {}, "flush");
    expectConditions("flushRead", "ioctl");
    set((termios) => setFlag(termios, "IXON", false));
    expectConditions("noStop", "ioctl");
    set((termios) => setFlag(termios, "EXTPROC", false));
    expectConditions("ioctl"); // the last one
    set((termios) => setSpeed(termios, 1200));
    expect(read(pty.master, into)).toBe(-errno.EAGAIN);
  });

  it("tells what was done, and gives what was written, before it tells that the slave is closed", () => {
    flushQueue(pty.slave, "input");
    write(pty.slave, Buffer.from("late"), 0, 4);
    pty.closeSlave();
    expect(take().bytes).toBe("\x01");
    expect(take().bytes).toBe("\0late");
    expect(read(pty.master, into)).toBe(-errno.EIO);
  });
});
