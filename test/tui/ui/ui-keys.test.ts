import { describe, expect, it } from "vitest";
import { KEYS } from "../../../src/session/keys.js";
import { helpLines } from "../../../src/tui/ui/help-text.js";
import { findUiKey, TAKEN_OVER, UI_KEYS } from "../../../src/tui/ui/ui-keys.js";

describe("the keys of the full screen", () => {
  it("have one meaning each, wherever they are pressed", () => {
    for (const when of ["command", "back", "copy", "always"] as const) {
      const names = UI_KEYS.filter((one) => one.when.includes(when)).flatMap(({ keys }) => keys);
      expect(names.length).toBe(new Set(names).size);
    }
  });

  it("leave those of every session their meaning, but for some that do the same on this screen", () => {
    const session = KEYS.map(({ key }) => key);
    const own = UI_KEYS.filter(({ when }) => when.includes("command")).flatMap(({ keys }) => keys);
    expect(own.filter((key) => session.includes(key))).toEqual([]);
    for (const key of Object.keys(TAKEN_OVER)) expect(session).toContain(key);
    expect(findUiKey("q", "command")).toEqual({ does: "quit" });
  });

  it("are all in the help", () => {
    const text = helpLines({ escapeKey: 0x1c, keys: KEYS, panes: 4 })
      .map((line) => line.heading ?? `${line.keys} ${line.does}`)
      .join("\n");
    for (const { help } of UI_KEYS) expect(text).toContain(help);
    for (const { does } of KEYS) expect(text).toContain(does);
  });
});
