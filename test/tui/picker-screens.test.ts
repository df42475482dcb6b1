import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/bytes/char-width.js";
import { frameOf } from "../../src/tui/frame.js";
import { windowOf } from "../../src/tui/picker/layout.js";
import { Picker } from "../../src/tui/picker/picker.js";
import type { PickerRow } from "../../src/tui/picker/row.js";
import type { Looks, Size } from "../../src/tui/surface.js";
import { expectScreen } from "../support/face.js";
import { DESK, MANY, row } from "./picker-rows.js";

const PLAIN: Looks = { color: false, utf8: true, isPlain: false };

function open(rows: readonly PickerRow[], looks: Looks = PLAIN): Picker {
  const picker = new Picker({
    looks,
    nowMs: () => 0,
    onChoose: () => {},
    onLeave: () => {},
    onSuspend: () => {},
    onChange: () => {},
    onRedraw: () => {},
  });
  picker.setRows(rows);
  return picker;
}

function screen(picker: Picker, size: Size, looks: Looks = PLAIN): string[] {
  const rows = frameOf(picker.view.render(size), size, looks);
  expect(rows).toHaveLength(size.rows);
  for (const line of rows) expect(textWidth(withoutColor(line))).toBeLessThanOrEqual(size.columns);
  return rows;
}

const trimmed = (rows: readonly string[]) => rows.map((line) => line.trimEnd());
const withoutColor = (text: string) => text.replaceAll(/\x1b\[[0-9;]*m/g, "");

describe("the picker's screen", () => {
  it.each([
    ["80x24", { rows: 24, columns: 80 }],
    ["40x10", { rows: 10, columns: 40 }],
    ["120x40", { rows: 40, columns: 120 }],
    ["20x5", { rows: 5, columns: 20 }],
    ["19x5", { rows: 5, columns: 19 }],
    ["80x4", { rows: 4, columns: 80 }],
  ])("at %s", (name, size) => {
    expectScreen(trimmed(screen(open(DESK), size)), `picker-${name}`);
  });

  it("has ASCII alone where the terminal has no more", () => {
    const looks = { ...PLAIN, utf8: false };
    const rows = screen(open(DESK, looks), { rows: 24, columns: 60 }, looks);
    expectScreen(trimmed(rows), "picker-ascii");
    for (const line of rows) expect(line).toMatch(/^[\x20-\x7e]*$/);
  });

  it("says in colour nothing that it does not say without", () => {
    const size = { rows: 24, columns: 80 };
    const looks = { ...PLAIN, color: true };
    const colored = screen(open(DESK, looks), size, looks);
    expect(colored.join("")).toContain("\x1b[");
    expect(trimmed(colored.map(withoutColor))).toEqual(trimmed(screen(open(DESK), size)));
  });

  it("says what to do where there is no port, and that a filter fits nothing", () => {
    const demo = [row("demo:", { about: "an emulated board, for when there is no hardware" })];
    expectScreen(trimmed(screen(open(demo), { rows: 16, columns: 80 })), "picker-no-port");
    expectScreen(trimmed(screen(open(demo), { rows: 10, columns: 40 })), "picker-no-port-small");
    const picker = open(DESK);
    picker.model.type("nothing such");
    expectScreen(trimmed(screen(picker, { rows: 14, columns: 60 })), "picker-nothing-fits");
  });

  it("shows the reason and the help for what is selected, also where there is little room", () => {
    const picker = open(DESK);
    picker.model.move(2);
    expectScreen(trimmed(screen(picker, { rows: 24, columns: 60 })), "picker-refused");
    expectScreen(trimmed(screen(picker, { rows: 8, columns: 44 })), "picker-refused-small");
  });

  it("shows what will hold for a port wherever there is a line for it", () => {
    const all = [
      row("/dev/ttyS0", { trouble: "no permission", hint: "join dialout", notes: ["last: 9600"] }),
    ];
    expect(screen(open(all), { rows: 24, columns: 80 }).join("\n")).toContain("last: 9600");
    expect(screen(open(all), { rows: 6, columns: 40 }).join("\n")).toContain("no permission; last: 9600");
    expect(screen(open(all), { rows: 2, columns: 40 })[0]).toContain("! /dev/ttyS0 last: 9600");
  });

  it("scrolls as little as it takes, and says where it is", () => {
    const picker = open(MANY);
    const size = { rows: 12, columns: 50 };
    screen(picker, size);
    picker.model.move(20);
    expectScreen(trimmed(screen(picker, size)), "picker-scrolled");
    picker.model.move(-1);
    expectScreen(
      trimmed(screen(picker, size)).map((line) => line.replace("▸", " ")),
      "picker-scrolled-up",
    );
    picker.model.move(Number.POSITIVE_INFINITY);
    expect(screen(picker, size).join("\n")).toMatch(/▸ {2}demo:.*\n/);
  });

  it("puts the cursor behind what is typed, whose end is in view", () => {
    const picker = open(DESK);
    expect(picker.draw({ rows: 10, columns: 40 }).cursor).toEqual({ row: 0, column: 6 });
    picker.model.type("漢x");
    expect(picker.draw({ rows: 10, columns: 40 }).cursor).toEqual({ row: 0, column: 9 });
    picker.model.type("y".repeat(100));
    const { cursor } = picker.draw({ rows: 10, columns: 40 });
    expect(cursor!.column).toBeLessThan(40);
    expect(screen(picker, { rows: 10, columns: 40 })[0]).toMatch(/^port: y+ /);
  });

  it("finds the row under the mouse", () => {
    const picker = open(DESK);
    const { rowAt } = picker.draw({ rows: 24, columns: 80 });
    const lines = screen(picker, { rows: 24, columns: 80 });
    for (const { id, name } of DESK) {
      const at = rowAt.indexOf(id);
      expect(lines[at]).toContain(name);
    }
  });

  it("fits every size, and has the selected row in view, whatever devices say", () => {
    // Of some rare characters Ink and robin do not agree how wide they are, nor do terminals.
    const text = fc
      .string({ unit: "grapheme", maxLength: 40 })
      .filter((one) => textWidth(one) === stringWidth(one));
    const rows = fc.array(
      fc.record({ product: text, serial: text, trouble: fc.option(text, { nil: undefined }), hint: text }),
      { minLength: 1, maxLength: 12 },
    );
    const size = fc.record({
      rows: fc.integer({ min: 1, max: 30 }),
      columns: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(rows, size, fc.nat({ max: 11 }), fc.boolean(), (all, at, down, utf8) => {
        const looks = { ...PLAIN, utf8 };
        const picker = open(
          all.map((more, n) => row(`/dev/ttyUSB${n}`, more)),
          looks,
        );
        picker.model.move(down);
        const lines = screen(picker, at, looks);
        expect(lines.join("")).not.toMatch(/[\x00-\x1f\x7f]/);
        if (!utf8) expect(lines.join("")).toMatch(/^[\x20-\x7e]*$/);
        if (at.columns >= 20) expect(lines.join("\n")).toContain(picker.model.selected!.name.slice(0, 12));
      }),
      { numRuns: 200 },
    );
  });
});

describe("the rows in view", () => {
  it("have the selected one among them, fill the room, and stand still where they can", () => {
    const heights = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        heights,
        fc.nat(),
        fc.nat({ max: 25 }),
        fc.integer({ min: 3, max: 12 }),
        (all, n, top, room) => {
          const selected = n % all.length;
          const { first, end } = windowOf(all, selected, top, room);
          const height = (from: number, to: number) => all.slice(from, to).reduce((sum, one) => sum + one, 0);
          expect(first).toBeLessThanOrEqual(selected);
          expect(end).toBeGreaterThan(selected);
          expect(height(first, end)).toBeLessThanOrEqual(room);
          if (end < all.length) expect(height(first, end + 1)).toBeGreaterThan(room);
          else if (first > 0) expect(height(first - 1, end)).toBeGreaterThan(room);
          const still = windowOf(all, selected, first, room);
          expect(still).toEqual({ first, end });
        },
      ),
    );
  });
});
