/** TOML as robin reads it: values with their lines, and what is wrong with a text in words that help. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainValue } from "../../src/profiles/plain-value.js";
import { parseToml, TomlError } from "../../src/profiles/toml.js";
import { tomlKey, tomlValue } from "../../src/profiles/toml-write.js";
import { decodeText } from "../../src/profiles/utf8.js";

/** `line: message` of what is wrong. */
function fault(text: string): string {
  try {
    parseToml(text);
  } catch (error) {
    expect(error).toBeInstanceOf(TomlError);
    return `${(error as TomlError).line}: ${(error as TomlError).message}`;
  }
  throw new Error(`${text} was taken`);
}

describe("a text that is TOML", () => {
  it.each([
    ["[profile.board]\nbps = 115_200\n", ["profile", "board", "bps"], 115200n, 2],
    ["profile.board.bps = 0x10\n", ["profile", "board", "bps"], 16n, 1],
    ["[profile]\nboard = { bps = 1 }\n", ["profile", "board", "bps"], 1n, 2],
    ["[profile.\"a.b\"]\r\n\r\nlog = 'C:\\x'\r\n", ["profile", "a.b", "log"], "C:\\x", 3],
    ['a = [\n  "x", # one\n  "y",\n]\n', ["a"], ["x", "y"], 1],
    ["__proto__ = true\n", ["__proto__"], true, 1],
  ])("%j has its values with their paths and lines", (text, path, value, line) => {
    expect(parseToml(text).leaves).toEqual([expect.objectContaining({ path, value, line })]);
  });

  it("has ranges that are the text's own, whatever characters stand before them", () => {
    const text = '# 😀 ü\nname = "😀é" # done\nbps = 9600\n';
    const { leaves, comments } = parseToml(text);
    expect(leaves.map(({ range }) => text.slice(...range))).toEqual(['name = "😀é"', "bps = 9600"]);
    expect(leaves.map(({ valueRange }) => text.slice(...valueRange))).toEqual(['"😀é"', "9600"]);
    expect(comments.map((range) => text.slice(...range))).toEqual(["# 😀 ü", "# done"]);
  });

  it("gives back every text, number and switch that is written into it", () => {
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.boolean(), fc.nat());
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), value, (key, written) => {
        fc.pre([key, String(written)].every((text) => Buffer.from(text).toString() === text)); // no half of a pair
        const [leaf] = parseToml(`${tomlKey(key)} = ${tomlValue(written)}\n`).leaves;
        expect(leaf!.path).toEqual([key]);
        expect(plainValue(leaf!.value)).toBe(typeof written === "number" ? String(written) : written);
      }),
    );
  });
});

describe("a text that is no TOML is told with the line that it is on", () => {
  it.each([
    ["a = 1\na = 2\n", "2: this is there already: a key or a table stands once"],
    ["[profile.a]\nx=1\n\n[profile.a]\n", "4: this is there already: a key or a table stands once"],
    ["[profile.a]\nbps =\n\n\nx = 1\n", "2: a value is missing behind ="],
    ["bps 9600\n", "1: = is missing behind the key"],
    ["\nbps = 9600 8N1\n", "2: there is more on the line than belongs there"],
    ['a = "x\n', "1: a text has no quote at its end"],
    ["a = [1,\nb = 2\n", '2: "b" does not belong there'],
    ["a = 1\u0000\n", '1: "\\u0000" does not belong there'],
    ["[profile.board\nx = 1\n", "1: key, = and value, or [ and ], have to be on one line"],
    [
      "[profile.a]\nport = /dev/ttyUSB0 # mine\n",
      '2: "/dev/ttyUSB0" is no value: a text stands in quotes, a switch is true or false',
    ],
    ["hwflow = yes\n", '1: "yes" is no value: a text stands in quotes, a switch is true or false'],
    ['x = "\\q"\n', "1: invalid character in escape sequence"],
  ])("%j", (text, told) => {
    expect(fault(text)).toBe(told);
  });

  it("never in another way, whatever the text is", () => {
    const parts = fc.constantFrom(
      "[",
      "]",
      "{",
      "}",
      "=",
      ",",
      ".",
      '"',
      "'",
      "\n",
      "\r\n",
      "#",
      " ",
      "a",
      "1",
      "-",
      "\\",
      "é",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (words) => {
        const text = words.join("");
        try {
          parseToml(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TomlError);
          const { line, message } = error as TomlError;
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split("\n").length);
          expect(message).not.toContain("\n");
        }
      }),
    );
  });
});

describe("bytes", () => {
  it("are UTF-8, with or without a byte order mark, or told with their line", () => {
    expect(decodeText(Buffer.from("\ufeffa = 1"))).toEqual({ text: "a = 1" });
    expect(decodeText(Buffer.from([0x61, 0x0a, 0x62, 0xff, 0x0a, 0x63]))).toEqual({ badLine: 2 });
    expect(decodeText(Buffer.from([0x61, 0x0a, 0xc3]))).toEqual({ badLine: 2 });
  });
});
