/**
 * The keys of the full screen, beside those of every session (session/keys.ts): one table, from which the keys and the help come.
 * Knows names and words; what each does is ui.ts's.
 */

type UiVerb =
  | "search"
  | "copy"
  | "hex"
  | "input"
  | "mouse"
  | "order"
  | "help"
  | "option"
  | "command"
  | "setup"
  | "quit";

/** What a key does, by name. */
export type UiAction =
  | { readonly does: "scroll"; readonly by: "line" | "page" | "all"; readonly direction: -1 | 1 }
  | { readonly does: UiVerb }
  | { readonly does: "next" | "mark" | "focus"; readonly direction: -1 | 1 }
  | { readonly does: "pane"; readonly number: number }
  | { readonly does: "leave" | "begin" };

export interface UiKey {
  /** The first is the one that the help shows. */
  readonly keys: readonly string[];
  readonly help: string;
  readonly action: UiAction;
  /**
   * `command`: behind the escape key. `back`: as it is, while one looks back. `copy`: as it is, while lines are chosen. `always`: as
   * it is, also where keys go to the port.
   */
  readonly when: readonly ("command" | "back" | "copy" | "always")[];
}

const LOOKING = ["command", "back", "copy"] as const;

const scroll = (
  keys: readonly string[],
  help: string,
  by: "line" | "page" | "all",
  direction: -1 | 1,
): UiKey => ({ keys, help, action: { does: "scroll", by, direction }, when: LOOKING });

export const UI_KEYS: readonly UiKey[] = [
  scroll(["PageUp"], "a page back in what went by", "page", -1),
  scroll(["PageDown"], "a page on", "page", 1),
  scroll(["Up"], "a line back", "line", -1),
  scroll(["Down"], "a line on", "line", 1),
  scroll(["Home"], "to the first line that is kept", "all", -1),
  scroll(["End"], "to the last line", "all", 1),
  {
    keys: ["Shift-PageUp"],
    help: "a page back, without the escape key",
    action: { does: "scroll", by: "page", direction: -1 },
    when: ["always"],
  },
  {
    keys: ["Shift-PageDown"],
    help: "a page on, without the escape key",
    action: { does: "scroll", by: "page", direction: 1 },
    when: ["always"],
  },
  {
    keys: ["/"],
    help: "search backwards; capitals count where there are some",
    action: { does: "search" },
    when: ["command", "back"],
  },
  {
    keys: ["n"],
    help: "the next find above",
    action: { does: "next", direction: -1 },
    when: ["command", "back"],
  },
  {
    keys: ["N"],
    help: "the next find below",
    action: { does: "next", direction: 1 },
    when: ["command", "back"],
  },
  {
    keys: ["["],
    help: "to the mark above",
    action: { does: "mark", direction: -1 },
    when: ["command", "back"],
  },
  {
    keys: ["]"],
    help: "to the mark below",
    action: { does: "mark", direction: 1 },
    when: ["command", "back"],
  },
  { keys: ["y"], help: "choose lines to copy", action: { does: "copy" }, when: ["command", "back"] },
  {
    keys: ["Space"],
    help: "choose from this line on",
    action: { does: "begin" },
    when: ["copy"],
  },
  {
    keys: ["y", "Enter"],
    help: "copy to the terminal's clipboard",
    action: { does: "copy" },
    when: ["copy"],
  },
  {
    keys: ["Esc", "q", "Enter"],
    help: "to the end again, and keys to the port",
    action: { does: "leave" },
    when: ["back"],
  },
  {
    keys: ["Esc", "q"],
    help: "choose nothing",
    action: { does: "leave" },
    when: ["copy"],
  },
  { keys: ["h"], help: "the bytes as hex digits too", action: { does: "hex" }, when: ["command"] },
  {
    keys: ["i"],
    help: "the input line: typed and edited there, sent at Enter",
    action: { does: "input" },
    when: ["command"],
  },
  {
    keys: ["Tab"],
    help: "to the next pane",
    action: { does: "focus", direction: 1 },
    when: ["command"],
  },
  {
    keys: ["Shift-Tab"],
    help: "to the pane before",
    action: { does: "focus", direction: -1 },
    when: ["command"],
  },
  ...[1, 2, 3, 4].map(
    (number): UiKey => ({
      keys: [`${number}`],
      help: `to port ${number}`,
      action: { does: "pane", number },
      when: ["command"],
    }),
  ),
  {
    keys: ["v"],
    help: "let the mouse go, so that the terminal itself selects with it; or take it again",
    action: { does: "mouse" },
    when: ["command"],
  },
  {
    keys: ["R"],
    help: "put the pane in order after garbage: its modes, colours and characters",
    action: { does: "order" },
    when: ["command"],
  },
];

/** Keys of every session that do their work in another way here; their words are their own. */
export const TAKEN_OVER: Readonly<Record<string, UiAction>> = {
  q: { does: "quit" },
  "?": { does: "help" },
  ":": { does: "option" },
  "!": { does: "command" },
  o: { does: "setup" },
};

export function findUiKey(name: string, when: UiKey["when"][number]): UiAction | undefined {
  const found = UI_KEYS.find((one) => one.when.includes(when) && one.keys.includes(name));
  return found?.action ?? (when === "command" ? TAKEN_OVER[name] : undefined);
}
