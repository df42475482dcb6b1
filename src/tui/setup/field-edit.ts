/**
 * A value that is being typed in its field. Knows the line editor; not what becomes of the value.
 */
import { createHistory } from "../../session/history.js";
import { createLineEditor, type LineEditor } from "../../session/line-edit.js";
import { LineWindow, type SeenLine } from "../../session/line-window.js";
import type { Key } from "../keys.js";

/** A paste is for one field: so many UTF-16 units of it at the most. */
const LONGEST_PASTE = 4096;

export class FieldEdit {
  /** Words to choose from, asked for by a second Tab. */
  choices: readonly string[] = [];
  readonly #editor: LineEditor;
  readonly #window = new LineWindow();

  constructor(text: string, complete: ((typed: string) => readonly string[]) | undefined) {
    this.#editor = createLineEditor({ history: createHistory(), complete });
    this.#editor.insert(text);
  }

  /** What was typed, without blanks at its ends. */
  get text(): string {
    return this.#editor.text.trim();
  }

  /** What is seen of it in so many columns, 1 at least. */
  see(columns: number): SeenLine {
    return this.#window.see(this.#editor.text, this.#editor.cursor, columns);
  }

  /** A field has one line: of several the first one. Returns whether that was all. */
  insert(text: string): boolean {
    const [line = ""] = text.slice(0, LONGEST_PASTE).split(/[\r\n]/);
    const clean = line.replace(/[\p{Cc}\p{Cs}]/gu, "");
    this.#editor.insert(clean);
    return clean === text;
  }

  /** Any key but Enter. */
  press(key: Key): "given up" | "refused" | undefined {
    this.choices = [];
    if (key.name === "paste") return this.insert(key.text) ? undefined : "refused";
    const editor = this.#editor;
    if (key.name === "escape" || editor.push(key.bytes, 0, key.bytes.length).cancelled) return "given up";
    this.choices = editor.choices ?? [];
    editor.choices = undefined;
    const { isBellDue } = editor;
    editor.isBellDue = false;
    return isBellDue ? "refused" : undefined;
  }
}
