/** RS-485 and low latency, on a driver of the test's own. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createLineExtras } from "../../../src/port/tty/line-extras.js";
import { NO_RS485, type Rs485State } from "../../../src/port/tty/rs485.js";
import {
  decodeRs485,
  encodeRs485,
  getRs485,
  isLowLatency,
  setLowLatency,
  setRs485,
} from "../../../src/tty/serial-struct.js";
import { errno, SysError } from "../../../src/tty/sys-error.js";

vi.mock("../../../src/tty/serial-struct.js", async (original) => ({
  ...(await original<object>()),
  getRs485: vi.fn(),
  setRs485: vi.fn(),
  isLowLatency: vi.fn(),
  setLowLatency: vi.fn(),
}));

const ZERO = new Uint8Array(32);
let rs485: Uint8Array;
let lowLatency: boolean;
/** What the driver makes of RS-485 settings. */
let takes: (asked: Rs485State) => Rs485State;
beforeEach(() => {
  rs485 = ZERO;
  lowLatency = false;
  takes = (asked) => asked;
  vi.mocked(getRs485).mockImplementation(() => rs485);
  vi.mocked(setRs485).mockReset();
  vi.mocked(setRs485).mockImplementation((_fd, bytes) => {
    rs485 = encodeRs485(takes(decodeRs485(bytes)), bytes);
  });
  vi.mocked(isLowLatency).mockImplementation(() => lowLatency);
  vi.mocked(setLowLatency)
    .mockReset()
    .mockImplementation((_fd, on) => {
      lowLatency = on;
    });
});

function refuseAll(value: number) {
  for (const call of [getRs485, setRs485, isLowLatency, setLowLatency]) {
    vi.mocked(call as () => void).mockImplementation(() => {
      throw new SysError("ioctl", value);
    });
  }
}

describe("RS-485 and low latency", () => {
  it("are set, read, and given back as they were found", () => {
    const extras = createLineExtras(3);
    expect(
      extras.apply({ rs485: { enabled: true, terminate: true, delayAfterMs: 7 }, lowLatency: true }),
    ).toEqual([]);
    const stands = { ...NO_RS485, enabled: true, rtsOnSend: true, terminate: true, delayAfterMs: 7 };
    expect(extras.read()).toEqual({ rs485: stands, lowLatency: true });
    extras.apply({ rs485: { enabled: true, delayAfterMs: 8 }, lowLatency: true });
    expect(extras.read().rs485).toEqual({ ...stands, delayAfterMs: 8 });
    extras.restore();
    expect(extras.read()).toEqual({ rs485: NO_RS485, lowLatency: false });
  });

  it("are not touched where they were not asked for, nor given back then", () => {
    const extras = createLineExtras(3);
    expect(extras.apply({ bps: 9600 })).toEqual([]);
    lowLatency = true;
    extras.restore();
    expect([setRs485, setLowLatency].map((call) => vi.mocked(call).mock.calls.length)).toEqual([0, 0]);
  });

  it("are refused field by field where the driver takes some of it", () => {
    takes = (asked) => ({ ...asked, terminate: false, delayAfterMs: 100 });
    vi.mocked(setLowLatency).mockImplementation(() => {});
    const extras = createLineExtras(3);
    expect(
      extras.apply({ rs485: { enabled: true, terminate: true, delayAfterMs: 500 }, lowLatency: true }),
    ).toEqual([
      { setting: "RS-485 terminate", asked: "on", took: "off" },
      { setting: "RS-485 delay-after", asked: "500 ms", took: "100 ms" },
      { setting: "low latency", asked: "on", took: "off" },
    ]);
  });

  it("are refused with a reason by a driver without them, and then not read", () => {
    refuseAll(errno.ENOTTY);
    const extras = createLineExtras(3);
    const why = "the driver has no such setting";
    expect(extras.apply({ rs485: { enabled: true }, lowLatency: false })).toEqual([
      { setting: "RS-485", asked: "on", took: "nothing", why },
      { setting: "low latency", asked: "off", took: "nothing", why },
    ]);
    expect(extras.read()).toEqual({});
    extras.restore();
  });

  it("that are to be off are so on a driver of which reading alone works, as a 16550A's", () => {
    vi.mocked(setRs485).mockImplementation(() => {
      throw new SysError("ioctl", errno.ENOTTY);
    });
    const extras = createLineExtras(3);
    expect(extras.apply({ rs485: { enabled: false } })).toEqual([]);
    expect(extras.apply({ rs485: { enabled: true } })).toMatchObject([{ setting: "RS-485", asked: "on" }]);
  });

  it("are refused with the driver's words where it does not want to", () => {
    refuseAll(errno.EPERM);
    expect(createLineExtras(3).apply({ lowLatency: true })).toEqual([
      { setting: "low latency", asked: "on", took: "nothing", why: expect.stringContaining("EPERM") },
    ]);
  });

  it("end with the port", () => {
    const extras = createLineExtras(3);
    extras.apply({ lowLatency: true });
    refuseAll(errno.EIO);
    expect(() => extras.apply({ lowLatency: false })).toThrow("EIO");
    extras.restore();
  });
});
