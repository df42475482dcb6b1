/** What a driver did not take, in stty's words: every setting that differs and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSettings, compareSizes } from "../../src/stty/compare.js";
import { parseSettings } from "../../src/stty/parse.js";
import { copyTermios, setFlag, setSpeed, type Termios } from "../../src/tty/termios.js";
import { FLAGS } from "../../src/tty/termios-names.js";
import { anyTermios, found, names } from "../golden/settings.js";

function changed(words: string, from: Termios = found("pty")): Termios {
  const termios = copyTermios(from);
  parseSettings(words.split(" ")).change?.(termios);
  return termios;
}

/** As `robin termios` says it. */
function said(asked: Termios, took: Termios): string[] {
  return compareSettings(asked, took).map((one) => `${one.asked} (${one.took} stands)`);
}

describe("what the driver did not take", () => {
  it("is nothing where all of it stands", () => {
    fc.assert(fc.property(anyTermios, (asked) => void expect(said(asked, copyTermios(asked))).toEqual([])));
  });

  it("is one flag where one flag differs, whatever else stands", () => {
    const oneBit = names((name) => FLAGS[name].choiceOf === undefined);
    fc.assert(
      fc.property(anyTermios, fc.constantFrom(...oneBit), fc.boolean(), (start, name, on) => {
        const [asked, took] = [copyTermios(start), copyTermios(start)];
        setFlag(asked, name, on);
        setFlag(took, name, !on);
        const word = name.toLowerCase();
        expect(said(asked, took)).toEqual([on ? `${word} (-${word} stands)` : `-${word} (${word} stands)`]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["cs7", ["cs7 (cs8 stands)"]],
    ["tab3 cr2", ["cr2 (cr0 stands)", "tab3 (tab0 stands)"]],
    [
      "intr ^A eol M-^? min 7 time 3",
      ["intr ^A (^C stands)", "eol M-^? (<undef> stands)", "min 7 (1 stands)", "time 3 (0 stands)"],
    ],
    ["intr undef", ["intr <undef> (^C stands)"]],
    ["230400", ["speed 230400 (38400 stands)"]],
    ["ispeed 9600", ["ispeed 9600 (38400 stands)"]],
    ["ispeed 9600 ospeed 300", ["ispeed 9600 (38400 stands)", "ospeed 300 (38400 stands)"]],
    ["0", ["speed 0 (38400 stands)"]],
    ["line 5", ["line 5 (0 stands)"]],
    [
      "parenb -echo raw",
      [
        "parenb (-parenb stands)",
        "-icrnl (icrnl stands)",
        "-ixon (ixon stands)",
        "-opost (opost stands)",
        "-isig (isig stands)",
        "-icanon (icanon stands)",
        "-echo (echo stands)",
      ],
    ],
  ])("is %s as far as it does not stand", (words, says) => {
    expect(said(changed(words), found("pty"))).toEqual(says);
  });

  it("is no speed that an asynchronous frame is still read right at", () => {
    const [asked, took] = [found("pty"), found("pty")];
    setSpeed(asked, 100_000);
    setSpeed(took, 98_000);
    expect(said(asked, took)).toEqual([]);
    setSpeed(took, 97_999);
    expect(said(asked, took)).toEqual(["speed 100000 (97999 stands)"]);
  });

  it("is a bit without a name, which only a saved form can hold", () => {
    const asked = { ...found("pty"), iflag: (found("pty").iflag | 0x80000000) >>> 0 };
    expect(said(asked, found("pty"))).toEqual(["unnamed bits of c_iflag 0x80000000 (0x0 stands)"]);
  });

  it("is a size that was asked for", () => {
    expect(compareSizes({ rows: 5 }, { rows: 5, columns: 7 })).toEqual([]);
    expect(compareSizes({ rows: 5, columns: 80 }, { rows: 5, columns: 7 })).toEqual([
      { setting: "columns", asked: "columns 80", took: "7" },
    ]);
  });
});
