/** Settings that no peer can talk with. */
import { describe, expect, it } from "vitest";
import type { LineFacts } from "../../../src/doctor/facts.js";
import { judgeSettings } from "../../../src/doctor/judge/settings.js";
import type { ModemLines } from "../../../src/tty/modem-lines.js";
import { setFlag, setSpeed, type Termios } from "../../../src/tty/termios.js";
import type { FlagName } from "../../../src/tty/termios-names.js";
import { facts, one, PICOCOM } from "../facts.js";

const UP: ModemLines = { dtr: true, rts: true, cts: true, dsr: true, dcd: true, ri: false };

/** Raw 115200 8N1, as a bridge leaves it. */
function termios(...flags: (FlagName | `-${FlagName}`)[]): Termios {
  const raw: Termios = {
    iflag: 0,
    oflag: 0,
    cflag: 0,
    lflag: 0,
    line: 0,
    cc: new Uint8Array(19),
    ispeed: 0,
    ospeed: 0,
  };
  setSpeed(raw, 115200);
  for (const name of ["CS8", "CREAD", "CLOCAL"] as const) setFlag(raw, name);
  for (const name of flags) setFlag(raw, name.replace(/^-/, "") as FlagName, !name.startsWith("-"));
  return raw;
}

function judged(settings: Termios, line: Partial<LineFacts> = {}, held = false) {
  return judgeSettings(
    facts({
      line: { how: "by an open", termios: settings, lines: UP, ...line },
      holders: held ? [PICOCOM] : [],
    }),
  );
}

it("a raw 8N1 has no finding", () => {
  expect(judged(termios())).toEqual([]);
  expect(judgeSettings(facts())).toEqual([]);
});

describe("settings", () => {
  it("with a speed of 0 are hung up", () => {
    const settings = termios();
    setSpeed(settings, 0);
    expect(judged(settings)).toMatchObject([
      {
        code: "speed-zero",
        severity: "warning",
        seen: "B0, by an open",
        type: "robin termios /dev/ttyUSB0 115200",
      },
    ]);
  });

  it("with two speeds are told; an input speed of 0 means the same as the output", () => {
    expect(judged({ ...termios(), ispeed: 9600 })).toMatchObject([
      {
        code: "speeds-differ",
        what: "it receives at 9600 bps and sends at 115200 bps",
        type: "robin termios /dev/ttyUSB0 115200",
      },
    ]);
    expect(judged({ ...termios(), ispeed: 0 })).toEqual([]);
  });

  it("with RTS/CTS send nothing while CTS is off", () => {
    const lines = { ...UP, cts: false };
    expect(one(judged(termios("CRTSCTS"), { lines }), "cts-low")).toMatchObject({
      severity: "warning",
      type: "robin termios /dev/ttyUSB0 -crtscts",
    });
    expect(judged(termios("CRTSCTS"))).toEqual([]);
    expect(judgeSettings(facts({ line: { how: "x", termios: termios("CRTSCTS") } }))).toEqual([]);
  });

  it.each([
    ["ECHO", "echo", "-echo"],
    ["ICANON", "line-editing", "-icanon"],
    ["-CREAD", "receiver-off", "cread"],
  ] as const)(
    "with %s matter while a program works with them, and are a note before",
    (flag, code, setting) => {
      expect(one(judged(termios(flag), {}, true), code)).toMatchObject({
        severity: "warning",
        type: `robin termios /dev/ttyUSB0 ${setting}`,
      });
      expect(one(judged(termios(flag)), code)).toMatchObject({
        severity: "note",
        what: expect.stringContaining("(robin switches"),
      });
    },
  );

  it("as the kernel makes a port have both, which is one note", () => {
    expect(judged(termios("ECHO", "ICANON"))).toMatchObject([
      { code: "echo", severity: "note", type: "robin termios /dev/ttyUSB0 -echo -icanon" },
    ]);
    expect(judged(termios("ECHO", "ICANON"), {}, true)).toHaveLength(2);
  });

  it("that change bytes are named", () => {
    expect(judged(termios("ISTRIP", "OPOST", "TAB3"))).toMatchObject([
      {
        code: "translations",
        seen: "istrip tab3, by an open",
        type: "robin termios /dev/ttyUSB0 -istrip tab0",
      },
    ]);
  });

  it("of another frame than 8N1 are a note", () => {
    expect(judged(termios("CS7", "PARENB"))).toMatchObject([
      {
        code: "frame",
        severity: "note",
        what: "a frame has 7 data bits and even parity; most devices want 8N1",
        type: "robin termios /dev/ttyUSB0 cs8 -parenb",
      },
    ]);
  });

  it("without CLOCAL make other programs wait for a carrier", () => {
    const lines = { ...UP, dcd: false };
    expect(one(judged(termios("-CLOCAL"), { lines }), "waits-for-carrier").severity).toBe("note");
    expect(judged(termios("-CLOCAL"))).toEqual([]);
  });
});

it("lines that are all off mean that nothing is connected, or three wires", () => {
  const lines = { ...UP, cts: false, dsr: false, dcd: false };
  expect(judged(termios(), { lines })).toMatchObject([{ code: "nothing-connected", severity: "note" }]);
});

it("a line discipline of another part of the kernel is told by its name", () => {
  expect(judged(termios(), { discipline: 3 })[0]?.what).toContain("PPP");
  expect(judged(termios(), { discipline: 99 })[0]?.what).toContain("number 99");
  expect(judged(termios(), { discipline: 0 })).toEqual([]);
});
