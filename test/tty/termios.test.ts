/** struct termios2: its bytes against the kernel's headers, its meaning against stty on a real pty. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unreadBytes } from "../../src/tty/ioctl.js";
import { close, O_RDONLY, open } from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import {
  copyTermios,
  decodeTermios,
  encodeTermios,
  getTermios,
  hasFlag,
  setControl,
  setFlag,
  setSpeed,
  setTermios,
  type Termios,
} from "../../src/tty/termios.js";
import {
  BOTHER,
  CBAUD,
  CIBAUD,
  CONTROL_CHARACTERS,
  type ControlCharacter,
  CSIZE,
  FLAGS,
  type FlagField,
  type FlagName,
  IBSHIFT,
  SYMBOLIC_SPEEDS,
} from "../../src/tty/termios-names.js";
import { anyTermios, found, names } from "../golden/settings.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const kernel = JSON.parse(readFileSync(new URL("../golden/termbits.json", import.meta.url), "utf8"));
const FIELDS: readonly FlagField[] = ["iflag", "oflag", "cflag", "lflag"];

describe("the bytes of struct termios2", () => {
  /** What termbits.c fills the structure with. */
  const sample: Termios = {
    iflag: 0x01020304,
    oflag: 0x05060708,
    cflag: 0x890a0b0c,
    lflag: 0x0d0e0f10,
    line: 0x11,
    cc: Uint8Array.from({ length: 19 }, (_, at) => 0xa0 + at),
    ispeed: 0xfedcba98,
    ospeed: 12345,
  };

  it("are those of the C compiler", () => {
    expect(Buffer.from(encodeTermios(sample)).toString("hex")).toBe(kernel.sample);
    expect(decodeTermios(Uint8Array.from(Buffer.from(kernel.sample, "hex")))).toEqual(sample);
    expect(encodeTermios(sample)).toHaveLength(kernel.layout.size);
  });

  it("are read back as they were written, whatever is in the fields", () => {
    fc.assert(
      fc.property(anyTermios, (termios) => {
        expect(decodeTermios(encodeTermios(termios))).toEqual(termios);
      }),
    );
  });

  it("are read wherever they stand in memory", () => {
    const bytes = new Uint8Array(50).fill(0xff);
    bytes.set(encodeTermios(sample), 3);
    expect(decodeTermios(bytes.subarray(3, 47))).toEqual(sample);
  });
});

describe("the names", () => {
  it.each(FIELDS)("of %s are those of the kernel's header, with its values, and all of them", (field) => {
    const here = names((name) => FLAGS[name].field === field).map((name) => [name, FLAGS[name].value]);
    expect(Object.fromEntries(here)).toEqual(kernel[field]);
  });

  it.each([
    ["NLDLY", "NL1"],
    ["CRDLY", "CR1"],
    ["TABDLY", "TAB0"],
    ["BSDLY", "BS0"],
    ["VTDLY", "VT1"],
    ["FFDLY", "FF0"],
    ["CSIZE", "CS6"],
  ] as const)("of a field of several bits cover %s", (mask, name) => {
    expect(FLAGS[name].mask).toBe(kernel.masks[mask]);
  });

  it("of masks, control characters and speeds are those of the kernel's header", () => {
    const masks = { CSIZE, CBAUD, BOTHER, CIBAUD, IBSHIFT };
    expect(kernel.masks).toMatchObject(masks);
    expect(CONTROL_CHARACTERS).toEqual(kernel.cc);
    const speeds = [...SYMBOLIC_SPEEDS].map(([bps, value]) => [`B${bps}`, value]);
    expect(Object.fromEntries(speeds)).toEqual(kernel.speeds);
  });
});

describe("changing settings", () => {
  it("sets and clears one flag and no other bit, and leaves the original of a copy alone", () => {
    fc.assert(
      fc.property(anyTermios, fc.constantFrom(...names(() => true)), fc.boolean(), (start, name, on) => {
        const changed = copyTermios(start);
        setFlag(changed, name, on);
        const { field, mask, value } = FLAGS[name];
        expect(changed).toEqual({ ...start, [field]: ((start[field] & ~mask) | (on ? value : 0)) >>> 0 });
      }),
      { numRuns: 500 },
    );
  });

  it("sets one control character and leaves the original of a copy alone", () => {
    const start = found("pty");
    const changed = copyTermios(start);
    setControl(changed, "VLNEXT", 99);
    expect(changed.cc[15]).toBe(99);
    expect(start).toEqual(found("pty"));
  });
});

describe("the settings of a pty", () => {
  let pty: TestPty;
  beforeEach(() => {
    pty = new TestPty();
  });
  afterEach(() => pty.close());

  const stty = (...args: string[]) => execFileSync("stty", ["-F", pty.path, ...args], { encoding: "utf8" });

  /** The fields that `stty -g` prints, in hex: four flag words and then the control characters. */
  function sttyFields(): { words: number[]; cc: number[] } {
    const fields = stty("-g")
      .trim()
      .split(":")
      .map((field) => Number.parseInt(field, 16));
    return { words: fields.slice(0, 4), cc: fields.slice(4, 4 + 17) };
  }

  function expectSttyAgrees(termios: Termios): void {
    const { words, cc } = sttyFields();
    expect(words).toEqual(FIELDS.map((field) => termios[field]));
    expect(cc).toEqual([...termios.cc.subarray(0, 17)]);
  }

  it("are at first those of the golden file, as stty sees them too", () => {
    expect(getTermios(pty.slave)).toEqual(found("pty"));
    expectSttyAgrees(found("pty"));
    expect(stty("speed").trim()).toBe("38400");
  });

  it("are the same seen from the master", () => {
    expect(getTermios(pty.master)).toEqual(getTermios(pty.slave));
  });

  /** The pty driver holds these still (pty_set_termios of drivers/tty/pty.c). */
  const fixed: readonly FlagName[] = ["CS5", "CS6", "CS7", "CS8", "CREAD", "PARENB", "ADDRB"];
  const kept = names((name) => !fixed.includes(name) && !["PENDIN", "FLUSHO", "EXTPROC"].includes(name));

  it.each(kept)("keep %s, and stty sees it", (name) => {
    const { field, mask, value } = FLAGS[name];
    for (const on of [true, false]) {
      const wanted = getTermios(pty.slave);
      setFlag(wanted, name, on);
      setTermios(pty.slave, wanted);
      expect(getTermios(pty.slave)).toEqual(wanted);
      expect(hasFlag(getTermios(pty.slave), name)).toBe(on || value === 0);
      expect(sttyFields().words[FIELDS.indexOf(field)]! & mask).toBe((on ? value : 0) | 0);
    }
  });

  it("keep a frame of 8 bits without parity, whatever was asked: success is no proof", () => {
    const wanted = getTermios(pty.slave);
    setFlag(wanted, "CS7");
    setFlag(wanted, "PARENB");
    setTermios(pty.slave, wanted);
    expect(getTermios(pty.slave)).toEqual(found("pty"));
  });

  it.each(Object.keys(CONTROL_CHARACTERS) as ControlCharacter[])("keep %s, and stty sees it", (name) => {
    const wanted = getTermios(pty.slave);
    setControl(wanted, name, 99);
    setTermios(pty.slave, wanted);
    expect(getTermios(pty.slave)).toEqual(wanted);
    expect(sttyFields().cc[CONTROL_CHARACTERS[name]]).toBe(99);
  });

  it("keep any words that stty wrote", () => {
    for (const words of [
      ["sane", "-echo"],
      ["raw", "ixany", "ixoff", "min", "7", "time", "9"],
      ["cooked", "iutf8", "tostop", "intr", "^A", "stop", "undef", "crtscts", "cstopb", "hupcl"],
      ["tabs", "cr3", "nl1", "vt1", "ff1", "bs1", "tab2"],
    ]) {
      stty(...words);
      expectSttyAgrees(getTermios(pty.slave));
    }
  });

  it.each([...SYMBOLIC_SPEEDS.keys()].filter((bps) => bps > 0))("keep %i bps, and stty sees it", (bps) => {
    const wanted = getTermios(pty.slave);
    setSpeed(wanted, bps);
    setTermios(pty.slave, wanted);
    const stands = getTermios(pty.slave);
    expect([stands.ispeed, stands.ospeed]).toEqual([bps, bps]);
    expect(stands.cflag & CBAUD).not.toBe(BOTHER);
    expect(Math.trunc(Number(stty("speed")))).toBe(bps);
  });

  it("are read right when stty set the speed", () => {
    stty("57600");
    expect(getTermios(pty.slave)).toMatchObject({ ispeed: 57600, ospeed: 57600 });
  });

  it.each([1, 12_345, 250_000, 31_250, 4_000_001, 12_000_000, 4_294_967_295])(
    "keep a speed without a symbol: %i",
    (bps) => {
      const wanted = getTermios(pty.slave);
      setSpeed(wanted, bps);
      setTermios(pty.slave, wanted);
      const stands = getTermios(pty.slave);
      expect([stands.ispeed, stands.ospeed]).toEqual([bps, bps]);
      expect(stands.cflag & CBAUD).toBe(BOTHER);
      // Another program that reads and writes them back changes nothing.
      setTermios(pty.slave, stands);
      expect(getTermios(pty.slave)).toEqual(stands);
    },
  );

  it.each([
    ["now", "typed"],
    ["drain", "typed"],
    ["flush", ""],
  ] as const)("set %s leave unread input at %j", async (action, left) => {
    const raw = getTermios(pty.slave);
    setFlag(raw, "ICANON", false);
    setTermios(pty.slave, raw);
    await pty.write("typed");
    await until("the input", () => unreadBytes(pty.slave) === 5);
    setFlag(raw, "IXANY");
    setTermios(pty.slave, raw, action);
    expect(unreadBytes(pty.slave)).toBe(left.length);
    expect(hasFlag(getTermios(pty.slave), "IXANY")).toBe(true);
  });

  it("cannot be had of what is no tty, nor after a hang-up", () => {
    const file = open("/proc/self/stat", O_RDONLY);
    expect(() => getTermios(file)).toThrow(
      expect.objectContaining({ errno: errno.ENOTTY, syscall: "ioctl" }),
    );
    close(file);
    pty.hangUp();
    expect(() => getTermios(pty.slave)).toThrow(expect.objectContaining({ errno: errno.EIO }));
    expect(() => setTermios(pty.slave, found("pty"))).toThrow(expect.objectContaining({ errno: errno.EIO }));
  });
});
