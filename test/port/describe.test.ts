/** Settings and modem lines in users' words. */
import { describe, expect, it } from "vitest";
import { describeLine, describeModemLines, describeRefusal } from "../../src/port/describe.js";
import { PLAIN_LINE } from "../../src/port/plain-line.js";
import type { ActualSettings, LineSettings, Refusal } from "../../src/port/port.js";
import { NO_RS485 } from "../../src/port/tty/rs485.js";

const PLAIN: ActualSettings = { ...PLAIN_LINE, bps: 115200 };
const ALL = ["IXON", "IXOFF", "IXANY"];

describe("the words for a line", () => {
  it.each<[string, Partial<ActualSettings>]>([
    ["115200 8N1, no flow control", {}],
    [
      "9600 7E2, RTS/CTS flow control",
      { bps: 9600, databits: 7, parity: "even", stopbits: 2, flow: "hardware" },
    ],
    ["115200 5O1, XON/XOFF flow control", { databits: 5, parity: "odd", flow: "software", xonXoff: ALL }],
    ["115200 8N1, XON/XOFF flow control (IXON only)", { flow: "software", xonXoff: ["IXON"] }],
    ["115200 8N1, XON/XOFF flow control (IXON IXOFF only)", { flow: "software", xonXoff: ["IXON", "IXOFF"] }],
    ["115200 8N1, RTS/CTS flow control and IXON", { flow: "hardware", xonXoff: ["IXON"] }],
    ["115200 8N1, no flow control", { xonXoff: ["IXANY"] }],
    ["115200 8N1, no flow control, errors marked, breaks marked", { onError: "mark", onBreak: "mark" }],
    ["115200 8N1, no flow control, errors read as NUL", { onError: "null" }],
    [
      "115200 8N1, no flow control, errors dropped, breaks an interrupt",
      { onError: "drop", onBreak: "interrupt" },
    ],
    ["115200 8N1, no flow control", { rs485: NO_RS485, lowLatency: false }],
    [
      "115200 8N1, no flow control, RS-485 (rts-on-send), low latency",
      { rs485: { ...NO_RS485, enabled: true, rtsOnSend: true }, lowLatency: true },
    ],
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
    ["errors passed, breaks passed", { onError: "pass", onBreak: "pass" }],
    ["no RS-485, no low latency", { rs485: { enabled: false }, lowLatency: false }],
    ["RS-485 (delay-before 2 ms)", { rs485: { enabled: true, delayBeforeMs: 2 } }],
    ["", { crnl: false, vmin: 1, vtime: 0 }],
  ])("are %j and nothing of what is not known, for %j", (words, settings) => {
    expect(describeLine(settings)).toBe(words);
  });
});

describe("the words for what a driver did not take", () => {
  it.each<[string, Refusal]>([
    ["CSIZE CS7, it stands at CS8", { setting: "CSIZE", asked: "CS7", took: "CS8" }],
    ["RS-485 on: no such setting", { setting: "RS-485", asked: "on", took: "off", why: "no such setting" }],
  ])("are %j", (words, refusal) => {
    expect(describeRefusal(refusal)).toBe(words);
  });
});

describe("the words for modem lines", () => {
  it("name each line and whether it is on", () => {
    expect(describeModemLines({ dtr: true, rts: false, cts: true, dsr: false, dcd: false, ri: true })).toBe(
      "DTR on, RTS off, CTS on, DSR off, DCD off, RI on",
    );
  });
});
