import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Layout, layoutOf, type Place } from "../../../src/tui/ui/layout.js";

const sizes = fc.record({
  rows: fc.integer({ min: 10, max: 80 }),
  columns: fc.integer({ min: 40, max: 300 }),
});
const wishes = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 4 })
  .chain((hex) =>
    fc.record({ hex: fc.constant(hex), hasInput: fc.boolean(), focus: fc.nat({ max: hex.length - 1 }) }),
  );

function places({ panes }: Layout): Place[] {
  return panes.flatMap((pane) => (pane ? [pane.title, pane.terminal, ...(pane.hex ? [pane.hex] : [])] : []));
}

describe("the layout of the full screen", () => {
  it("gives every piece a place of its own inside the screen, from 40x10 on", () => {
    fc.assert(
      fc.property(sizes, wishes, (size, wish) => {
        const layout = layoutOf(size, wish);
        expect(layout.isTooSmall).toBe(false);
        const cells = new Uint8Array(size.rows * size.columns);
        const take = (row: number, column: number) => cells[row * size.columns + column]!++;
        for (const { row, column, rows, columns } of places(layout)) {
          expect(rows).toBeGreaterThan(0);
          expect(columns).toBeGreaterThan(0);
          expect(row + rows).toBeLessThanOrEqual(layout.inputRow ?? layout.statusRow);
          expect(column + columns).toBeLessThanOrEqual(size.columns);
          for (let r = row; r < row + rows; r++) for (let c = column; c < column + columns; c++) take(r, c);
        }
        for (const { column, row, rows } of layout.borders) {
          for (let r = row; r < row + rows; r++) take(r, column);
        }
        expect(cells.findIndex((count) => count > 1)).toBe(-1);
        expect(layout.panes[wish.focus]).toBeDefined();
        expect(layout.statusRow).toBe(size.rows - 1);
        expect(layout.inputRow !== undefined).toBe(wish.hasInput);
      }),
    );
  });

  it("gives no terminal fewer than three rows or, but for its hex pane, fewer than 40 columns", () => {
    fc.assert(
      fc.property(sizes, wishes, (size, wish) => {
        for (const pane of layoutOf(size, wish).panes) {
          if (!pane) continue;
          expect(pane.terminal.rows).toBeGreaterThanOrEqual(3);
          expect(pane.terminal.columns).toBeGreaterThanOrEqual(40);
        }
      }),
    );
  });

  it("puts panes side by side where there is room, else one below the other, else shows one", () => {
    const two = { hex: [false, false], hasInput: false, focus: 1 };
    const wide = layoutOf({ rows: 24, columns: 100 }, two);
    expect(wide.panes.map((pane) => pane?.terminal)).toEqual([
      { row: 1, column: 0, rows: 22, columns: 49 },
      { row: 1, column: 50, rows: 22, columns: 50 },
    ]);
    const narrow = layoutOf({ rows: 24, columns: 60 }, two);
    expect(narrow.panes.map((pane) => pane?.terminal)).toEqual([
      { row: 1, column: 0, rows: 10, columns: 60 },
      { row: 12, column: 0, rows: 11, columns: 60 },
    ]);
    const small = layoutOf({ rows: 10, columns: 40 }, two);
    expect(small.panes.map((pane) => pane?.terminal)).toEqual([
      undefined,
      { row: 1, column: 0, rows: 8, columns: 40 },
    ]);
  });

  it("puts the hex pane beside a terminal that stays 80 columns wide, else below", () => {
    const one = { hex: [true], hasInput: false, focus: 0 };
    expect(layoutOf({ rows: 24, columns: 161 }, one).panes[0]).toMatchObject({
      terminal: { columns: 80, rows: 22 },
      hex: { column: 81, columns: 80, rows: 22 },
      hexBytesPerRow: 16,
    });
    expect(layoutOf({ rows: 24, columns: 129 }, one).panes[0]).toMatchObject({
      terminal: { columns: 80 },
      hex: { columns: 48 },
      hexBytesPerRow: 8,
    });
    expect(layoutOf({ rows: 24, columns: 80 }, one).panes[0]).toMatchObject({
      terminal: { columns: 80, rows: 13 },
      hex: { row: 15, rows: 8, columns: 80 },
      hexBytesPerRow: 16,
    });
  });

  it("shows nothing below 40x10", () => {
    for (const size of [
      { rows: 9, columns: 100 },
      { rows: 30, columns: 39 },
    ]) {
      expect(layoutOf(size, { hex: [false], hasInput: false, focus: 0 })).toMatchObject({
        isTooSmall: true,
        panes: [undefined],
      });
    }
  });
});
