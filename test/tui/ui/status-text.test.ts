import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SessionSnapshot } from "../../../src/session/session-face.js";
import { amount, type StatusFacts, statusParts } from "../../../src/tui/ui/status-text.js";

const ACTUAL: SessionSnapshot["actual"] = {
  bps: 115200,
  databits: 8,
  parity: "none",
  stopbits: 1,
  flow: "hardware",
  crnl: false,
  vmin: 1,
  vtime: 0,
  onError: "pass",
  onBreak: "pass",
  xonXoff: [],
  translations: [],
};
const SNAPSHOT: SessionSnapshot = {
  path: "/dev/ttyUSB0",
  isThere: true,
  asked: { bps: 115200 },
  actual: ACTUAL,
  lines: { dtr: true, rts: true, cts: false, dsr: false, dcd: false, ri: false },
  counters: { rx: 5, tx: 1, frame: 2, parity: 1, overrun: 0, brk: 0, bufOverrun: 0 },
  received: 1_234_567,
  sent: 12,
  receivedPerSecond: 11_520,
  sentPerSecond: 0,
  unsent: 0,
  kept: 0,
  dropped: 0,
  log: "/tmp/boot\x1b.log",
  record: undefined,
  echo: false,
  view: {},
  options: new Map(),
  uptimeMs: 1000,
  escapeKey: 0x1c,
};
const FACTS: StatusFacts = {
  snapshot: SNAPSHOT,
  back: undefined,
  marks: 2,
  end: undefined,
  hint: "^\\ ? help",
};
const textOf = (facts: StatusFacts, columns = 200) =>
  statusParts(facts, columns)
    .map(({ text }) => text)
    .join("");

describe("the status row", () => {
  it("says how the session stands", () => {
    expect(textOf(FACTS)).toBe(
      "115200 8N1 RTS/CTS  DTR RTS cts dsr dcd ri  rx 1.2 MB 11.5 kB/s  tx 12 B  3 line errors  log boot\\x1b.log  2 marks  ^\\ ? help",
    );
  });

  it("lights the lamps of the lines that are on", () => {
    const lamps = statusParts(FACTS, 200).filter(({ look }) => look === "on");
    expect(lamps.map(({ text }) => text)).toEqual(["DTR", "RTS"]);
  });

  it("leaves out what matters least where the row is short, and never is longer than the row", () => {
    expect(textOf(FACTS, 40)).toBe("115200 8N1 RTS/CTS  3 line errors");
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), (columns) => {
        expect(textOf(FACTS, columns).length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it("warns of a setting that is not as asked, of a device that is away, of an end", () => {
    expect(textOf({ ...FACTS, snapshot: { ...SNAPSHOT, asked: { bps: 921600 } } })).toContain(
      "asked bps 921600",
    );
    const away = { ...SNAPSHOT, isThere: false, actual: undefined, lines: undefined };
    expect(textOf({ ...FACTS, snapshot: away })).toMatch(/^away: waiting for it {2}rx/);
    expect(textOf({ ...FACTS, end: "lost: hung up or unplugged" })).toMatch(/^lost: hung up or unplugged/);
  });

  it("says where one looks", () => {
    expect(textOf({ ...FACTS, back: { above: 120, below: 30 } })).toMatch(/^line 120 of 150/);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [99_449, "99.4 kB"],
    [99_500, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [5e9, "5.0 GB"],
    [5e15, "5000 TB"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(amount(bytes)).toBe(text);
  });
});
