/** DTR and RTS at open, on a driver of the test's own. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { checkOpeningLines, setOpeningLines } from "../../../src/port/tty/opening-lines.js";
import { getModemLines, setLines } from "../../../src/tty/modem-lines.js";
import { errno, SysError } from "../../../src/tty/sys-error.js";

vi.mock("../../../src/tty/modem-lines.js", () => ({ getModemLines: vi.fn(), setLines: vi.fn() }));

let lines: Record<string, boolean>;
let requests: string[];
beforeEach(() => {
  lines = { dtr: true, rts: true };
  requests = [];
  vi.mocked(getModemLines).mockImplementation(() => ({ ...lines }) as ReturnType<typeof getModemLines>);
  vi.mocked(setLines).mockImplementation((_fd, names, on) => {
    requests.push(`${names.join("+")} ${on ? "on" : "off"}`);
    for (const name of names) lines[name] = on;
  });
});

describe("lines that were asked for", () => {
  it.each<[string, { dtr?: boolean; rts?: boolean }, string[]]>([
    ["both off", { dtr: false, rts: false }, ["dtr+rts off"]],
    ["both on", { dtr: true, rts: true }, ["dtr+rts on"]],
    ["one of each", { dtr: true, rts: false }, ["rts off", "dtr on"]],
    ["one alone", { dtr: false }, ["dtr off"]],
    ["none", {}, []],
  ])("are set with as few requests as there can be: %s", (_, wanted, expected) => {
    setOpeningLines(3, wanted);
    expect(requests).toEqual(expected);
    expect(checkOpeningLines(3, wanted)).toEqual([]);
    expect(requests).toEqual(expected);
  });

  it("are set once more where something has changed them since, and nothing is refused then", () => {
    setOpeningLines(3, { dtr: false, rts: false });
    lines = { dtr: true, rts: true }; // a speed after B0 raises both
    expect(checkOpeningLines(3, { dtr: false, rts: false })).toEqual([]);
    expect(requests).toEqual(["dtr+rts off", "dtr+rts off"]);
  });

  it("are refused where the driver does not let them be", () => {
    vi.mocked(setLines).mockImplementation(() => {});
    expect(checkOpeningLines(3, { dtr: false, rts: true })).toEqual([
      { setting: "dtr", asked: "off", took: "on" },
    ]);
  });
});

describe("a device without such lines", () => {
  const failWith = (value: number) => {
    const fail = () => {
      throw new SysError("ioctl", value);
    };
    vi.mocked(getModemLines).mockImplementation(fail);
    vi.mocked(setLines).mockImplementation(fail);
  };

  it("is told after all settings are made, and only to those who asked", () => {
    failWith(errno.ENOTTY);
    setOpeningLines(3, { dtr: false });
    expect(checkOpeningLines(3, {})).toEqual([]);
    expect(checkOpeningLines(3, { dtr: false })).toEqual([
      { setting: "dtr", asked: "off", took: "nothing", why: "there is no such line (ENOTTY)" },
    ]);
  });

  it("is not one that was unplugged", () => {
    failWith(errno.EIO);
    expect(() => checkOpeningLines(3, { dtr: false })).toThrow("EIO");
  });
});
