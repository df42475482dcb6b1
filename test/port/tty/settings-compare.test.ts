/** What a driver did not take: every field that differs, by its name, and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareTermios } from "../../../src/port/tty/settings.js";
import { copyTermios, hasFlag, setFlag } from "../../../src/tty/termios.js";
import {
  CONTROL_CHARACTERS,
  type ControlCharacter,
  FLAGS,
  type FlagName,
} from "../../../src/tty/termios-names.js";
import { anyTermios, found, names } from "../../golden/settings.js";

/** Flags the kernel changes by itself. */
const VOLATILE: readonly FlagName[] = ["PENDIN", "FLUSHO"];

describe("what the driver did not take", () => {
  it("is nothing where all of it stands", () => {
    fc.assert(
      fc.property(anyTermios, (asked) => void expect(compareTermios(asked, copyTermios(asked))).toEqual([])),
    );
  });

  const choices = names((name) => /^(CS|NL|CR|TAB|BS|VT|FF)\d$/.test(name));
  const oneBit = names((name) => !choices.includes(name) && !VOLATILE.includes(name));
  it.each(oneBit)("is exactly %s where that flag alone differs", (name) => {
    fc.assert(
      fc.property(anyTermios, fc.boolean(), (start, on) => {
        const [asked, took] = [copyTermios(start), copyTermios(start)];
        setFlag(asked, name, on);
        setFlag(took, name, !on);
        const words = on ? { asked: "on", took: "off" } : { asked: "off", took: "on" };
        expect(compareTermios(asked, took)).toEqual([{ setting: name, ...words }]);
      }),
      { numRuns: 10 },
    );
  });

  const pairs = choices.flatMap((asked) =>
    choices
      .filter((took) => took !== asked && FLAGS[took].mask === FLAGS[asked].mask)
      .filter((took) => FLAGS[took].field === FLAGS[asked].field)
      .map((took) => ({ asked, took })),
  );
  it.each(pairs)("says $took where $asked was asked for", ({ asked, took }) => {
    const [wanted, stands] = [found("allSet"), found("allSet")];
    setFlag(wanted, asked);
    setFlag(stands, took);
    const setting = asked.startsWith("CS") ? "CSIZE" : `${asked.slice(0, -1)}DLY`;
    expect(compareTermios(wanted, stands)).toEqual([{ setting, asked, took }]);
  });

  it.each(Object.keys(CONTROL_CHARACTERS) as ControlCharacter[])(
    "is exactly %s where it alone differs",
    (name) => {
      const took = found("pty");
      took.cc[CONTROL_CHARACTERS[name]] = 99;
      const asked = String(found("pty").cc[CONTROL_CHARACTERS[name]]);
      expect(compareTermios(found("pty"), took)).toEqual([{ setting: name, asked, took: "99" }]);
    },
  );

  it("is the line discipline where that differs", () => {
    expect(compareTermios(found("uart"), { ...found("uart"), line: 3 })).toEqual([
      { setting: "line discipline", asked: "0", took: "3" },
    ]);
  });

  it.each(VOLATILE)("is never %s, which the kernel changes by itself", (name) => {
    const took = found("allClear");
    setFlag(took, name);
    expect(compareTermios(found("allClear"), took)).toEqual([]);
  });

  it.each([
    [115200, 115200, []],
    [115200, 115384, []], // 48 MHz / 416
    [115200, 117504, []], // 2 % more
    [115200, 117505, [{ setting: "speed", asked: "115200", took: "117505" }]],
    [115200, 112896, []], // 2 % less
    [115200, 112895, [{ setting: "speed", asked: "115200", took: "112895" }]],
    [12345, 9600, [{ setting: "speed", asked: "12345", took: "9600" }]],
    [1, 0, [{ setting: "speed", asked: "1", took: "0" }]],
  ])("of a speed of %i that stands at %i is %j: two in a hundred are read right", (asked, took, refusals) => {
    const at = (bps: number) => ({ ...found("uart"), ispeed: bps, ospeed: bps });
    expect(compareTermios(at(asked), at(took))).toEqual(refusals);
  });

  it("is the input speed where that alone differs", () => {
    expect(compareTermios(found("uart"), { ...found("uart"), ispeed: 1200 })).toEqual([
      { setting: "input speed", asked: "9600", took: "1200" },
    ]);
  });

  it("is every field that differs, and each once", () => {
    const refused = compareTermios(found("allSet"), found("allClear")).map((one) => one.setting);
    const flags = oneBit.filter((name) => hasFlag(found("allSet"), name));
    expect(refused.filter((setting) => !setting.endsWith("DLY")).sort()).toEqual(
      ["speed", "CSIZE", "line discipline", ...Object.keys(CONTROL_CHARACTERS), ...flags].sort(),
    );
  });
});
