import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterWords, fitOf } from "../../src/tui/picker/filter.js";
import { GUARD_MS, PickerModel } from "../../src/tui/picker/model.js";
import type { PickerRow } from "../../src/tui/picker/row.js";
import { DESK, row } from "./picker-rows.js";

const names = (rows: readonly PickerRow[]) => rows.map(({ name }) => name);

function filled(rows: readonly PickerRow[] = DESK, first?: string): PickerModel {
  const model = new PickerModel();
  model.setRows(rows, 0, first);
  return model;
}

describe("the filter", () => {
  it.each([
    ["usb", ["/dev/ttyUSB1", "@gone"]],
    ["FT232", ["/dev/ttyUSB1"]],
    ["0403:", ["/dev/ttyUSB1"]],
    ["a50285", ["/dev/ttyUSB1"]],
    ["cdc", ["/dev/ttyACM0"]],
    ["GRÖSSE", []], // no other spelling
    ["größe", ["/dev/ttyACM0"]],
    ["bench acm", ["@board"]],
    ["acm bench", ["@board"]],
    ["board", ["@board", "demo:"]],
    ["zzz", []],
    ["   ", names(DESK)],
  ])("%j leaves %j", (typed, left) => {
    const model = filled();
    model.type(typed);
    expect(names(model.shown)).toEqual(left);
    expect(model.selected?.name).toBe(left[0] && model.shown[model.selectedIndex]?.name);
  });

  it("selects what fits best: a name before a word, a word before a part of one", () => {
    const rows = [
      row("/dev/ttyUSB0", { product: "superboard" }),
      row("/dev/ttyUSB1", { product: "the board" }),
      row("/dev/ttyUSB2", { product: "boards" }),
      row("@board"),
    ];
    const model = filled(rows);
    for (const [typed, best] of [
      ["b", "/dev/ttyUSB2"],
      ["oard", "/dev/ttyUSB2"], // the selected one is as good as the others
    ] as const) {
      model.clear();
      model.type(typed);
      expect(model.selected?.name).toBe(best);
    }
    model.clear();
    model.type("board");
    expect(model.selected?.name).toBe("@board");
  });

  it("takes each word on its own, in any order and any case, and all of them have to fit", () => {
    const text = fc.stringMatching(/^[a-zA-Z0-9:]{1,6}$/);
    const words = fc.array(fc.constantFrom("usb", "FTDI", "6001", "tty", "x", "board", "漢"), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, text, words, (product, serial, typed) => {
        const one = row("/dev/ttyUSB0", { product, serial });
        const lower = ["/dev/ttyusb0", product.toLowerCase(), serial.toLowerCase()];
        const expected = typed.every((word) => lower.some((part) => part.includes(word.toLowerCase())));
        for (const order of [typed, [...typed].reverse(), typed.map((word) => word.toUpperCase())])
          expect(fitOf(one, filterWords(order.join("  "))) !== undefined).toBe(expected);
      }),
    );
  });

  it("is edited by its end, and takes no control characters", () => {
    const model = filled();
    model.type("ab \u001b[2J\u202e漢\u0301");
    expect(model.filter).toBe("ab [2J漢\u0301");
    model.erase();
    expect(model.filter).toBe("ab [2J");
    model.eraseWord();
    expect(model.filter).toBe("ab ");
    model.eraseWord();
    expect(model.filter).toBe("");
    model.erase();
    model.type("x".repeat(1000));
    expect(model.filter.length).toBeLessThanOrEqual(200);
    model.clear();
    expect(names(model.shown)).toEqual(names(DESK));
  });
});

describe("the selection", () => {
  it("begins with what was chosen the last time, where it is there, else with the first row", () => {
    expect(filled(DESK, "/dev/ttyS0").selected?.name).toBe("/dev/ttyS0");
    expect(filled(DESK, "/dev/ttyS9").selected?.name).toBe("/dev/ttyUSB1");
    expect(filled([]).selected).toBeUndefined();
  });

  it("moves to the ends and no further", () => {
    const model = filled();
    model.move(-1);
    expect(model.selectedIndex).toBe(0);
    model.move(Number.POSITIVE_INFINITY);
    expect(model.selected?.name).toBe("demo:");
    model.move(1);
    expect(model.selected?.name).toBe("demo:");
    model.move(Number.NEGATIVE_INFINITY);
    model.move(2);
    expect(model.selected?.name).toBe("/dev/ttyS0");
  });

  it("stays with its port when one arrives above it, and Enter is for that port at once", () => {
    const model = filled(DESK.slice(1), "/dev/ttyS0");
    model.setRows(DESK, 1000);
    expect(model.selected?.name).toBe("/dev/ttyS0");
    expect(model.choose(1000)?.name).toBe("/dev/ttyS0");
  });

  it("goes to the next row when its port goes away, and an Enter on its way then is for nothing", () => {
    const model = filled(DESK, "/dev/ttyACM0");
    const left = DESK.filter(({ name }) => name !== "/dev/ttyACM0");
    model.setRows(left, 1000);
    expect(model.selected?.name).toBe("/dev/ttyS0");
    expect(model.warning).toBe("/dev/ttyACM0 has gone");
    expect(model.choose(1000 + GUARD_MS - 1)).toBeUndefined();
    expect(model.warning).toBe("/dev/ttyACM0 has gone");
  });

  it("asks for one more Enter then, which must not be the same one held down", () => {
    const model = filled(DESK, "/dev/ttyACM0");
    model.setRows(
      DESK.filter(({ name }) => name !== "/dev/ttyACM0"),
      1000,
    );
    let nowMs = 1000;
    for (let held = 0; held < 100; held++) {
      nowMs += 33;
      expect(model.choose(nowMs)).toBeUndefined();
    }
    nowMs += GUARD_MS;
    expect(model.choose(nowMs)).toBeUndefined();
    expect(model.warning).toBe("/dev/ttyACM0 has gone: Enter again for /dev/ttyS0");
    expect(model.choose(nowMs + 33)).toBeUndefined();
    expect(model.choose(nowMs + 33 + GUARD_MS)?.name).toBe("/dev/ttyS0");
  });

  it("is sure again after any other key", () => {
    const press: readonly ((model: PickerModel) => void)[] = [
      (model) => model.move(1),
      (model) => model.select("demo:"),
      (model) => model.type("s0"),
    ];
    for (const key of press) {
      const model = filled(DESK, "/dev/ttyUSB1");
      model.setRows(DESK.slice(1), 1000);
      key(model);
      expect(model.warning).toBeUndefined();
      expect(model.choose(1001)?.id).toBe(model.selected?.id);
    }
  });

  it("is not connected to at once when it appears in an empty list", () => {
    const model = filled();
    model.type("ttyUSB7");
    expect(model.choose(10)).toBeUndefined();
    model.setRows([row("/dev/ttyUSB7"), ...DESK], 1000);
    expect(model.selected?.name).toBe("/dev/ttyUSB7");
    expect(model.choose(1200)).toBeUndefined();
    expect(model.choose(1200 + GUARD_MS)?.name).toBe("/dev/ttyUSB7");
  });

  it("takes a port that comes back under its name for another one", () => {
    const model = filled([row("/dev/ttyUSB0", { id: "0" }), row("demo:")]);
    model.setRows([row("/dev/ttyUSB0", { id: "1" }), row("demo:")], 1000);
    expect(model.selected?.name).toBe("demo:");
    expect(model.choose(1000 + GUARD_MS)).toBeUndefined();
  });
});

type Step =
  | { readonly does: "rows"; readonly ids: readonly number[] }
  | { readonly does: "move"; readonly by: number }
  | { readonly does: "type"; readonly text: string }
  | { readonly does: "enter" };

const steps = fc.array(
  fc.tuple(
    fc.oneof(
      fc.record({
        does: fc.constant("rows" as const),
        ids: fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 8 }),
      }),
      fc.record({ does: fc.constant("move" as const), by: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ does: fc.constant("type" as const), text: fc.constantFrom("U", "A", "1", "3", "\b") }),
      fc.record({ does: fc.constant("enter" as const) }),
    ),
    fc.integer({ min: 0, max: 400 }),
  ),
  { maxLength: 40 },
);
const byId = (id: number) => row(`/dev/tty${id % 2 ? "USB" : "ACM"}${id}`, { id: String(id) });

function apply(model: PickerModel, step: Step, nowMs: number): PickerRow | undefined {
  if (step.does === "rows") model.setRows(step.ids.map(byId), nowMs);
  else if (step.does === "move") model.move(step.by);
  else if (step.does === "enter") return model.choose(nowMs);
  else if (step.text === "\b") model.erase();
  else model.type(step.text);
  return undefined;
}

describe("whatever comes, goes and is pressed", () => {
  it("one of the rows that are shown is selected, and it stays as long as it is there", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const model = filled([1, 2, 3].map(byId));
        let nowMs = 0;
        for (const [step, passed] of all) {
          nowMs += passed;
          const before = model.selected;
          apply(model, step, nowMs);
          expect(model.selected === undefined).toBe(model.shown.length === 0);
          if (step.does !== "rows" || before === undefined) continue;
          if (model.shown.some(({ id }) => id === before.id)) expect(model.selected?.id).toBe(before.id);
          else expect(model.warning).toBe(`${before.name} has gone`);
        }
      }),
    );
  });

  it("Enter is for what the user has selected, or for what an Enter has asked about before", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const model = filled([1, 2, 3].map(byId));
        let nowMs = 0;
        let meant = model.selected?.id; // as it stood at the user's last key
        let askedAtMs: number | undefined;
        let changedAtMs = Number.NEGATIVE_INFINITY;
        for (const [step, passed] of all) {
          nowMs += passed;
          const before = model.selected?.id;
          const chosen = apply(model, step, nowMs);
          if (step.does === "move" || step.does === "type") {
            meant = model.selected?.id;
            askedAtMs = undefined;
            changedAtMs = Number.NEGATIVE_INFINITY;
          } else if (step.does === "rows" && model.selected?.id !== before) {
            askedAtMs = undefined;
            changedAtMs = nowMs;
          } else if (chosen !== undefined) {
            expect(chosen.id).toBe(before);
            expect(nowMs - changedAtMs).toBeGreaterThanOrEqual(GUARD_MS);
            const isAsked = askedAtMs !== undefined && nowMs - askedAtMs >= GUARD_MS;
            expect(chosen.id === meant || isAsked || meant === undefined).toBe(true);
          } else if (step.does === "enter") askedAtMs = nowMs;
        }
      }),
      { numRuns: 500 },
    );
  });
});
