import { describe, expect, it } from "vitest";
import { Lookback } from "../../../src/tui/ui/lookback.js";
import { PaneTerminal } from "../../../src/tui/ui/pane-terminal.js";
import { until } from "../../support/until.js";

const LOOKS = { utf8: true, color: false };

function openTerminal({ rows = 5, columns = 20, scrollback = 20 } = {}) {
  const answers: string[] = [];
  const titles: string[] = [];
  const terminal = new PaneTerminal({
    ...{ rows, columns, scrollback },
    onChanged: () => {},
    onAnswer: (text) => answers.push(text),
    onTitle: (title) => titles.push(title),
    onBell: () => {},
  });
  const write = async (text: string) => {
    const bytes = Buffer.from(text);
    expect(terminal.sink.write(bytes, 0, bytes.length)).toBe(bytes.length);
    await until("the emulator to have it", () => terminal.sink.unsent() === 0);
  };
  const screen = () =>
    Array.from({ length: rows }, (_, at) =>
      terminal
        .row(at, LOOKS)
        .replace(/\x1b\[[0-9;]*m/g, "")
        .trimEnd(),
    );
  return { terminal, write, screen, answers, titles };
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\r\n`).join("");

describe("a pane's terminal", () => {
  it("shows what a terminal shows, and keeps what went by", async () => {
    const { terminal, write, screen } = openTerminal();
    await write(lines(0, 8));
    expect(screen()).toEqual(["line 4", "line 5", "line 6", "line 7", ""]);
    terminal.scroll(-3);
    expect(screen()).toEqual(["line 1", "line 2", "line 3", "line 4", "line 5"]);
    expect(terminal.hidden).toEqual({ above: 1, below: 3 });
  });

  it("stays where one looks back while more comes", async () => {
    const { terminal, write, screen } = openTerminal();
    await write(lines(0, 20));
    terminal.scroll(-4);
    const seen = screen();
    await write(lines(20, 25));
    expect(screen()).toEqual(seen);
    await write(lines(25, 60)); // what is seen is forgotten
    expect(terminal.top).toBe(0);
    terminal.scrollToEnd();
    expect(screen()).toEqual(["line 56", "line 57", "line 58", "line 59", ""]);
  });

  it("answers what a program asks a terminal", async () => {
    const { write, answers } = openTerminal();
    await write("\x1b[2;3H\x1b[6n\x1b[5n\x1b[c\x1b[18t");
    expect(answers).toEqual(["\x1b[2;3R", "\x1b[0n", "\x1b[?1;2c", "\x1b[8;5;20t"]);
  });

  it("says where the cursor is, unless it is hidden or not on the screen", async () => {
    const { terminal, write } = openTerminal();
    await write(`${lines(0, 10)}ab`);
    expect(terminal.cursor).toEqual({ row: 4, column: 2 });
    terminal.scroll(-1);
    expect(terminal.cursor).toBeUndefined();
    terminal.scrollToEnd();
    await write("\x1b[?25l");
    expect(terminal.cursor).toBeUndefined();
    await write("\x1bc");
    expect(terminal.cursor).toEqual({ row: 0, column: 0 });
  });

  it("knows how a program wants to be told of the mouse", async () => {
    const { terminal, write } = openTerminal();
    expect(terminal.mouse).toEqual({ tracking: "none", encoding: "x10" });
    await write("\x1b[?1002;1006h");
    expect(terminal.mouse).toEqual({ tracking: "drag", encoding: "sgr" });
    await write("\x1b[?1006l\x1b[?1002l");
    expect(terminal.mouse).toEqual({ tracking: "none", encoding: "x10" });
  });

  it("puts marks behind what came before them, and they stay with their lines until those are forgotten", async () => {
    const { terminal, write, screen } = openTerminal();
    await write("before\r\n");
    terminal.mark("mark 1");
    await write("after\r\n");
    expect(screen()[1]).toBe("after       ◆ mark 1");
    await write(lines(0, 6));
    expect(terminal.marks.next(terminal.top, -1)).toMatchObject({ label: "mark 1", line: 1 });
    terminal.scrollToStart();
    expect(screen()[1]).toBe("after       ◆ mark 1");
    await write(lines(0, 60));
    expect(terminal.marks.count).toBe(0);
  });

  it("shows only a sign for a mark where the line is full", async () => {
    const { terminal, write, screen } = openTerminal();
    terminal.mark("mark 1");
    await write("01234567890123456789");
    expect(screen()[0]).toBe("0123456789012345678◆");
  });

  it("begins a line with a lone line feed, but where a program has the screen for itself", async () => {
    const { write, screen } = openTerminal();
    await write("one\ntwo\n");
    expect(screen().slice(0, 2)).toEqual(["one", "two"]);
    await write("\x1b[?1049h\x1b[Hone\ntwo");
    expect(screen().slice(0, 2)).toEqual(["one", "   two"]);
    await write("\x1b[?1049l\x1b[5Hx\ny\n");
    expect(screen().slice(3)).toEqual(["y", ""]);
  });

  it("tells titles, cut to what one reads", async () => {
    const { write, titles } = openTerminal();
    await write(`\x1b]0;vi main.c\x07\x1b]2;${"x".repeat(10_000)}\x1b\\`);
    expect(titles).toEqual(["vi main.c", "x".repeat(200)]);
  });
});

describe("looking back", () => {
  it("goes to what is searched for, upwards first, and stays with it while lines go by", async () => {
    const { terminal, write, screen } = openTerminal();
    await write(`${lines(0, 3)}needle\r\n${lines(3, 14)}`);
    const lookback = new Lookback(terminal, () => {});
    lookback.search("needle", terminal.buffer.length - 1);
    await until("the find to be seen", () => screen().includes("needle"));
    const spans = () => lookback.spans().map((row) => row.map(({ from, to, look }) => [from, to, look]));
    expect(spans()[screen().indexOf("needle")]).toEqual([[0, 6, "current"]]);
    await write(lines(14, 22)); // forgets some of the oldest
    expect(spans()[screen().indexOf("needle")]).toEqual([[0, 6, "current"]]);
    lookback.search("nothing of it", terminal.buffer.length - 1);
    await until("the end of the search", () => lookback.isMissed);
  });

  it("goes from one mark to the next", async () => {
    const { terminal, write, screen } = openTerminal({ scrollback: 100 });
    for (const at of [0, 20, 40]) {
      terminal.mark(`mark ${at}`);
      await write(lines(at, at + 20));
    }
    const lookback = new Lookback(terminal, () => {});
    const tops: string[] = [];
    while (lookback.toMark(-1)) tops.push(screen()[0]!);
    expect(tops).toEqual(["line 40    ◆ mark 40", "line 20    ◆ mark 20", "line 0      ◆ mark 0"]);
    expect(lookback.toMark(1)).toBe(true);
    expect(screen()[0]).toContain("mark 20");
  });

  it("gives the text that is chosen as the device wrote it", async () => {
    const { terminal, write } = openTerminal();
    await write("a line of more than twenty columns  \r\n\r\n  日本 last   \r\n");
    const lookback = new Lookback(terminal, () => {});
    const end = (row: number, column: number) => ({ anchor: terminal.anchor(row), column });
    lookback.select({ from: end(0, 0), to: end(3, 0), isLines: true });
    expect(lookback.selected).toBe("a line of more than twenty columns\n\n  日本 last");
    lookback.select({ from: end(1, 3), to: end(0, 2), isLines: false });
    expect(lookback.selected).toBe("line of more than twen");
    await write(lines(0, 60));
    expect(lookback.selected).toBe(""); // forgotten
  });
});
