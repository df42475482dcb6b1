/**
 * A line that is typed in a row of the screen: the input line, a search, an option. Knows the line editor, and which part of a
 * long line is seen; not what the line is for.
 */
import { textWidth } from "../../bytes/char-width.js";
import type { Complete } from "../../session/complete-word.js";
import { createHistory, type History } from "../../session/history.js";
import { createLineEditor, type EditResult, type LineEditor } from "../../session/line-edit.js";
import { LineWindow } from "../../session/line-window.js";
import type { Key } from "../keys.js";

export interface EditedLineOptions {
  /** In front of what is typed. */
  readonly label: string;
  readonly history?: History;
  readonly complete?: Complete | undefined;
  /** Whether control characters without a meaning here are somebody else's. */
  readonly passesControls?: boolean;
}

export interface LineView {
  readonly text: string;
  /** Where the cursor stands in it, in columns. */
  readonly column: number;
}

export class EditedLine {
  readonly #options: EditedLineOptions;
  readonly #editor: LineEditor;
  readonly #window = new LineWindow();

  constructor(options: EditedLineOptions) {
    this.#options = options;
    const { history = createHistory(), complete, passesControls = false } = options;
    this.#editor = createLineEditor({ history, complete, passesControls });
  }

  get text(): string {
    return this.#editor.text;
  }

  /** Words to choose from, once, after a second Tab. */
  takeChoices(): readonly string[] | undefined {
    const { choices } = this.#editor;
    this.#editor.choices = undefined;
    return choices;
  }

  /** One key; what came of it, in order. */
  key(key: Key): EditResult[] {
    const bytes = key.name === "paste" ? Buffer.from(`\x1b[200~${key.text}\x1b[201~`) : key.bytes;
    const results: EditResult[] = [];
    for (let at = 0; at < bytes.length; ) {
      const result = this.#editor.push(bytes, at, bytes.length);
      results.push(result);
      at = result.at;
    }
    // The key Esc is known as such already.
    if (this.#editor.isEscapePending) results.push(this.#editor.endEscape());
    return results;
  }

  /** As it is seen in a row of so many columns, 2 at the least. */
  view(columns: number): LineView {
    const { query, text, cursor } = this.#editor;
    const whole = query === undefined ? this.#options.label : `(search: ${query}) `;
    const label = textWidth(whole) > columns / 2 ? "" : whole;
    const { before, behind } = this.#window.see(text, cursor, columns - 1 - textWidth(label));
    return { text: label + before + behind, column: textWidth(label + before) };
  }
}
