/**
 * Which fields of a tty a bridge and each setting change, bit for bit, and how settings read in users' words.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineSettings } from "../../../src/port/port.js";
import { isContradiction } from "../../../src/port/tty/received-errors.js";
import { describeTermios, withBridge, withSettings } from "../../../src/port/tty/settings.js";
import { copyTermios, hasFlag, setFlag } from "../../../src/tty/termios.js";
import { anyTermios, expected, found, golden, names } from "../../golden/settings.js";

const settingsModel = {
  bps: fc.integer({ min: 1, max: 0xffffffff }),
  flow: fc.constantFrom("hardware", "software", "none"),
  databits: fc.constantFrom(5, 6, 7, 8),
  parity: fc.constantFrom("none", "even", "odd", "mark", "space"),
  stopbits: fc.constantFrom(1, 2),
  crnl: fc.boolean(),
  vmin: fc.nat(255),
  vtime: fc.nat(255),
  onError: fc.constantFrom("drop", "mark", "pass"),
  onBreak: fc.constantFrom("drop", "mark", "pass", "interrupt"),
} as const;
const anySettings = (fc.record(settingsModel, { requiredKeys: [] }) as fc.Arbitrary<LineSettings>).filter(
  (settings) => !isContradiction(settings),
);

describe("what a bridge needs", () => {
  it.each(golden.bridge)(
    "changes these bits of $found and no other: $changes",
    ({ found: name, changes }) => {
      expect(withBridge(found(name))).toEqual(expected(name, changes));
    },
  );

  it("is the list of line editing, echo, signals and double translation, and reception without a modem", () => {
    const cleared = names(
      (name) => hasFlag(found("allSet"), name) && !hasFlag(withBridge(found("allSet")), name),
    );
    const set = names(
      (name) => !hasFlag(found("allClear"), name) && hasFlag(withBridge(found("allClear")), name),
    );
    expect(cleared.sort()).toEqual(
      [
        ["ICANON", "ISIG", "IEXTEN", "ONLCR", "ICRNL"],
        ["ECHO", "ECHOE", "ECHOK", "ECHONL", "ECHOCTL", "ECHOPRT", "ECHOKE"],
      ]
        .flat()
        .sort(),
    );
    expect(set.sort()).toEqual(["CLOCAL", "CREAD", "HUPCL"]);
  });

  it.each(["IXON", "IXOFF", "IXANY", "CRTSCTS", "OPOST", "ISTRIP", "INLCR", "PARENB"] as const)(
    "leaves %s as it is found",
    (name) => {
      for (const start of ["allSet", "allClear"]) {
        expect(hasFlag(withBridge(found(start)), name)).toBe(hasFlag(found(start), name));
      }
    },
  );

  it("leaves the speed and what it was given alone", () => {
    fc.assert(
      fc.property(anyTermios, (start) => {
        const before = copyTermios(start);
        const { ispeed, ospeed } = withBridge(start);
        expect([ispeed, ospeed]).toEqual([start.ispeed, start.ospeed]);
        expect(start).toEqual(before);
      }),
    );
  });
});

describe("settings that were asked for", () => {
  it.each(golden.settings)(
    "change of $found by $settings these fields and no other bit: $changes",
    ({ found: name, settings, changes }) => {
      const start = found(name);
      expect(withSettings(start, settings)).toEqual(expected(name, changes));
      expect(start).toEqual(found(name));
    },
  );

  it("are what the description of the outcome says, whatever stood before", () => {
    fc.assert(
      fc.property(anyTermios, anySettings, (start, settings) => {
        expect(describeTermios(withSettings(start, settings))).toMatchObject(settings);
      }),
      { numRuns: 500 },
    );
  });

  it("change nothing when they stand already", () => {
    fc.assert(
      fc.property(anyTermios, anySettings, (start, settings) => {
        const once = withSettings(start, settings);
        expect(withSettings(once, settings)).toEqual(once);
      }),
    );
  });
});

describe("the description of a tty", () => {
  it.each([
    [
      "pty",
      {
        bps: 38400,
        flow: "software",
        databits: 8,
        parity: "none",
        stopbits: 1,
        crnl: true,
        vmin: 1,
        vtime: 0,
      },
    ],
    [
      "uart",
      {
        bps: 9600,
        flow: "software",
        databits: 8,
        parity: "none",
        stopbits: 1,
        crnl: true,
        vmin: 1,
        vtime: 0,
      },
    ],
    [
      "allClear",
      { bps: 50, flow: "none", databits: 5, parity: "none", stopbits: 1, crnl: false, vmin: 0, vtime: 0 },
    ],
    [
      "allSet",
      {
        bps: 1200,
        flow: "hardware",
        databits: 7,
        parity: "mark",
        stopbits: 2,
        crnl: true,
        vmin: 166,
        vtime: 165,
      },
    ],
  ])("of %s is in users' words", (name, words) => {
    expect(describeTermios(found(name))).toMatchObject(words);
  });

  it("names the translations that stand", () => {
    expect(describeTermios(withBridge(found("pty"))).translations).toEqual([]);
    expect(describeTermios(found("allSet")).translations).toEqual(
      expect.arrayContaining(["ISTRIP", "INLCR", "IGNCR", "IUCLC", "PARMRK", "OLCUC", "OCRNL"]),
    );
  });

  it("names no translation of the output without OPOST, which is what makes them work", () => {
    const raw = found("allSet");
    setFlag(raw, "OPOST", false);
    expect(describeTermios(raw).translations).toEqual(["ISTRIP", "INLCR", "IGNCR", "IUCLC", "PARMRK"]);
    expect(describeTermios(raw).crnl).toBe(false);
  });
});
