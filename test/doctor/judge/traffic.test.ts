/** Bytes that do not move, and what the driver counted. */
import { describe, expect, it } from "vitest";
import type { LineFacts } from "../../../src/doctor/facts.js";
import { judgeTraffic } from "../../../src/doctor/judge/traffic.js";
import { setFlag, type Termios } from "../../../src/tty/termios.js";
import { facts } from "../facts.js";

const NONE = { rx: 0, tx: 0, frame: 0, parity: 0, overrun: 0, brk: 0, bufOverrun: 0 };
const judged = (line: Partial<LineFacts>) => judgeTraffic(facts({ line: { how: "by an open", ...line } }));

function termios(flag: "CRTSCTS" | "IXON"): Termios {
  const settings = {
    iflag: 0,
    oflag: 0,
    cflag: 0,
    lflag: 0,
    line: 0,
    cc: new Uint8Array(19),
    ispeed: 0,
    ospeed: 0,
  };
  setFlag(settings, flag);
  return settings;
}

describe("the queue", () => {
  it("is stuck where it does not get shorter, and why is told as far as it shows", () => {
    expect(judged({ unsent: [12, 12] })).toMatchObject([
      {
        code: "stuck",
        severity: "warning",
        what: "12 bytes wait to be sent and do not move",
        seen: "TIOCOUTQ, by an open",
      },
    ]);
    const lines = { dtr: true, rts: true, cts: false, dsr: true, dcd: true, ri: false };
    expect(judged({ unsent: [1, 1], termios: termios("CRTSCTS"), lines })[0]?.what).toBe(
      "1 byte waits to be sent and does not move: CTS is off",
    );
    expect(judged({ unsent: [1, 5], termios: termios("IXON") })[0]?.what).toContain("may have sent XOFF");
  });

  it("is not stuck where it gets shorter or is empty", () => {
    expect(judged({ unsent: [12, 3] })).toEqual([]);
    expect(judged({ unsent: [0, 0] })).toEqual([]);
    expect(judged({})).toEqual([]);
  });
});

describe("the counters", () => {
  it.each([
    ["frame", "framing-errors", "warning", "most often the wrong speed"],
    ["parity", "parity-errors", "warning", "wrong parity"],
    ["overrun", "overruns", "warning", "not emptied in time"],
    ["bufOverrun", "buffer-overruns", "warning", "no program read in time"],
    ["brk", "breaks", "note", "a much lower speed"],
  ] as const)("%s is %s with what it mostly means", (counter, code, severity, says) => {
    expect(judged({ counters: { ...NONE, [counter]: 3 } })).toMatchObject([
      {
        code,
        severity,
        what: expect.stringMatching(new RegExp(`^3 .*s since.*${says}`)),
        seen: "counters, by an open",
      },
    ]);
    expect(judged({ counters: { ...NONE, [counter]: 1 } })[0]?.what).toMatch(/^1 [a-z ]*[^s] since/);
  });

  it("of bytes are no finding", () => {
    expect(judged({ counters: { ...NONE, rx: 5, tx: 7 } })).toEqual([]);
  });
});
