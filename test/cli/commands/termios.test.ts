/** The command line of `robin termios`: which words are settings and which are options. */
import { describe, expect, it } from "vitest";
import { termios } from "../../../src/cli/commands/termios.js";
import { parseArguments } from "../../../src/cli/parse.js";
import { COMBINATIONS, FLAG_ALIASES } from "../../../src/stty/words.js";
import { FLAGS } from "../../../src/tty/termios-names.js";

const parse = (...argv: string[]) => parseArguments(argv, termios);

describe("a word that starts with a dash", () => {
  const words = [...Object.keys(FLAGS).map((name) => name.toLowerCase()), ...Object.keys(FLAG_ALIASES)];
  it.each([...words, ...Object.keys(COMBINATIONS), "drain", "prenb"])("is a setting: -%s", (word) => {
    expect(parse("ttyS0", `-${word}`)).toMatchObject({ positional: ["ttyS0", `-${word}`] });
    expect(parse(`-${word}`, "--json").positional).toEqual([`-${word}`]);
  });

  it.each([
    ["-v", "verbose"],
    ["-vv", "verbose"],
    ["-q", "quiet"],
    ["-g", "save"],
    ["-h", "help"],
    ["-?", "help"],
    ["-qg", "save"],
  ])("is an option where all of its letters are: %s", (word, option) => {
    const { positional, values } = parse("ttyS0", word);
    expect(positional).toEqual(["ttyS0"]);
    expect(values.get(option)).toBeTruthy();
  });

  it("is a value where one is wanted, or behind two dashes", () => {
    expect(parse("ttyS0", "min", "-5", "intr", "-").positional).toEqual(["ttyS0", "min", "-5", "intr", "-"]);
    expect(parse("ttyS0", "--", "-v").positional).toEqual(["ttyS0", "-v"]);
    expect(parse("-").positional).toEqual(["-"]);
  });

  it.each(["--jsn", "-x", "--saev"])("is a usage error where it is none of these: %s", (word) => {
    expect(() => parse("ttyS0", word)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
