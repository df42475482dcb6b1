/** A plot on a screen: its keys, its legend, how often it is drawn. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { SeriesSet } from "../../src/plot/series.js";
import { frameOf } from "../../src/tui/frame.js";
import { KeyDecoder } from "../../src/tui/keys.js";
import { legendOf } from "../../src/tui/plot/legend.js";
import { openPlot } from "../../src/tui/plot/open-plot.js";
import { until } from "../support/until.js";

const LOOKS = { color: false, utf8: true, isPlain: false };

function plotOf(size = { rows: 12, columns: 60 }, looks = LOOKS) {
  const set = new SeriesSet({ x: { kind: "index" }, kept: { points: 100 } });
  const told: string[] = [];
  let lines = 0;
  let isAway = false;
  const plot = openPlot(
    { title: "/dev/ttyUSB0", set, bounds: {}, startWall: () => 0, lines: () => lines, isAway: () => isAway },
    {
      escapeKey: 0x01,
      save: ({ shown, zoom }) => told.push(`save ${shown.map(({ name }) => name)} ${zoom}`),
      suspend: () => told.push("suspend"),
      quit: () => told.push("quit"),
    },
    looks,
  );
  onTestFinished(() => plot.close());
  const decoder = new KeyDecoder();
  return {
    ...{ plot, set, told, size },
    push(values: Record<string, number>) {
      lines++;
      const row = Object.entries(values).map(([name, value]) => ({ name, value, text: String(value) }));
      set.push(row, 0);
    },
    leave: () => {
      isAway = true;
    },
    press: (text: string) => {
      for (const key of decoder.push(Buffer.from(text, "latin1"))) plot.view.onKey(key);
    },
    screen(of = size) {
      const rows = frameOf(plot.view.render(of), of, looks);
      return plot.view.compose!(rows, of).map((row) => row.trimEnd());
    },
  };
}

describe("a plot on a screen", () => {
  it("fills it to its last row, whatever its size and the legend are", () => {
    const { push, screen } = plotOf();
    for (let at = 0; at < 9; at++)
      push(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`s${n}`, at + n])));
    for (const [rows, columns] of [
      [6, 24],
      [8, 30],
      [10, 40],
      [24, 80],
      [50, 200],
    ] as const) {
      const lines = screen({ rows, columns });
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
      expect(lines.at(-1)).toContain("q quit");
      expect(lines.filter((line) => /[┤│]/.test(line)).length).toBeGreaterThan(2);
    }
    expect(screen({ rows: 10, columns: 40 }).at(-1)).toMatch(/\d+ more series/);
    expect(screen({ rows: 5, columns: 24 })[0]).toMatch(/^robin plot needs/);
    expect(screen({ rows: 10, columns: 23 })[0]).toMatch(/^robin plot needs/);
  });

  it("quits by q, ^C and the escape key, and stops by ^Z", () => {
    const { press, told } = plotOf();
    press("q\x03\x01q\x1a\x01z");
    expect(told).toEqual(["quit", "quit", "quit", "suspend", "suspend"]);
    press("\x01x\x1c\x0bQ\x1bq");
    expect(told).toHaveLength(5);
  });

  it("shows what the escape key waits for", () => {
    const { press, screen } = plotOf();
    press("\x01");
    expect(screen().at(-1)).toBe("q quit  z suspend  ? keys");
    press("?");
    expect(screen().at(-1)).toContain("q quit");
    expect(screen().join("\n")).toContain("space pause");
  });

  it("keeps what comes while it is paused, and shows it afterwards", () => {
    const { push, press, screen } = plotOf();
    push({ a: 1 });
    push({ a: 2 });
    press(" ");
    push({ a: 77 });
    expect(screen().join("\n")).not.toContain("77");
    expect(screen()[0]).toBe("/dev/ttyUSB0 · paused, 1 row since");
    press(" ");
    expect(screen().join("\n")).toContain("a 77 (1…77)");
    expect(screen()[0]).toBe("/dev/ttyUSB0");
  });

  it("zooms from all there is to a sixteenth of it, and back", () => {
    const { push, press, screen } = plotOf();
    for (let at = 0; at < 100; at++) push({ a: at });
    press("+++++++");
    expect(screen()[0]).toContain("zoom 16x");
    expect(screen().at(-3)).toMatch(/9\d/);
    press("\x1b[B--");
    expect(screen()[0]).toContain("zoom 2x");
    press("----");
    expect(screen()[0]).toBe("/dev/ttyUSB0");
  });

  it("saves what is seen: the part, without what is hidden", () => {
    const { push, press, told } = plotOf();
    for (let at = 0; at < 9; at++) push({ a: at, b: at, c: at });
    press("2+s");
    expect(told).toEqual(["save a,c 2"]);
    press("9s2s");
    expect(told.slice(1)).toEqual(["save a,c 2", "save a,b,c 2"]);
  });

  it("says what is wrong where there is nothing to draw", () => {
    const { push, press, screen } = plotOf();
    expect(screen().join()).toContain("nothing has come yet");
    push({});
    expect(screen().join(" ").replace(/[ ,]+/g, " ")).toContain("1 line has come none with numbers alone");
    push({ a: 1 });
    press("1");
    expect(screen().join()).toContain("all series are hidden");
  });

  it("is drawn for values that come in one piece, legend and all, and not for none", async () => {
    const { plot, push } = plotOf();
    const asked: string[] = [];
    plot.attach({ changed: () => asked.push("changed"), repaint: () => asked.push("repaint") });
    push({ a: 1 });
    for (let at = 0; at < 1000; at++) plot.moved();
    await until("both", () => asked.includes("changed") && asked.includes("repaint"));
    expect(asked.length).toBe(2);
  });

  it("says so while the port is away, and when nothing has come for a while", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { plot, push, leave, screen } = plotOf();
    let frames = 0;
    plot.attach({ changed: () => frames++, repaint: () => {} });
    vi.advanceTimersByTime(9000);
    expect(frames).toBe(0); // nothing has come yet is said already
    push({ a: 1 });
    plot.moved();
    vi.advanceTimersByTime(4000);
    expect([frames, screen()[0]]).toEqual([0, "/dev/ttyUSB0"]);
    vi.advanceTimersByTime(3000);
    expect(screen()[0]).toBe("/dev/ttyUSB0 · nothing for 7 s");
    expect(frames).toBe(3);
    leave();
    expect(screen()[0]).toBe("/dev/ttyUSB0 · waiting for the port");
  });

  it("has nothing in a name that acts on the terminal, nor more than it shows", () => {
    const { push, screen } = plotOf(undefined, { color: false, utf8: false, isPlain: false });
    for (const value of [1, 2]) push({ "°C\x1b[2J\u202e": value });
    expect(screen().join("\n")).toMatch(/^[\n -~]*$/);
  });
});

describe("a legend", () => {
  const list = (count: number) => {
    const set = new SeriesSet({ x: { kind: "index" }, kept: { points: 10 } });
    for (const value of [1, 2]) {
      set.push(
        Array.from({ length: count }, (_, at) => ({ name: `n${at}`, value, text: String(value), unit: "V" })),
        0,
      );
    }
    return set.list;
  };
  const textOf = (count: number, columns: number, rows: number) =>
    legendOf(list(count), { columns, rows, hidden: new Set(["n1"]), looks: LOOKS, leastWidth: 0 }).legend;
  const shown = (count: number, columns: number, rows: number) =>
    textOf(count, columns, rows).rows.map((row) => row.map(({ mark, text }) => mark + text).join(""));

  it("has names, values, units and ranges, side by side", () => {
    expect(shown(3, 80, 3)).toEqual(["1a n0 2 V (1…2)  2  n1 hidden     3c n2 2 V (1…2)"]);
  });

  it("leaves ranges out where there is no room, and counts what is left out", () => {
    expect(textOf(9, 24, 2).left).toBeGreaterThan(0);
    for (const row of shown(9, 24, 2)) expect(row.length).toBeLessThanOrEqual(24);
    expect(shown(9, 24, 2).join()).not.toContain("…2");
  });

  it("keeps its places while values grow shorter and longer", () => {
    const options = { columns: 80, rows: 3, hidden: new Set<string>(), looks: LOOKS };
    const wide = legendOf(list(2), { ...options, leastWidth: 30 });
    expect(wide.legend.rows[0]![0]!.text).toHaveLength(28);
    expect(wide.width).toBe(30);
  });
});
