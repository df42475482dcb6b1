/** Line settings as serialport's options, on the platforms that it has bindings for. */
import { describe, expect, test } from "vitest";
import type { FlowControl } from "../../../src/port/port.js";
import {
  mapSettings,
  refuseChanges,
  speedDiffers,
} from "../../../src/port/serialport/serialport-settings.js";

describe("settings for a new port", () => {
  test("that are all given become options, and nothing is chosen or refused", () => {
    const asked = {
      bps: 115200,
      flow: "hardware",
      databits: 7,
      parity: "even",
      stopbits: 2,
      vmin: 4,
      vtime: 5,
    } as const;
    const { options, stands, refusals, chosen } = mapSettings(asked, "linux");
    expect(options).toEqual({
      baudRate: 115200,
      dataBits: 7,
      parity: "even",
      stopBits: 2,
      rtscts: true,
      xon: false,
      xoff: false,
      xany: false,
      hupcl: true,
      vmin: 4,
      vtime: 5,
    });
    expect(stands).toMatchObject(asked);
    expect(refusals).toEqual([]);
    expect(chosen).toBe("");
  });

  test.each<[FlowControl, boolean, boolean]>([
    ["none", false, false],
    ["hardware", true, false],
    ["software", false, true],
  ])("with flow control %s", (flow, rtscts, xonxoff) => {
    const { options } = mapSettings({ flow }, "darwin");
    expect(options).toMatchObject({ rtscts, xon: xonxoff, xoff: xonxoff, xany: xonxoff });
  });

  test("that are not given are chosen: the speed as a refusal, the rest in words", () => {
    const { options, refusals, chosen } = mapSettings({}, "linux");
    expect(options).toMatchObject({
      baudRate: 9600,
      dataBits: 8,
      parity: "none",
      stopBits: 1,
      rtscts: false,
    });
    expect(refusals).toEqual([{ setting: "speed", asked: "as it stands", took: "9600" }]);
    expect(chosen).toBe("8N1, no flow control");
  });

  test("CR with each newline is refused everywhere", () => {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      const { stands, refusals } = mapSettings({ bps: 9600, crnl: true }, platform);
      expect(refusals).toEqual([{ setting: "ONLCR", asked: "on", took: "off" }]);
      expect(stands.crnl).toBe(false);
    }
  });

  test.each(["mark", "space"] as const)("parity %s is taken on Windows and refused elsewhere", (parity) => {
    const windows = mapSettings({ bps: 9600, parity }, "win32");
    expect([windows.options.parity, windows.refusals]).toEqual([parity, []]);
    const linux = mapSettings({ bps: 9600, parity }, "linux");
    expect([linux.options.parity, linux.stands.parity]).toEqual(["none", "none"]);
    expect(linux.refusals).toEqual([{ setting: "parity", asked: parity, took: "none" }]);
  });

  test("what becomes of errors and breaks, RS-485 and low latency are refused everywhere", () => {
    const asked = {
      bps: 9600,
      onError: "mark",
      onBreak: "pass",
      rs485: { enabled: true },
      lowLatency: false,
    } as const;
    const { stands, refusals } = mapSettings(asked, "linux");
    const why = "the portable driver has no such setting";
    expect(refusals).toEqual([
      { setting: "received errors", asked: "mark", took: "pass" },
      { setting: "RS-485", asked: "on", took: "off", why },
      { setting: "low latency", asked: "off", took: "off", why },
    ]);
    expect(stands).toMatchObject({ onError: "pass", onBreak: "pass" });
    expect(stands).not.toHaveProperty("rs485");
  });

  test("VMIN and VTIME are refused on Windows, unless they are as ever", () => {
    const { options, refusals } = mapSettings({ bps: 9600, vmin: 0, vtime: 3 }, "win32");
    expect(options).not.toHaveProperty("vmin");
    expect(refusals).toEqual([
      { setting: "VMIN", asked: "0", took: "1" },
      { setting: "VTIME", asked: "3", took: "0" },
    ]);
    expect(mapSettings({ bps: 9600, vmin: 1, vtime: 0 }, "win32").refusals).toEqual([]);
  });
});

test("settings of an open port are refused where they would change, but for the speed", () => {
  const { stands } = mapSettings({ bps: 9600 }, "linux");
  expect(refuseChanges({ bps: 19200, databits: 8, parity: "none", crnl: false }, stands)).toEqual([]);
  expect(refuseChanges({ databits: 7, vtime: 2 }, stands)).toEqual([
    { setting: "CSIZE", asked: "7", took: "8" },
    { setting: "VTIME", asked: "2", took: "0" },
  ]);
});

test("a speed that stands within 2 % of what was asked for is taken", () => {
  expect(speedDiffers(115200, 115384)).toBe(false);
  expect(speedDiffers(115200, 9600)).toBe(true);
});
