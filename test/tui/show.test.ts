import xterm from "@xterm/headless";
import { Text } from "ink";
import { createElement } from "react";
import { describe, expect, it } from "vitest";
import { type Shown, type ShowOptions, show } from "../../src/tui/show.js";
import type { Surface } from "../../src/tui/surface.js";
import { until } from "../support/until.js";

/** A surface on an emulator; `stop` has it take nothing more for a while. */
function screen() {
  const terminal = new xterm.Terminal({ cols: 30, rows: 5, allowProposedApi: true });
  let waiting: string[] = [];
  let isStopped = false;
  let onDrawn = () => {};
  let writes = 0;
  let sent = "";
  const surface: Surface = {
    looks: { color: false, utf8: true, isPlain: false },
    write(text) {
      writes++;
      sent += text;
      if (isStopped) waiting.push(text);
      else terminal.write(text);
    },
    get isDrawn() {
      return waiting.length === 0;
    },
    onDrawn(listener) {
      onDrawn = listener;
    },
    size: () => ({ rows: terminal.rows, columns: terminal.cols }),
  };
  const rows = () =>
    Array.from({ length: terminal.rows }, (_, row) =>
      terminal.buffer.active
        .getLine(terminal.buffer.active.baseY + row)!
        .translateToString(true)
        .trimEnd(),
    );
  return {
    terminal,
    surface,
    rows,
    writes: () => writes,
    sent: () => sent,
    shows: (text: string) => until(`${text} on the screen`, () => rows().join("\n").includes(text)),
    stop() {
      isStopped = true;
    },
    goOn() {
      isStopped = false;
      for (const text of waiting) terminal.write(text);
      waiting = [];
      onDrawn();
    },
  };
}

const textView = (text: () => string, more: Partial<ShowOptions> = {}): ShowOptions => ({
  render: () => createElement(Text, null, text()),
  onKey: () => {},
  ...more,
});

describe("a view", () => {
  it("that throws at once leaves the screen, and its opener knows", async () => {
    const { surface, terminal } = screen();
    const broken = textView(() => {
      throw new Error("planted");
    });
    expect(() => show(surface, broken)).toThrow("planted");
    await new Promise<void>((resolve) => terminal.write("", resolve));
    expect(terminal.buffer.active.type).toBe("normal");
    expect(terminal.modes).toMatchObject({ bracketedPasteMode: false, wraparoundMode: true });
  });

  it("shows what it says now, and sends nothing for a frame that is the same", async () => {
    const { surface, shows, sent } = screen();
    let text = "one";
    let frames = 0;
    const shown = show(
      surface,
      textView(() => text, {
        compose: (rows) => {
          frames++;
          return rows;
        },
      }),
    );
    await shows("one");
    text = "two";
    shown.changed();
    await shows("two");
    const [length, drawn] = [sent().length, frames];
    shown.changed();
    await until("another frame", () => frames > drawn);
    expect(sent().length).toBe(length);
    shown.close();
  });

  it("of a slow terminal has fewer frames, and the last one is right", async () => {
    const { surface, shows, stop, goOn, writes } = screen();
    let count = 0;
    const shown: Shown = show(
      surface,
      textView(() => `frame ${count}`),
    );
    await shows("frame 0");
    stop();
    const before = writes();
    count = 1;
    shown.changed();
    await until("a frame to be sent", () => writes() > before);
    for (count = 2; count < 50; count++) shown.changed();
    goOn();
    await shows("frame 50");
    expect(writes() - before).toBeLessThan(5);
    shown.close();
  });

  it("has rows of its maker's between Ink's, and the cursor where that is", async () => {
    const { surface, shows, rows, terminal } = screen();
    const compose = (inks: readonly string[]) => [
      inks[0]!,
      "\x1b[31mfrom the device\x1b[0m",
      ...inks.slice(2),
    ];
    const shown = show(
      surface,
      textView(() => "title", { compose, cursor: () => ({ row: 1, column: 4 }) }),
    );
    await shows("from the device");
    expect(rows().slice(0, 2)).toEqual(["title", "from the device"]);
    expect([terminal.buffer.active.cursorX, terminal.buffer.active.cursorY]).toEqual([4, 1]);
    shown.close();
  });

  it("that has left comes back whole, in the size that the screen has then", async () => {
    const { surface, shows, rows, terminal } = screen();
    const shown = show(surface, {
      ...textView(() => ""),
      render: ({ columns }) => createElement(Text, null, `${columns} wide`),
    });
    await shows("30 wide");
    shown.leave();
    await until("the normal screen", () => terminal.buffer.active.type === "normal");
    terminal.resize(20, 4);
    shown.enter();
    await shows("20 wide");
    shown.close();
    await until("the normal screen", () => terminal.buffer.active.type === "normal");
    shown.enter(); // closed for good
    expect(rows().join("")).not.toContain("wide");
  });
});
