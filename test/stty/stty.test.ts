/** The words of stty, measured by the stty of this system, on ptys with any settings. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatAll } from "../../src/stty/format.js";
import { parseSettings } from "../../src/stty/parse.js";
import { formatSaved } from "../../src/stty/saved.js";
import { getWindowSize, setWindowSize } from "../../src/tty/ioctl.js";
import { getTermios, setFlag, setTermios, type Termios } from "../../src/tty/termios.js";
import {
  anySize,
  applied,
  operandsOfHelp,
  printedAll,
  printedSaved,
  sttyTermios,
  sttyWidth,
} from "../golden/real-stty.js";
import { found } from "../golden/settings.js";
import { TestPty } from "../support/test-pty.js";

const BATCH = 64;
let ptys: TestPty[];
beforeAll(() => {
  ptys = Array.from({ length: BATCH }, () => new TestPty());
});
afterAll(() => {
  for (const pty of ptys) pty.close();
});

const anySettings = fc.tuple(sttyTermios, anySize);
const batch = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: BATCH, maxLength: BATCH });

describe("what is printed of two thousand random settings", () => {
  it("is what stty -a and stty -g print, byte for byte, at any width", () => {
    const width = fc.oneof(fc.constant(80), fc.integer({ min: 1, max: 300 }));
    const property = fc.property(batch(anySettings), width, (settings, columns) => {
      for (const [at, [termios, size]] of settings.entries()) {
        setTermios(ptys[at]!.slave, termios);
        setWindowSize(ptys[at]!.slave, size);
      }
      const lineWidth = sttyWidth(columns);
      const ours = ptys.map(({ slave }) => {
        const termios = getTermios(slave);
        setFlag(termios, "PENDIN", false); // stty has no word for it
        return formatAll(termios, getWindowSize(slave), lineWidth).trimEnd();
      });
      expect(ours).toEqual(printedAll(ptys, columns));
      const some = ptys.slice(0, 8);
      expect(some.map(({ slave }) => formatSaved(getTermios(slave)))).toEqual(printedSaved(some));
    });
    fc.assert(property, { numRuns: 2048 / BATCH, endOnFailure: true });
  });
});

describe("every operand of stty --help", () => {
  const operands = operandsOfHelp();

  it("is found there", () => {
    expect(operands.length).toBeGreaterThan(300);
    for (const word of ["raw", "-raw", "cs5", "tab3", "-tabs", "-hup", "LCASE", "sane", "4000000", "exta"]) {
      expect(operands).toContainEqual([word]);
    }
  });

  it("does what stty does, from any settings", () => {
    const starts = fc.sample(anySettings, operands.length);
    const differing: unknown[] = [];
    for (let first = 0; first < operands.length; first += BATCH / 2) {
      const some = operands.slice(first, first + BATCH / 2).map((words, at) => {
        const [theirs, ours] = [ptys[2 * at]!, ptys[2 * at + 1]!];
        const [termios, size] = starts[first + at]!;
        for (const { slave } of [theirs, ours]) {
          setTermios(slave, termios);
          setWindowSize(slave, size);
        }
        return { words, theirs, ours };
      });
      applied(some.map(({ theirs, words }) => [theirs, words]));
      for (const { words, theirs, ours } of some) {
        apply(ours, words);
        const [left, right] = [settingsOf(theirs), settingsOf(ours)];
        if (JSON.stringify(left) !== JSON.stringify(right)) differing.push({ words, left, right });
      }
    }
    expect(differing).toEqual([]);
  });

  it("does what stty does, several of them in their order", () => {
    const lists = fc.array(fc.constantFrom(...operands), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(lists, { minLength: BATCH / 2, maxLength: BATCH / 2 }),
        anySettings,
        (many, [start]) => {
          for (const { slave } of ptys) setTermios(slave, start);
          applied(many.map((words, at) => [ptys[2 * at]!, words.flat()]));
          for (const [at, words] of many.entries()) {
            apply(ptys[2 * at + 1]!, words.flat());
            expect([words, settingsOf(ptys[2 * at + 1]!)]).toEqual([words, settingsOf(ptys[2 * at]!)]);
          }
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

describe("a saved form", () => {
  it("of any settings, saved by either, gives them back through the other", () => {
    fc.assert(
      fc.property(batch(sttyTermios), batch(sttyTermios), (wanted, start) => {
        const half = BATCH / 2;
        const forms = wanted.slice(0, half).map((termios, at) => {
          setTermios(ptys[at]!.slave, termios);
          return getTermios(ptys[at]!.slave);
        });
        const sttys = printedSaved(ptys.slice(0, half));
        for (const [at, termios] of start.slice(0, half).entries()) {
          setTermios(ptys[half + at]!.slave, termios);
          apply(ptys[half + at]!, [sttys[at]!]);
          expect(withoutLine(getTermios(ptys[half + at]!.slave))).toEqual(withoutLine(forms[at]!));
          setTermios(ptys[half + at]!.slave, termios);
        }
        applied(forms.map((termios, at) => [ptys[half + at]!, [formatSaved(termios)]]));
        for (const [at, termios] of forms.entries()) {
          expect(withoutLine(getTermios(ptys[half + at]!.slave))).toEqual(withoutLine(termios));
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it("of a pty as it is found is the one that every Linux prints", () => {
    expect(formatSaved(found("pty"))).toBe(
      `500:5:bf:8a3b:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0${":0".repeat(15)}`,
    );
  });
});

function apply({ slave }: TestPty, words: readonly string[]): void {
  const { change, size } = parseSettings(words);
  const termios = getTermios(slave);
  change?.(termios);
  setTermios(slave, termios);
  if (Object.keys(size).length > 0) setWindowSize(slave, size);
}

function settingsOf({ slave }: TestPty): unknown {
  return {
    saved: formatSaved(getTermios(slave)),
    all: formatAll(getTermios(slave), getWindowSize(slave), 80),
  };
}

/** The line discipline is no part of it. */
function withoutLine(termios: Termios): Termios {
  return { ...termios, line: 0 };
}
