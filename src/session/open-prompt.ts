/**
 * A question on the user's terminal: a label, a line edited behind it, an answer. Knows the editor and its row; not what the
 * answer is for, nor what becomes of the device's bytes meanwhile.
 */
import type { Complete } from "./complete-word.js";
import type { History } from "./history.js";
import { createLineEditor, type EditResult } from "./line-edit.js";
import { PromptLine, wordRows } from "./prompt-line.js";

const BELL = "\x07";

export interface PromptOptions {
  /** In front of what is typed, such as `: `. */
  readonly label: string;
  readonly history: History;
  readonly complete?: Complete | undefined;
  /** The terminal's width; 0 where it is not known. */
  readonly columns: () => number;
  /** Puts text on the terminal. */
  readonly write: (text: string) => void;
  /** Whether the terminal takes text now. While it is stopped nothing is drawn, until `redraw`. */
  readonly takesText?: (() => boolean) | undefined;
  /** Whether nothing stands in the cursor's row; else the row below it is used. */
  readonly atLineStart?: boolean | undefined;
}

/** With `done` or `cancelled` it is off the screen, and bytes from `at` on are for whoever had the keys before. */
export type PromptResult = Pick<EditResult, "at" | "done" | "cancelled">;

export interface LinePrompt {
  /** Keys as the terminal sends them, cut anywhere. */
  push(bytes: Uint8Array, start?: number, end?: number): PromptResult;
  /** Whether an ESC stands alone so far: `endEscape` is to be called if nothing comes for ESCAPE_MS. */
  readonly isEscapePending: boolean;
  endEscape(): PromptResult;
  /** Draws it anew: the window has another size, or something else was written. */
  redraw(): void;
  /** The same where somebody has moved the rows of the screen: the window has another size. */
  redrawMoved(): void;
  /** Takes it off the screen. Safe to call twice. */
  close(): void;
}

/** Shows it at once. */
export function createPrompt({
  label,
  history,
  complete,
  columns,
  write,
  takesText = () => true,
  atLineStart,
}: PromptOptions): LinePrompt {
  const editor = createLineEditor({ history, complete });
  const line = new PromptLine({ columns, atLineStart });
  let isOpen = true;
  const draw = () => {
    const { text, cursor, query } = editor;
    return line.draw({ label: query === undefined ? label : `(search: ${query}) `, text, cursor });
  };
  const update = () => {
    const { choices, isBellDue } = editor;
    const above = choices ? line.writeAbove(wordRows(choices, line.columns)) : "";
    editor.choices = undefined;
    editor.isBellDue = false;
    write(`${above}${draw()}${isBellDue ? BELL : ""}`);
  };
  const close = () => {
    if (isOpen) write(line.erase());
    isOpen = false;
  };
  const show = (result: EditResult): PromptResult => {
    if (result.done !== undefined || result.cancelled) close();
    else if (takesText()) update();
    return result;
  };
  write(draw());
  const redraw = () => {
    if (isOpen && takesText()) update();
  };
  return {
    push: (bytes, start = 0, end = bytes.length) =>
      isOpen ? show(editor.push(bytes, start, end)) : { at: start, cancelled: true },
    get isEscapePending() {
      return editor.isEscapePending;
    },
    endEscape: () => (isOpen ? show(editor.endEscape()) : { at: 0, cancelled: true }),
    redraw,
    redrawMoved() {
      line.lose();
      redraw();
    },
    close,
  };
}
