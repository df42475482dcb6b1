/** Modem lines as they are shown. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  changeLine,
  linesJson,
  linesTable,
  showsExtra,
  stateLine,
} from "../../../src/cli/commands/lines-text.js";
import type { AllLines } from "../../../src/tty/modem-lines.js";

const STANDARD = { dtr: true, rts: false, cts: true, dsr: false, dcd: true, ri: false };
const USB: AllLines = { ...STANDARD, out1: false, out2: false, loop: false };
const UART: AllLines = { ...USB, out2: true };
const COUNTERS = { rx: 1, tx: 2, frame: 3, overrun: 4, parity: 5, brk: 6, bufOverrun: 7 };
/** 2024-02-03 04:05:06.007008, in UTC. */
const AT_US = Date.UTC(2024, 1, 3, 4, 5, 6) * 1000 + 7008;

const zone = process.env.TZ;
beforeAll(() => {
  process.env.TZ = "UTC";
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe("a UART's extra lines", () => {
  it("are shown where one of them is on", () => {
    expect(showsExtra(UART)).toBe(true);
    expect(showsExtra(USB)).toBe(false);
  });
});

describe("the table", () => {
  it("says who drives what, and what was counted", () => {
    expect(linesTable("/dev/ttyUSB0", USB, false, COUNTERS)).toBe(
      [
        "/dev/ttyUSB0",
        "  host    DTR on   RTS off",
        "  device  CTS on   DSR off  DCD on   RI off",
        "  driver  rx 1, tx 2, frame 3, parity 5, overrun 4, brk 6, buf_overrun 7",
        "",
      ].join("\n"),
    );
  });

  it("has the extra lines where there are, and no counters where there are none", () => {
    expect(linesTable("/dev/ttyS1", UART, true)).toBe(
      [
        "/dev/ttyS1",
        "  host    DTR on   RTS off  OUT1 off  OUT2 on   LOOP off",
        "  device  CTS on   DSR off  DCD on   RI off",
        "",
      ].join("\n"),
    );
  });
});

describe("the JSON", () => {
  it("has booleans, and what the driver has not got is left out", () => {
    expect(JSON.stringify(linesJson(USB, false))).toBe(JSON.stringify(STANDARD));
    const { rx, tx, frame, parity, overrun, brk, bufOverrun } = COUNTERS;
    expect(JSON.stringify(linesJson(UART, true, COUNTERS))).toBe(
      JSON.stringify({
        ...STANDARD,
        out1: false,
        out2: true,
        loop: false,
        counters: { rx, tx, frame, parity, overrun, brk, bufOverrun },
      }),
    );
  });
});

describe("a watch", () => {
  it("begins with every line as it stands", () => {
    expect(stateLine(AT_US, USB, false)).toBe(
      "04:05:06.007008 DTR on, RTS off, CTS on, DSR off, DCD on, RI off\n",
    );
    expect(stateLine(AT_US, UART, true)).toMatch(/RI off, OUT1 off, OUT2 on, LOOP off\n$/);
  });

  it.each([
    [{ line: "cts", on: true, was: false }, "CTS on"],
    [{ line: "cts", on: true, was: false, counted: 1 }, "CTS on"],
    [{ line: "cts", on: false, was: true, counted: 3 }, "CTS off (3 changes)"],
    [{ line: "dsr", on: false, was: false, counted: 2 }, "DSR off (on in between)"],
    [{ line: "dsr", on: true, was: true, counted: 20 }, "DSR on (off in between, 20 changes)"],
    [{ line: "ri", on: false, was: false, counted: 1 }, "RI off (on in between)"],
  ] as const)("tells %j as %s", (change, text) => {
    expect(changeLine(AT_US, change)).toBe(`04:05:06.007008 ${text}\n`);
  });
});
