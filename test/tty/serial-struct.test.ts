/** struct serial_rs485 and struct serial_struct, against what the kernel's own headers make of them. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ioctl } from "../../src/tty/libc.js";
import {
  decodeRs485,
  encodeRs485,
  getRs485,
  isLowLatency,
  setLowLatency,
  setRs485,
} from "../../src/tty/serial-struct.js";

vi.mock("../../src/tty/libc.js", () => ({ ioctl: vi.fn() }));

const golden = JSON.parse(readFileSync(new URL("../golden/serial-struct.json", import.meta.url), "utf8")) as {
  rs485: string;
  other: string;
  serial: string;
  requests: Record<string, number>;
};
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

const SETTINGS = {
  enabled: true,
  rtsOnSend: false,
  rtsAfterSend: true,
  rxDuringTx: true,
  terminate: false,
  delayBeforeMs: 3,
  delayAfterMs: 0x01020304,
};

/** A driver: what it has by request for reading, and what it was given by request for writing. */
let given: [request: number, bytes: string][];
const { TIOCGSERIAL, TIOCSSERIAL, TIOCGRS485, TIOCSRS485 } = golden.requests;
let has: Record<number, Uint8Array>;
beforeEach(() => {
  given = [];
  has = { [TIOCGRS485!]: bytes(golden.rs485), [TIOCGSERIAL!]: bytes(golden.serial) };
  vi.mocked(ioctl).mockImplementation((_fd, request, arg) => {
    if (has[request]) arg.set(has[request]);
    else given.push([request, hex(arg)]);
    return 0;
  });
});
afterEach(() => vi.mocked(ioctl).mockReset());

describe("struct serial_rs485", () => {
  it("reads as the header's names", () => {
    expect(decodeRs485(bytes(golden.rs485))).toEqual(SETTINGS);
    expect(decodeRs485(bytes(golden.other))).toMatchObject({
      enabled: false,
      rtsOnSend: true,
      terminate: true,
    });
  });

  it("is written with what has no name here left as it was found", () => {
    const { rtsOnSend, terminate, ...rest } = decodeRs485(bytes(golden.rs485));
    const changed = encodeRs485(
      { ...rest, rtsOnSend: !rtsOnSend, terminate: !terminate, enabled: false },
      bytes(golden.rs485),
    );
    expect(hex(changed)).toBe(golden.rs485.replace(/^55/, "76"));
    expect(hex(encodeRs485(SETTINGS, bytes(golden.other)))).toBe(golden.rs485.replace(/^55/, "15"));
  });

  it("is what it was after reading and writing, whatever that is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (any) => {
        expect(encodeRs485(decodeRs485(any), any)).toEqual(any);
      }),
    );
  });

  it("goes by the header's requests", () => {
    expect(hex(getRs485(3))).toBe(golden.rs485);
    setRs485(3, bytes(golden.other));
    expect(given).toEqual([[TIOCSRS485, golden.other]]);
  });
});

describe("low latency", () => {
  it("is one flag of struct serial_struct", () => {
    expect(isLowLatency(3)).toBe(true);
    has[TIOCGSERIAL!] = new Uint8Array(72);
    expect(isLowLatency(3)).toBe(false);
  });

  it("is set with everything else as it stands", () => {
    const full = new Uint8Array(72).fill(0xff);
    has[TIOCGSERIAL!] = full;
    setLowLatency(3, false);
    setLowLatency(3, true);
    const off = Uint8Array.from(full);
    off[17] = 0xdf;
    expect(given).toEqual([
      [TIOCSSERIAL, hex(off)],
      [TIOCSSERIAL, hex(full)],
    ]);
    expect(golden.serial).toHaveLength(2 * 72);
  });
});
