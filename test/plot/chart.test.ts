/** The picture in a terminal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChartLooks, drawChart } from "../../src/plot/chart.js";
import { Dots } from "../../src/plot/dots.js";
import { pictureOf } from "../../src/plot/picture.js";
import { createAutoRange } from "../../src/plot/scale.js";
import { SeriesSet } from "../../src/plot/series.js";

const PLAIN: ChartLooks = { color: false, utf8: false };
const BRAILLE: ChartLooks = { color: false, utf8: true };

function setOf(columns: Record<string, readonly number[]>): SeriesSet {
  const set = new SeriesSet({ x: { kind: "index" }, kept: { points: 1000 } });
  const length = Math.max(...Object.values(columns).map((values) => values.length));
  for (let at = 0; at < length; at++) {
    const row = Object.entries(columns).flatMap(([name, values]) =>
      at < values.length ? [{ name, value: values[at]!, text: String(values[at]) }] : [],
    );
    set.push(row, at * 1e6);
  }
  return set;
}

function chart(columns: Record<string, readonly number[]>, rows: number, width: number, looks: ChartLooks) {
  const set = setOf(columns);
  const picture = pictureOf(set, { shown: set.list, zoom: 1, range: createAutoRange(), startWall: 0 });
  return drawChart({ ...picture, window: picture.window! }, { rows, columns: width }, looks);
}

describe("a chart", () => {
  it("is drawn in braille dots, with round numbers at its scales", () => {
    expect(chart({ a: Array.from({ length: 100 }, (_, at) => Math.sin(at / 8)) }, 12, 40, BRAILLE)).toEqual([
      " 1.0┤   ⡔⠉⠣⡀             ⡠⠚⠙⢄           ",
      "    │  ⡔⠁  ⠸⡀           ⢀⠇  ⠈⢆          ",
      " 0.5┤ ⢸     ⢱           ⡎    ⠘⡄         ",
      "    │⢠⠃     ⠈⡆         ⡰⠁     ⠱⡀        ",
      "    │⡸       ⢸         ⡇       ⡇        ",
      "   0┤⠁       ⠈⢆       ⡜        ⠘⡄      ⢀",
      "    │         ⠈⡆     ⢰⠁         ⢇      ⡎",
      "-0.5┤          ⢣    ⢀⠎          ⠈⡆    ⢠⠃",
      "    │           ⢇   ⡸            ⠱⡀  ⢀⠇ ",
      "-1.0┤           ⠈⢆⣀⠜              ⠸⢄⡠⠊  ",
      "    └┬────────────────┬─────────────────",
      "     0               50",
    ]);
  });

  it("has marks where there is neither UTF-8 nor colour, one letter for each series", () => {
    expect(chart({ up: [0, 1, 2, 3, 4], down: [4, 3, 2, 1, 0] }, 7, 24, PLAIN)).toEqual([
      "4+bbb                aaa",
      " |   bbbb        aaaa   ",
      " |       bbb   aa       ",
      "2+        aabbbb        ",
      " |   aaaaa      bbbbb   ",
      "0+aaa                bbb",
      "  0          2         4",
    ]);
  });

  it("is as high and as wide as it may be, whatever is in it", () => {
    const value = fc.oneof(
      fc.integer(),
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constant(Number.NaN),
    );
    const values = fc.array(value, { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("a", "b", "c"), values, { minKeys: 1 }),
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 24, max: 120 }),
        fc.boolean(),
        fc.boolean(),
        (columns, rows, width, color, utf8) => {
          fc.pre(Object.values(columns).some((all) => all.some((one) => !Number.isNaN(one))));
          const lines = chart(columns, rows, width, { color, utf8 });
          expect(lines).toHaveLength(rows);
          for (const line of lines) {
            const text = line.replace(/\x1b\[\d*m/g, "");
            expect(text.length).toBeLessThanOrEqual(width);
            if (!color) expect(line).toBe(text);
            else if (line !== text)
              expect(line.endsWith("\x1b[0m") || !/\x1b\[[1-9]\d*m[^\x1b]*$/.test(line)).toBe(true);
            if (!utf8) expect(text).toMatch(/^[ -~]*$/);
          }
        },
      ),
    );
  });

  it("shows a peak of one value among a hundred thousand", () => {
    const values = Array.from({ length: 100_000 }, (_, at) => (at === 54_321 ? 10 : 0));
    const set = new SeriesSet({ x: { kind: "index" }, kept: { points: 100_000 } });
    for (const value of values) set.push([{ name: "a", value, text: String(value) }], 0);
    const picture = pictureOf(set, { shown: set.list, zoom: 1, range: createAutoRange(), startWall: 0 });
    const rows = drawChart({ ...picture, window: picture.window! }, { rows: 12, columns: 60 }, PLAIN);
    expect(rows[0]).toMatch(/^10\+ +\* *$/);
    expect(rows.slice(0, 10).every((row) => row.includes("*"))).toBe(true);
  });

  it("has no line over a gap, and one between all others", () => {
    const [with_, without] = [
      chart({ a: [1, 2, Number.NaN, 2, 1] }, 8, 40, PLAIN),
      chart({ a: [1, 2, 2, 2, 1] }, 8, 40, PLAIN),
    ];
    const middle = (rows: string[]) =>
      rows
        .slice(0, -1)
        .map((row) => row.slice(18, 24))
        .join("");
    expect(middle(with_)).not.toContain("*");
    expect(middle(without)).toContain("*");
  });
});

describe("a line of dots", () => {
  it("is cut at the edges, wherever its ends are", () => {
    const place = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(place, place, place, place, (x0, y0, x1, y1) => {
        const dots = new Dots(10, 5, "braille");
        dots.line(x0, y0, x1, y1, 0);
        expect(dots.rows(false, true).every((row) => row.length === 10)).toBe(true);
      }),
    );
    const dots = new Dots(5, 1, "marks");
    dots.line(-100, 0, 100, 0, 0);
    expect(dots.rows(false, true)).toEqual(["*****"]);
  });

  it("is joined: no two neighbours of its dots are more than one apart", () => {
    fc.assert(
      fc.property(fc.nat(19), fc.nat(19), fc.nat(19), fc.nat(19), (x0, y0, x1, y1) => {
        const dots = new Dots(20, 20, "marks");
        dots.line(x0, y0, x1, y1, 0);
        const count = dots.rows(false, true).join("").replaceAll(" ", "").length;
        expect(count).toBe(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) + 1);
      }),
    );
  });
});
