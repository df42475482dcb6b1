/** What is said of the screen's looks, and what is made of it. */
import { describe, expect, it } from "vitest";
import { COLORS } from "../../src/bytes/paint.js";
import { TIME_FORMATS } from "../../src/bytes/time-format.js";
import { parseArguments } from "../../src/cli/parse.js";
import { VIEW_OPTIONS, viewOptions } from "../../src/cli/view-options.js";

const SYNTAX = { usage: "robin", options: VIEW_OPTIONS };
const view = (...argv: string[]) => viewOptions(parseArguments(argv, SYNTAX).values);
const NOTHING = {
  hex: false,
  printable: false,
  timestamp: undefined,
  rxColor: undefined,
  txColor: undefined,
};

describe("options of the screen", () => {
  it("change nothing where none is given", () => {
    expect(view()).toEqual(NOTHING);
  });

  it.each([
    ["-x", "hex"],
    ["--hex", "hex"],
    ["--printable", "printable"],
  ])("%s asks for the view %s", (word, name) => {
    expect(view(word)).toEqual({ ...NOTHING, [name]: true });
  });

  it.each([
    ["-t", "time"],
    ["--timestamp", "time"],
    ["-t=iso", "iso"],
    ["--timestamp=%H:%M", "%H:%M"],
  ])("%s asks for stamps by %s", (word, name) => {
    expect(view(word)).toEqual({ ...NOTHING, timestamp: expect.objectContaining({ name }) });
  });

  it("have every time format and every colour", () => {
    for (const { name } of TIME_FORMATS) expect(view(`-t=${name}`).timestamp?.name).toBe(name);
    for (const name of COLORS.keys()) {
      expect(view("--rx-color", name).rxColor?.name).toBe(name);
      expect(view(`--tx-color=${name}`).txColor?.name).toBe(name);
    }
  });

  it("go together", () => {
    const { hex, printable, timestamp, rxColor, txColor } = view(
      ...["-xt=start", "--printable", "--rx-color", "red", "--tx-color", "dim"],
    );
    expect([hex, printable, timestamp?.name, rxColor?.name, txColor?.name]).toEqual([
      true,
      true,
      "start",
      "red",
      "dim",
    ]);
  });

  it("are taken back by false", () => {
    const names = VIEW_OPTIONS.map(({ name }) => [name, false] as const);
    expect(viewOptions(new Map(names))).toEqual(NOTHING);
  });

  it.each([
    ["--timestamp=tiem", /^option --timestamp: time format "tiem": it is not one of time, start/],
    ["--timestamp=", /^option --timestamp: time format "": /],
    ["--rx-color=rde", /^option --rx-color: colour "rde": it is not one of black/],
    ["--tx-color=", /^option --tx-color: colour "": /],
  ])("%s is refused with what there is", (word, message) => {
    expect(() => view(word)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }),
    );
  });
});
