import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Painter } from "../../src/tui/painter.js";

const size = { rows: 6, columns: 20 };

async function emulator() {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  const rows = () =>
    Array.from({ length: size.rows }, (_, row) =>
      terminal.buffer.active
        .getLine(terminal.buffer.active.baseY + row)!
        .translateToString(true)
        .trimEnd(),
    );
  return { terminal, write, rows };
}

describe("painter", () => {
  it("shows the last of any frames", async () => {
    const row = fc.stringMatching(/^[a-z ]{0,20}$/).map((text) => text.trimEnd());
    const frames = fc.array(fc.array(row, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(frames, async (all) => {
        const { write, rows } = await emulator();
        const painter = new Painter();
        await write(`what was there\r\n${painter.enter()}`);
        for (const frame of all) await write(painter.paint(frame, undefined));
        expect(rows()).toEqual(all.at(-1));
      }),
      { numRuns: 30 },
    );
  });

  it("erases a row before it writes it: behind a full row xterm and tmux erase its last character", () => {
    const painter = new Painter();
    painter.enter();
    const text = painter.paint(["x".repeat(20)], undefined);
    expect(text.indexOf("\x1b[K")).toBeLessThan(text.indexOf("x".repeat(20)));
    expect(text.lastIndexOf("\x1b[K")).toBe(text.indexOf("\x1b[K"));
  });

  it("sends rows that changed, and nothing where none did", () => {
    const painter = new Painter();
    painter.enter();
    painter.paint(["one", "two", "three"], undefined);
    expect(painter.paint(["one", "two", "three"], undefined)).toBe("");
    const text = painter.paint(["one", "2", "three"], undefined);
    expect(text).toContain("2");
    expect(text).not.toMatch(/one|three/);
  });

  it("gives the screen, the cursor and its colour back as they were", async () => {
    const { terminal, write, rows } = await emulator();
    await write("before \x1b[31mred\r\nmore");
    const painter = new Painter();
    painter.setMouse(true);
    await write(painter.enter());
    await write(painter.paint(["a", "b", "c", "d", "e", "f"], { row: 2, column: 3 }));
    expect(terminal.buffer.active.type).toBe("alternate");
    expect(terminal.modes.mouseTrackingMode).toBe("drag");
    await write(painter.leave());
    expect(terminal.buffer.active.type).toBe("normal");
    expect(terminal.modes).toMatchObject({
      mouseTrackingMode: "none",
      bracketedPasteMode: false,
      wraparoundMode: true,
    });
    await write("!");
    expect(rows().slice(0, 2)).toEqual(["before red", "more!"]);
    expect(terminal.buffer.active.getLine(1)!.getCell(4)!.getFgColor()).toBe(1);
  });

  it("takes rows of a higher frame away", async () => {
    const { write, rows } = await emulator();
    const painter = new Painter();
    await write(painter.enter());
    await write(painter.paint(["a", "b", "c", "d", "e", "f"], undefined));
    await write(painter.paint(["a", "b"], undefined));
    expect(rows()).toEqual(["a", "b", "", "", "", ""]);
  });
});
