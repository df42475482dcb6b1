import { describe, expect, it } from "vitest";
import { type MouseEvent, mouseReport } from "../../../src/tui/ui/mouse-report.js";

const CLICK: MouseEvent = {
  button: "left",
  action: "press",
  column: 4,
  row: 9,
  shift: false,
  alt: false,
  ctrl: false,
};

describe("what a program is told of the mouse", () => {
  it("is said as xterm says it, in each spelling", () => {
    const of = (event: Partial<MouseEvent>, encoding: "x10" | "utf8" | "sgr" | "urxvt" | "sgr-pixels") =>
      mouseReport({ ...CLICK, ...event }, "any", encoding);
    expect(of({}, "sgr")).toBe("\x1b[<0;5;10M");
    expect(of({ action: "release" }, "sgr")).toBe("\x1b[<0;5;10m");
    expect(of({ button: "wheelup", ctrl: true }, "sgr")).toBe("\x1b[<80;5;10M");
    expect(of({ action: "drag", button: "right", alt: true }, "sgr")).toBe("\x1b[<42;5;10M");
    expect(of({}, "x10")).toBe("\x1b[M %*");
    expect(of({ action: "release" }, "x10")).toBe("\x1b[M#%*");
    expect(of({ column: 222 }, "x10")).toBe("\x1b[M \xff*");
    expect(of({ column: 223 }, "x10")).toBeUndefined();
    expect(of({ column: 223 }, "utf8")).toBe("\x1b[M \u0100*");
    expect(of({ button: "middle" }, "urxvt")).toBe("\x1b[33;5;10M");
    expect(of({}, "sgr-pixels")).toBeUndefined();
  });

  it("is what it asked for, and no more", () => {
    const press = { ...CLICK };
    const release: MouseEvent = { ...CLICK, action: "release" };
    const drag: MouseEvent = { ...CLICK, action: "drag" };
    const move: MouseEvent = { ...CLICK, action: "drag", button: "none" };
    const wheel: MouseEvent = { ...CLICK, button: "wheeldown" };
    const told = (tracking: "none" | "x10" | "vt200" | "drag" | "any") =>
      [press, release, drag, move, wheel].map((event) => mouseReport(event, tracking, "sgr") !== undefined);
    expect(told("none")).toEqual([false, false, false, false, false]);
    expect(told("x10")).toEqual([true, false, false, false, false]);
    expect(told("vt200")).toEqual([true, true, false, false, true]);
    expect(told("drag")).toEqual([true, true, true, false, true]);
    expect(told("any")).toEqual([true, true, true, true, true]);
  });
});
