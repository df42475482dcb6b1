import { describe, expect, it } from "vitest";
import { looksOf } from "../../src/tui/looks.js";

const wishes = { color: "auto", screenReader: false } as const;

describe("looks", () => {
  it("are plain where the terminal is dumb, or has no name, or is read aloud", () => {
    expect(looksOf({ TERM: "xterm" }, wishes).isPlain).toBe(false);
    expect(looksOf({ TERM: "dumb" }, wishes).isPlain).toBe(true);
    expect(looksOf({}, wishes).isPlain).toBe(true);
    expect(looksOf({ TERM: "xterm" }, { ...wishes, screenReader: true }).isPlain).toBe(true);
  });

  it("have colour unless NO_COLOR says no, and --color has the last word", () => {
    expect(looksOf({ TERM: "xterm" }, wishes).color).toBe(true);
    expect(looksOf({ TERM: "xterm", NO_COLOR: "1" }, wishes).color).toBe(false);
    expect(looksOf({ TERM: "xterm", NO_COLOR: "" }, wishes).color).toBe(true);
    expect(looksOf({ TERM: "xterm", NO_COLOR: "1" }, { ...wishes, color: "always" }).color).toBe(true);
    expect(looksOf({ TERM: "xterm" }, { ...wishes, color: "never" }).color).toBe(false);
  });

  it("know UTF-8 by the first variable of the locale that is set", () => {
    expect(looksOf({ LANG: "de_DE.UTF-8" }, wishes).utf8).toBe(true);
    expect(looksOf({ LANG: "C.utf8" }, wishes).utf8).toBe(true);
    expect(looksOf({ LANG: "de_DE.UTF-8", LC_ALL: "C" }, wishes).utf8).toBe(false);
    expect(looksOf({ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, wishes).utf8).toBe(true);
    expect(looksOf({}, wishes).utf8).toBe(false);
  });
});
