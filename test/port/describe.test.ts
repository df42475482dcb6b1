/** Settings and modem lines in users' words. */
import { describe, expect, it } from "vitest";
import { describeLine, describeModemLines } from "../../src/port/describe.js";
import type { ActualSettings, LineSettings } from "../../src/port/port.js";

const PLAIN: ActualSettings = {
  bps: 115200,
  flow: "none",
  databits: 8,
  parity: "none",
  stopbits: 1,
  crnl: false,
  vmin: 1,
  vtime: 0,
  translations: [],
};

describe("the words for a line", () => {
  it.each<[string, Partial<ActualSettings>]>([
    ["115200 8N1, no flow control", {}],
    [
      "9600 7E2, RTS/CTS flow control",
      { bps: 9600, databits: 7, parity: "even", stopbits: 2, flow: "hardware" },
    ],
    ["115200 5O1, XON/XOFF flow control", { databits: 5, parity: "odd", flow: "software" }],
    ["115200 8M1, no flow control", { parity: "mark" }],
    ["115200 6S1, no flow control", { databits: 6, parity: "space" }],
    ["115200 8N1, no flow control, CR with each newline", { crnl: true }],
    ["115200 8N1, no flow control, VMIN 0, VTIME 5", { vmin: 0, vtime: 5 }],
    ["115200 8N1, no flow control, as found: ISTRIP IUCLC", { translations: ["ISTRIP", "IUCLC"] }],
  ])("are %j", (words, change) => {
    expect(describeLine({ ...PLAIN, ...change })).toBe(words);
  });

  it.each<[string, LineSettings]>([
    ["", {}],
    ["300", { bps: 300 }],
    ["7 data bits", { databits: 7 }],
    ["1200 parity odd, 2 stop bits", { bps: 1200, parity: "odd", stopbits: 2 }],
    ["8N1", { databits: 8, parity: "none", stopbits: 1 }],
    ["RTS/CTS flow control", { flow: "hardware" }],
    ["CR with each newline", { crnl: true }],
    ["", { crnl: false, vmin: 1, vtime: 0 }],
  ])("are %j and nothing of what is not known, for %j", (words, settings) => {
    expect(describeLine(settings)).toBe(words);
  });
});

describe("the words for modem lines", () => {
  it("name each line and whether it is on", () => {
    expect(describeModemLines({ dtr: true, rts: false, cts: true, dsr: false, dcd: false, ri: true })).toBe(
      "DTR on, RTS off, CTS on, DSR off, DCD off, RI on",
    );
  });
});
