import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScreenState } from "../../src/bytes/screen-state.js";

const stateAfter = (...pieces: readonly string[]): ScreenState => {
  const state = new ScreenState();
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, "latin1");
    state.push(bytes, 0, bytes.length);
  }
  return state;
};
const utf8 = (text: string) => Buffer.from(text).toString("latin1");
const alternateOf = (state: ScreenState) => {
  const { alternate } = state.standing();
  return alternate && Buffer.from(alternate.bytes).toString("latin1");
};

describe("the state of a screen", () => {
  it("knows whether a sequence or a character is cut", () => {
    const whole = [
      "",
      "abc",
      "\x1b[1m",
      "\x1b[?25l",
      "\x1b]0;title\x07",
      "\x1b]0;title\x1b\\",
      "\x1b7",
      "\x1b(B",
      utf8("é漢🙂"),
    ];
    for (const text of whole) {
      expect(stateAfter(text).isInside, JSON.stringify(text)).toBe(false);
    }
    for (const text of [
      "\x1b",
      "a\x1b[",
      "\x1b[1;3",
      "\x1b]0;ti",
      "\x1b]0;t\x1b",
      "\x1b(",
      "\x1bP1$r",
      "\xc3",
      "\xe6\xbc",
      "\xf0\x9f\x99",
      "a\xf0\x9f",
    ]) {
      expect(stateAfter(text).isInside, JSON.stringify(text)).toBe(true);
    }
    expect(stateAfter("\x1b[1", "\x18").isInside).toBe(false);
    expect(stateAfter("\xff\xfe\x80").isInside).toBe(false); // nothing begins with these
  });

  it("says how the modes stand that a view changes", () => {
    expect(stateAfter("").standing().modes).toBe("\x1b[?7h\x1b[?25h");
    expect(stateAfter("\x1b[?25l").standing().modes).toBe("\x1b[?7h\x1b[?25l");
    expect(stateAfter("\x1b[?25;7l\x1b[?25h").standing().modes).toBe("\x1b[?7l\x1b[?25h");
    expect(stateAfter("\x1b[?1000h\x1b[?1006h\x1b[?2004h").standing().modes).toBe(
      "\x1b[?7h\x1b[?25h\x1b[?2004h\x1b[?1000h\x1b[?1006h",
    );
    expect(stateAfter("\x1b[?1000h\x1b[?25l\x1bc").standing().modes).toBe("\x1b[?7h\x1b[?25h");
    expect(stateAfter("\x1b[?25l\x1b[!p").standing().modes).toBe("\x1b[?7h\x1b[?25h");
    expect(stateAfter("\x1b[25l\x1b[?25").standing().modes).toBe("\x1b[?7h\x1b[?25h"); // another mode; and no end
  });

  it("keeps what is drawn on the alternate screen, until that is left", () => {
    expect(alternateOf(stateAfter("shell$ vi\r\n"))).toBeUndefined();
    expect(alternateOf(stateAfter("a\x1b[?1049h", "\x1b[Hvi", " here"))).toBe("\x1b[Hvi here");
    expect(alternateOf(stateAfter("a\x1b[?1049hvi\x1b[?1049lshell"))).toBeUndefined();
    expect(alternateOf(stateAfter("\x1b[?1049hone\x1b[?1049l\x1b[?47htwo"))).toBe("two");
    expect(stateAfter("\x1b[?1049h\x1b[2;10rx").standing().alternate?.margins).toBe("\x1b[2;10r");
  });

  it("keeps no more of it than there is room for, and always the last", () => {
    const state = stateAfter("\x1b[?1049h");
    const row = Buffer.from(`${"x".repeat(65_535)}y`);
    for (let count = 0; count < 40; count++) state.push(row, 0, row.length);
    const { bytes } = state.standing().alternate!;
    expect(bytes.length).toBeLessThanOrEqual(1024 * 1024);
    expect(bytes.length).toBeGreaterThan(256 * 1024);
    expect(bytes.at(-1)).toBe("y".charCodeAt(0));
  });

  it("is undone to what a shell expects, and only what was done", async () => {
    expect(stateAfter("text \x1b[31m\x1b[?25l\x1b[?25h").undo()).toBe("");
    expect(stateAfter("\x1b[?1049h\x1b[?25l").undo()).toBe("\x1b[?25h\x1b[?1049l");
    const done =
      "before\x1b[?1049h\x1b[?1h\x1b=\x1b[?25l\x1b[?7l\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[2;5r\x1b[4;4H";
    const state = stateAfter(done);
    const terminal = new xterm.Terminal({ allowProposedApi: true });
    await new Promise<void>((resolve) => terminal.write(done + state.undo(), resolve));
    expect(terminal.buffer.active.type).toBe("normal");
    expect(terminal.buffer.active.cursorX).toBe("before".length);
    expect(terminal.modes).toMatchObject({
      applicationCursorKeysMode: false,
      bracketedPasteMode: false,
      mouseTrackingMode: "none",
      wraparoundMode: true,
    });
    expect(state.undo()).toBe("");
  });

  it("agrees with a terminal emulator, however the bytes are cut", async () => {
    const part = fc.constantFrom(
      ...[
        "text",
        "\x1b[?1049h",
        "\x1b[?1049l",
        "\x1b[?25l",
        "\x1b[?25h",
        "\x1b[?7l",
        "\x1b[?7h",
        "\x1b[?2004h",
        "\x1b[?2004l",
      ],
      // Not RIS: behind it this emulator keeps its cursor hidden, which no terminal does.
      ...["\x1b[!p", "\x1b]0;t\x07", "\x1b[31m", "\x1b[2;5r", "\x18", "\x1b[", "\x1b", "é"],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (parts, cuts) => {
          const bytes = Buffer.from(parts.join(""));
          const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
          const state = new ScreenState();
          for (const [index, end] of at.slice(1).entries()) state.push(bytes, at[index]!, end);
          const terminal = new xterm.Terminal({ allowProposedApi: true });
          await new Promise<void>((resolve) => terminal.write(bytes, resolve));
          const { modes, alternate } = state.standing();
          expect(alternate !== undefined).toBe(terminal.buffer.active.type === "alternate");
          expect(modes.includes("\x1b[?7h")).toBe(terminal.modes.wraparoundMode);
          expect(modes.includes("\x1b[?2004h")).toBe(terminal.modes.bracketedPasteMode);
          const { isCursorHidden } = (
            terminal as unknown as { _core: { coreService: { isCursorHidden: boolean } } }
          )._core.coreService;
          expect(modes.includes("\x1b[?25l")).toBe(isCursorHidden);
          terminal.dispose();
        },
      ),
      { numRuns: 300 },
    );
  });
});
