/** What is no setting, what has no value, and what stty has no word for. */
import { describe, expect, it } from "vitest";
import { didYouMean } from "../../src/cli/nearest.js";
import { parseSettings } from "../../src/stty/parse.js";
import { formatSaved } from "../../src/stty/saved.js";
import { getControl, hasFlag, lineSpeeds, type Termios } from "../../src/tty/termios.js";
import { BOTHER, CBAUD } from "../../src/tty/termios-names.js";
import { found } from "../golden/settings.js";

function made(words: string, from: Termios = found("pty")): Termios {
  parseSettings(words.split(" ")).change?.(from);
  return from;
}

const saved = formatSaved(found("pty"));

describe("a wrong setting is a usage error", () => {
  it.each([
    ["parnb", 'setting "parnb": there is no such setting (did you mean parenb?)'],
    ["-prenb", 'setting "-prenb": there is no such setting (did you mean -parenb?)'],
    ["sanee", 'setting "sanee": there is no such setting (did you mean sane?)'],
    ["mim=1", 'setting "mim=1": there is no such setting (did you mean min?)'],
    ["LCAS", 'setting "LCAS": there is no such setting (did you mean lcase?)'],
    ["zzzzzzzz", 'setting "zzzzzzzz": there is no such setting'],
    ["constructor", 'setting "constructor": there is no such setting'],
    ["-toString", 'setting "-toString": there is no such setting (did you mean -istrip?)'],
    ["", 'setting "": there is no such setting'],
    ["=", 'setting "=": there is no such setting'],
    ["-", 'setting "-": there is no such setting'],
    ["-cs8", "setting -cs8: it has no opposite"],
    ["-sane", "setting -sane: it has no opposite"],
    ["-intr", "setting -intr: it has no opposite"],
    ["-size", "setting -size: it has no opposite"],
    ["parenb=1", "setting parenb: it takes no value"],
    ["-echo=off", "setting -echo: it takes no value"],
    ["intr", "setting intr: it needs a value, such as intr ^C"],
    ["min", "setting min: it needs a value, such as min 1"],
    ["rows", "setting rows: it needs a value, such as rows 24"],
    ["ispeed", "setting ispeed: it needs a value, such as ispeed 9600"],
    ["min 256", 'setting min: "256" is not a whole number from 0 to 255'],
    ["min -1", 'setting min: "-1" is not a whole number from 0 to 255'],
    ["min 08", 'setting min: "08" is not a whole number from 0 to 255'],
    ["time=1.5", 'setting time: "1.5" is not a whole number from 0 to 255'],
    ["time=", 'setting time: "" is not a whole number from 0 to 255'],
    ["line 300", 'setting line: "300" is not a whole number from 0 to 255'],
    ["rows 65536", 'setting rows: "65536" is not a whole number from 0 to 65535'],
    ["cols x", 'setting cols: "x" is not a whole number from 0 to 65535'],
    ["ispeed fast", 'setting ispeed: "fast" is not a whole number from 0 to 4294967295'],
    ["4294967296", "setting 4294967296: a speed is a whole number from 0 to 4294967295"],
    ["intr ^1", 'setting intr: "^1" is no character: write ^C, x, 3, 0x03, 003 or undef'],
    ["intr ^CC", 'setting intr: "^CC" is no character'],
    ["intr 256", 'setting intr: "256" is no character'],
    ["intr é", 'setting intr: "é" is no character'],
    ["1:2:3", 'setting "1:2:3": it is no saved form of this system: it has 3 fields, not 36'],
    ["1:2:3:x", 'setting "1:2:3:x": it is no saved form of this system: "x" is no hexadecimal number'],
    [saved.slice(0, -2), "it has 35 fields, not 36"],
    [`${saved}0000000001`, "field 36 is 00000000001, and can be 0 at most"],
    [saved.replace(/^500/, "100000000"), "field 1 is 100000000, and can be ffffffff at most"],
    [saved.replace(":3:", ":100:"), "field 5 is 100, and can be ff at most"],
  ])("%s", (words, says) => {
    const list = words === "" ? [""] : words.split(" ");
    expect(() => parseSettings(list, didYouMean)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(says) }),
    );
  });

  it("whatever stands before and behind it", () => {
    expect(() => parseSettings(["raw", "rows", "24", "nonsense", "-echo"])).toThrow(/"nonsense"/);
  });
});

describe("a setting", () => {
  it("has its value behind a space or behind an equals sign", () => {
    for (const words of ["min 7 intr ^A rows 50", "min=7 intr=^A rows=50"]) {
      const request = parseSettings(words.split(" "));
      const termios = found("pty");
      request.change?.(termios);
      expect([getControl(termios, "VMIN"), getControl(termios, "VINTR"), request.size]).toEqual([
        7,
        1,
        { rows: 50 },
      ]);
    }
  });

  it.each([
    ["eol M-^?", 255],
    ["eol M-a", 0xe1],
    ["eol <undef>", 0],
    ["eol=", 0],
    ["eol==", 0x3d],
    ["flush ^X", 24],
  ])("is taken in the words in which characters are shown: %s", (words, byte) => {
    expect(getControl(made(words), words.startsWith("flush") ? "VDISCARD" : "VEOL")).toBe(byte);
  });

  it("is a flag that stty has no word for", () => {
    expect(hasFlag(made("pendin"), "PENDIN")).toBe(true);
    expect(hasFlag(made("pendin -pendin"), "PENDIN")).toBe(false);
    expect(hasFlag(made("addrb"), "ADDRB")).toBe(true);
  });

  it.each([1, 31250, 250000, 4294967295])("is a speed without a symbol: %i", (bps) => {
    const termios = made(`${bps}`);
    expect(lineSpeeds(termios)).toEqual({ ispeed: bps, ospeed: bps });
    expect(termios.cflag & CBAUD).toBe(BOTHER);
  });

  it("is an input speed of its own, which speeds of both ways take back", () => {
    expect(lineSpeeds(made("9600 ispeed 300"))).toEqual({ ispeed: 300, ospeed: 9600 });
    expect(lineSpeeds(made("ispeed=250000 ospeed=300"))).toEqual({ ispeed: 250000, ospeed: 300 });
    expect(lineSpeeds(made("ispeed 300 19200"))).toEqual({ ispeed: 19200, ospeed: 19200 });
    expect(lineSpeeds(made("ispeed 300 ispeed 0"))).toEqual({ ispeed: 38400, ospeed: 38400 });
    expect(made("ispeed 9600 ospeed 9600")).toEqual(made("9600"));
    expect(made("ospeed 9600 ispeed 9600")).toEqual(made("9600"));
  });

  it("is something to print, or a time to change", () => {
    expect(parseSettings(["speed", "size", "speed"])).toMatchObject({
      prints: ["speed", "size", "speed"],
      change: undefined,
    });
    expect(parseSettings(["drain"]).when).toBe("drain");
    expect(parseSettings(["-drain"]).when).toBe("now");
    expect(parseSettings(["raw"]).when).toBeUndefined();
  });

  it("is a saved form, which cannot say a speed without a symbol", () => {
    const form = formatSaved(made("31250"));
    expect(parseSettings([form]).unsaidSpeed).toBe(true);
    expect(parseSettings([form, "31250"]).unsaidSpeed).toBe(false);
    expect(parseSettings([formatSaved(made("ispeed 31250"))]).unsaidSpeed).toBe(true);
    expect(parseSettings([saved]).unsaidSpeed).toBe(false);
    const start = made("250000");
    parseSettings([form]).change?.(start);
    expect(lineSpeeds(start)).toEqual({ ispeed: 250000, ospeed: 250000 });
  });
});
