/**
 * A line that is being typed: its text, its cursor, and what each key does to them. Pure. Knows no screen; keys are read by
 * edit-keys.ts.
 */
import { parseCaret } from "../bytes/caret.js";
import { nextCharacter, previousCharacter } from "../bytes/char-width.js";
import { type Complete, completeWord } from "./complete-word.js";
import { EDIT_ACTIONS } from "./edit-actions.js";
import { KeyReader } from "./edit-keys.js";
import { type FoundLine, type History, HistorySearch, HistoryWalk } from "./history.js";

/** UTF-16 units of the longest line; what is more is refused with a bell. */
export const LONGEST_LINE = 65_536;

export interface LineEditorOptions {
  readonly history: History;
  /** What a Tab asks; absent: a Tab is text. */
  readonly complete?: Complete | undefined;
  /** Whether control characters without a meaning here, and ^C, are somebody else's (`control`). Else ^C cancels. */
  readonly passesControls?: boolean;
}

/** What came of some bytes. At most one of `done`, `cancelled` and `control`; then the line is empty again, or as it was. */
export interface EditResult {
  /** Where the bytes that are not read yet begin. */
  readonly at: number;
  /** The line, accepted. */
  readonly done?: string;
  /** Given up: Esc, ^C, ^G, ^D on an empty line. */
  readonly cancelled?: true;
  /** A control character for somebody else. ^C and ^Z give the line up, as a terminal's own line discipline does. */
  readonly control?: number;
}

const WORD = /[\p{L}\p{N}_]/u;
const SPACE = /\s/;

export class LineEditor {
  text = "";
  /** Where the next character goes, in UTF-16 units of `text`. */
  cursor = 0;
  /** What was cut last. */
  killed = "";
  /** Something was refused since somebody looked; to be set back by whoever did. */
  isBellDue = false;
  /** Words to choose from, asked for by a second Tab; to be set back by whoever showed them. */
  choices: readonly string[] | undefined;
  readonly #options: LineEditorOptions;
  readonly #keys = new KeyReader();
  #walk: HistoryWalk | undefined;
  #search: HistorySearch | undefined;
  #hasTabbed = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
  }

  /** What is searched for in the history; undefined while nothing is. */
  get query(): string | undefined {
    return this.#search?.query;
  }

  /** Whether an ESC stands alone so far: `endEscape` is to be called if nothing comes for ESCAPE_MS. */
  get isEscapePending(): boolean {
    return this.#keys.isEscapePending;
  }

  endEscape(): EditResult {
    if (!this.isEscapePending) return { at: 0 };
    this.#keys.endEscape();
    return this.#press("Esc", 0) ?? { at: 0 };
  }

  /** Reads keys from `bytes[start..end)`, up to one that ends the line or is for somebody else. */
  push(bytes: Uint8Array, start: number, end: number): EditResult {
    let at = start;
    while (at < end) {
      at = this.#keys.read(bytes, at, end);
      const { text, key, isRefused } = this.#keys;
      if (isRefused) this.isBellDue = true;
      if (text !== "") this.#type(text);
      const result = key === "" ? undefined : this.#press(key, at);
      if (result) return result;
    }
    return { at };
  }

  #type(text: string): void {
    this.#hasTabbed = false;
    if (this.#search === undefined) return this.insert(text);
    for (const character of text) this.#showFound(this.#search.extend(character));
  }

  #press(key: string, at: number): EditResult | undefined {
    const wasTab = this.#hasTabbed;
    this.#hasTabbed = false;
    const { complete, passesControls = false } = this.#options;
    if (key === "Newline" && !passesControls) {
      this.insert(" "); // a pasted text is looked at before it is run
      return undefined;
    }
    if (key === "^M" || key === "^J" || key === "Newline") return { at, done: this.#accept() };
    if (this.#search && this.#pressInSearch(this.#search, key)) return undefined;
    if (key === "^I") {
      if (complete) this.#complete(complete, wasTab);
      else this.insert("\t");
      return undefined;
    }
    if (key === "^D" && this.text !== "") key = "Delete";
    const run = EDIT_ACTIONS.get(key);
    if (run) {
      if (run !== EDIT_ACTIONS.get("Up") && run !== EDIT_ACTIONS.get("Down")) this.#walk = undefined;
      run(this);
      return undefined;
    }
    return passesControls ? this.#pass(key, at) : this.#cancel(key, at);
  }

  #cancel(key: string, at: number): EditResult | undefined {
    if (key === "Esc" || key === "^C" || key === "^G" || key === "^D") {
      this.clear();
      return { at, cancelled: true };
    }
    this.isBellDue = true;
    return undefined;
  }

  #pass(key: string, at: number): EditResult | undefined {
    if (key === "Esc" && this.text !== "") {
      this.clear();
      return { at, cancelled: true };
    }
    const control = key === "Esc" ? 0x1b : parseCaret(key);
    if (control === undefined) {
      this.isBellDue = true;
      return undefined;
    }
    if (key === "^C" || key === "^Z") this.clear();
    return { at, control };
  }

  #accept(): string {
    const { text } = this;
    this.clear();
    this.#options.history.add(text);
    return text;
  }

  /** Starts anew with an empty line. */
  clear(): void {
    this.text = "";
    this.cursor = 0;
    this.#search = undefined;
    this.#walk = undefined;
    this.#hasTabbed = false;
  }

  insert(text: string): void {
    this.#walk = undefined;
    const fits = text.slice(0, LONGEST_LINE - this.text.length);
    if (fits.length < text.length) this.isBellDue = true;
    this.text = this.text.slice(0, this.cursor) + fits + this.text.slice(this.cursor);
    this.cursor += fits.length;
  }

  move(to: number): void {
    if (to === this.cursor) this.isBellDue = true;
    this.cursor = to;
  }

  cut(start: number, end: number): void {
    if (start === end) this.isBellDue = true;
    this.text = this.text.slice(0, start) + this.text.slice(end);
    this.cursor = start;
  }

  kill(start: number, end: number): void {
    if (start < end) this.killed = this.text.slice(start, end);
    this.cut(start, end);
  }

  before(): number {
    return this.cursor === 0 ? 0 : previousCharacter(this.text, this.cursor);
  }

  behind(): number {
    return this.cursor === this.text.length ? this.cursor : nextCharacter(this.text, this.cursor);
  }

  /** The start of the word before the cursor (-1), or the end of the one behind it (1): letters, digits and `_`. */
  word(direction: -1 | 1): number {
    return this.#skip(direction, (character) => WORD.test(character));
  }

  /** The start of what stands before the cursor without a space. */
  spaced(): number {
    return this.#skip(-1, (character) => !SPACE.test(character));
  }

  #skip(direction: -1 | 1, isInside: (character: string) => boolean): number {
    let at = this.cursor;
    let wasInside = false;
    for (;;) {
      const edge = direction === -1 ? 0 : this.text.length;
      if (at === edge) return at;
      const next = direction === -1 ? previousCharacter(this.text, at) : nextCharacter(this.text, at);
      const character = this.text.slice(Math.min(at, next), Math.max(at, next));
      if (isInside(character)) wasInside = true;
      else if (wasInside) return at;
      at = next;
    }
  }

  walk(direction: -1 | 1): void {
    this.#walk ??= new HistoryWalk(this.#options.history.lines, this.text);
    const line = this.#walk.step(direction, this.text);
    if (line === undefined) this.isBellDue = true;
    else this.#show(line, line.length);
  }

  searchOlder(): void {
    if (this.#search === undefined) {
      this.#search = new HistorySearch(this.#options.history.lines, { text: this.text, cursor: this.cursor });
    } else {
      this.#showFound(this.#search.older());
    }
  }

  /** Whether the key was the search's own; any other ends it, and the line that was found is edited. */
  #pressInSearch(search: HistorySearch, key: string): boolean {
    if (key === "^R") this.searchOlder();
    else if (key === "^?" || key === "^H") this.#showFound(search.shorten());
    else {
      this.#search = undefined;
      const isGivenUp = key === "^G" || key === "^C";
      if (isGivenUp) this.#showFound(search.draft);
      return isGivenUp || key === "Esc";
    }
    return true;
  }

  #showFound(found: FoundLine | undefined): void {
    if (found === undefined) this.isBellDue = true;
    else this.#show(found.text, found.cursor);
  }

  #show(text: string, cursor: number): void {
    this.text = text;
    this.cursor = cursor;
  }

  #complete(complete: Complete, wasTab: boolean): void {
    const { insert, choices } = completeWord(
      complete,
      this.text.slice(0, this.cursor),
      this.text.slice(this.cursor),
    );
    this.insert(insert);
    this.#hasTabbed = choices.length > 0;
    if (insert !== "") return;
    if (wasTab && choices.length > 0) this.choices = choices;
    else this.isBellDue = true;
  }
}

export function createLineEditor(options: LineEditorOptions): LineEditor {
  return new LineEditor(options);
}
