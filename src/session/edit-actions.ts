/**
 * The keys of the line editor and what each does: one table, for the editor and for the manual page. Knows names of keys; how
 * they arrive is edit-keys.ts's, and how a line is changed line-edit.ts's.
 */
import type { LineEditor } from "./line-edit.js";

type Action = (editor: LineEditor) => void;

/** Keys and what they do, for the manual page and for the editor. */
export const EDIT_KEYS: readonly {
  readonly keys: readonly string[];
  readonly does: string;
  readonly run: Action;
}[] = [
  { keys: ["Left", "^B"], does: "one character back", run: (line) => line.move(line.before()) },
  { keys: ["Right", "^F"], does: "one character on", run: (line) => line.move(line.behind()) },
  { keys: ["Home", "^A"], does: "to the start", run: (line) => line.move(0) },
  { keys: ["End", "^E"], does: "to the end", run: (line) => line.move(line.text.length) },
  { keys: ["Ctrl-Left", "Alt-B"], does: "one word back", run: (line) => line.move(line.word(-1)) },
  { keys: ["Ctrl-Right", "Alt-F"], does: "one word on", run: (line) => line.move(line.word(1)) },
  {
    keys: ["^?", "^H"],
    does: "delete the character before the cursor",
    run: (line) => line.cut(line.before(), line.cursor),
  },
  {
    keys: ["Delete"],
    does: "delete the character under the cursor",
    run: (line) => line.cut(line.cursor, line.behind()),
  },
  {
    keys: ["^W"],
    does: "cut the word before the cursor",
    run: (line) => line.kill(line.spaced(), line.cursor),
  },
  {
    keys: ["Alt-Backspace"],
    does: "cut back to the start of a word",
    run: (line) => line.kill(line.word(-1), line.cursor),
  },
  {
    keys: ["Alt-D", "Ctrl-Delete"],
    does: "cut on to the end of a word",
    run: (line) => line.kill(line.cursor, line.word(1)),
  },
  { keys: ["^U"], does: "cut all before the cursor", run: (line) => line.kill(0, line.cursor) },
  {
    keys: ["^K"],
    does: "cut all behind the cursor",
    run: (line) => line.kill(line.cursor, line.text.length),
  },
  { keys: ["^Y"], does: "insert what was cut last", run: (line) => line.insert(line.killed) },
  { keys: ["Up", "^P"], does: "an older line that begins as this one", run: (line) => line.walk(-1) },
  { keys: ["Down", "^N"], does: "a newer line that begins as this one", run: (line) => line.walk(1) },
  { keys: ["^R"], does: "search the older lines for what is typed next", run: (line) => line.searchOlder() },
];

/** By key. */
export const EDIT_ACTIONS: ReadonlyMap<string, Action> = new Map(
  EDIT_KEYS.flatMap(({ keys, run }) => keys.map((key) => [key, run] as const)),
);
