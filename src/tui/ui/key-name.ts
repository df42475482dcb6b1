/**
 * A key in words, as tables and help have it: `PageUp`, `Shift-Home`, `^F`, `/`. Pure.
 */
import type { Key } from "../keys.js";

const NAMES: Readonly<Record<string, string>> = {
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  pageup: "PageUp",
  pagedown: "PageDown",
  home: "Home",
  end: "End",
  insert: "Insert",
  delete: "Delete",
  backspace: "Backspace",
  enter: "Enter",
  tab: "Tab",
  escape: "Esc",
};

export function keyName(key: Key): string {
  const { name, text, ctrl, alt, shift } = key;
  if (name === "text")
    return `${alt ? "Alt-" : ""}${ctrl ? `^${text.toUpperCase()}` : text === " " ? "Space" : text}`;
  const held = `${ctrl ? "Ctrl-" : ""}${alt ? "Alt-" : ""}${shift ? "Shift-" : ""}`;
  return `${held}${NAMES[name] ?? name.toUpperCase()}`;
}
