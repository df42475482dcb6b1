/** What is printed and stty would not say, or not rightly; and the document for programs. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatAll, formatSpeed } from "../../src/stty/format.js";
import { settingsDocument } from "../../src/stty/json.js";
import { formatCharacter, parseCharacter } from "../../src/stty/values.js";
import {
  lineSpeeds,
  setControl,
  setFlag,
  setInputSpeed,
  setOutputSpeed,
  setSpeed,
} from "../../src/tty/termios.js";
import { BOTHER, CBAUD, CIBAUD, IBSHIFT, SYMBOLIC_SPEEDS } from "../../src/tty/termios-names.js";
import { found } from "../golden/settings.js";

const SIZE = { rows: 24, columns: 80 };

describe("what is printed", () => {
  it("is a speed without a symbol", () => {
    const termios = found("pty");
    setSpeed(termios, 250_000);
    expect(formatAll(termios, SIZE, 80)).toMatch(/^speed 250000 baud; rows 24; columns 80; line = 0;\n/);
    expect(formatSpeed(termios)).toBe("250000");
  });

  it("is an input speed of its own", () => {
    const termios = found("pty");
    setInputSpeed(termios, 1200);
    expect(formatAll(termios, SIZE, 80)).toMatch(/^ispeed 1200 baud; ospeed 38400 baud; rows 24;/);
    expect(formatSpeed(termios)).toBe("1200 38400");
  });

  it("is a flag that stty does not know, at the end of its field's, and only where it is set", () => {
    const termios = found("pty");
    const before = formatAll(termios, SIZE, 300);
    setFlag(termios, "PENDIN");
    setFlag(termios, "ADDRB");
    expect(formatAll(termios, SIZE, 300)).toBe(
      before.replace("-crtscts\n", "-crtscts addrb\n").replace("-extproc\n", "-extproc pendin\n"),
    );
  });

  it("is wrapped so that no line is longer than the terminal is wide", () => {
    for (let width = 40; width < 200; width++) {
      const lines = formatAll(found("pty"), SIZE, width).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });
});

describe("a character", () => {
  it("is read as the one it was printed for, all 256", () => {
    for (let byte = 0; byte < 256; byte++) expect(parseCharacter(formatCharacter(byte))).toBe(byte);
  });
});

describe("the speeds", () => {
  it("are those of their symbols, whatever the speed fields hold", () => {
    for (const [bps, symbol] of SYMBOLIC_SPEEDS) {
      const cflag = ((found("pty").cflag & ~CBAUD) | symbol) >>> 0;
      expect(lineSpeeds({ ...found("pty"), cflag, ispeed: 1, ospeed: 2 })).toEqual({
        ispeed: bps,
        ospeed: bps,
      });
    }
  });

  it("are those of the speed fields where there is no symbol", () => {
    const cflag = found("pty").cflag | BOTHER | (BOTHER << IBSHIFT);
    const termios = {
      ...found("pty"),
      cflag: ((cflag & ~0o17) | BOTHER) >>> 0,
      ispeed: 31_250,
      ospeed: 250_000,
    };
    expect(lineSpeeds(termios)).toEqual({ ispeed: 31_250, ospeed: 250_000 });
  });

  it("go together until the input speed is set apart", () => {
    const termios = found("pty");
    setOutputSpeed(termios, 9600);
    expect(termios).toMatchObject({ ispeed: 9600, ospeed: 9600 });
    setInputSpeed(termios, 31_250);
    setOutputSpeed(termios, 300);
    expect(lineSpeeds(termios)).toEqual({ ispeed: 31_250, ospeed: 300 });
    setOutputSpeed(termios, 31_250);
    expect(termios.cflag & CIBAUD).toBe(0);
    setInputSpeed(termios, 50);
    setInputSpeed(termios, 0);
    expect(lineSpeeds(termios)).toEqual({ ispeed: 31_250, ospeed: 31_250 });
  });
});

describe("the document for programs", () => {
  it("of a pty is the golden one", () => {
    const golden = JSON.parse(
      readFileSync(new URL("../golden/termios-document.json", import.meta.url), "utf8"),
    );
    const termios = found("pty");
    expect(settingsDocument(termios, SIZE)).toEqual(golden);
    setControl(termios, "VEOL", 255);
    setFlag(termios, "CS5");
    setFlag(termios, "TAB3");
    setFlag(termios, "PARENB");
    setSpeed(termios, 250_000);
    setInputSpeed(termios, 1200);
    expect(settingsDocument(termios, SIZE)).toEqual({
      ...golden,
      ispeed: 1200,
      ospeed: 250_000,
      csize: 5,
      tabdly: 3,
      cflag: { ...golden.cflag, parenb: true },
      cc: { ...golden.cc, eol: "M-^?" },
    });
  });
});
