/**
 * The full screen: its panes, who has the keys, what stands over them. Knows what each key of ui-keys.ts does; how it is drawn is
 * ui-frame.ts's and chrome.tsx's, and the sessions are behind pane-port.ts.
 */
import { formatCaret } from "../../bytes/caret.js";
import type { EditResult } from "../../session/line-edit.js";
import { wordRows } from "../../session/prompt-line.js";
import type { Key } from "../keys.js";
import type { Looks, Size, Surface } from "../surface.js";
import { createBell } from "./bell.js";
import { clipboardSequence } from "./clipboard.js";
import { EditedLine } from "./edited-line.js";
import { keyBytes } from "./key-bytes.js";
import { keyName } from "./key-name.js";
import { type Layout, layoutOf } from "./layout.js";
import type { LineChooser } from "./line-chooser.js";
import { Messages } from "./messages.js";
import { Pane } from "./pane.js";
import { act } from "./ui-actions.js";
import type { UiHooks } from "./ui-hooks.js";
import { findUiKey } from "./ui-keys.js";
import { UiMouse } from "./ui-mouse.js";

export interface UiOptions {
  /** The ports as the user named them. */
  readonly names: readonly string[];
  readonly scrollback: number;
  readonly surface: Surface;
  readonly hooks: UiHooks;
}

/** Something is asked in the last row. */
interface Question {
  readonly line: EditedLine;
  /** After each key that did not end it. */
  readonly onText?: (text: string) => void;
  /** Undefined: nothing. */
  readonly onDone: (text: string | undefined) => void;
}

/** What a message's frame takes of a row. */
const BOX_COLUMNS = 4;
export class Ui {
  readonly panes: readonly Pane[];
  readonly messages: Messages;
  focus = 0;
  /** Whether keys of scrolling and searching are for what is looked at. */
  isBack = false;
  chooser: LineChooser | undefined;
  question: Question | undefined;
  inputLine: EditedLine | undefined;
  isHelpShown = false;
  helpTop = 0;
  isMouseTaken = true;
  /** The escape key was pressed. */
  isCommandDue = false;
  /** Whether scrolling keys are for the hex pane. */
  isHexFocused = false;
  /** Told when Ink's part of the screen, or only the rest, has to be drawn again. */
  onChanged = () => {};
  onRepaint = () => {};
  onMouse = (_isTaken: boolean) => {};
  layout: Layout;
  readonly #surface: Surface;
  readonly #hooks: UiHooks;
  readonly #mouse: UiMouse;
  /** Rings the user's bell. */
  readonly ring: () => void;

  constructor({ names, scrollback, surface, hooks }: UiOptions) {
    this.#surface = surface;
    this.ring = createBell((text) => surface.write(text));
    this.#hooks = hooks;
    this.messages = new Messages(() => this.onChanged());
    this.#mouse = new UiMouse(this, (text) => this.copy(text));
    const size = surface.size();
    this.layout = this.#layoutFor(
      size,
      names.map(() => false),
    );
    this.panes = names.map((name, at) => {
      const place = this.layout.panes[at] ?? this.layout.panes.find((one) => one !== undefined);
      const { rows, columns } = place?.terminal ?? { rows: 24, columns: 80 };
      return new Pane({
        ...{ name, scrollback, rows, columns },
        onChanged: () => this.onRepaint(),
        onStatus: () => this.onChanged(),
        onBell: () => this.ring(),
      });
    });
    for (const pane of this.panes) pane.lookback.onMissed = () => this.#missed(pane);
  }

  #missed(pane: Pane): void {
    // While one types it stands behind what was typed.
    if (!this.question) this.messages.say("warning", `there is no "${pane.lookback.query}"`);
  }

  get looks(): Looks {
    return this.#surface.looks;
  }

  get hooks(): UiHooks {
    return this.#hooks;
  }

  get pane(): Pane {
    return this.panes[this.focus]!;
  }

  /** The panes take their places on a screen of this size. */
  arrange(size: Size): Layout {
    this.layout = this.#layoutFor(
      size,
      this.panes.map(({ hasHex }) => hasHex),
    );
    const any = this.layout.panes.find((one) => one !== undefined);
    this.panes.forEach((pane, at) => {
      const place = this.layout.panes[at] ?? any;
      if (place) pane.terminal.resize(place.terminal);
    });
    return this.layout;
  }

  #layoutFor(size: Size, hex: readonly boolean[]): Layout {
    return layoutOf(size, { hex, hasInput: this.inputLine !== undefined, focus: this.focus });
  }

  key(key: Key): void {
    if (key.name === "mouse") return this.#mouse.event(key);
    this.messages.keyPressed();
    const isEscapeKey = this.#isEscapeKey(key);
    if (this.isCommandDue) {
      this.isCommandDue = false;
      this.onChanged();
      if (isEscapeKey) return this.#type(key);
      return this.#command(key);
    }
    if (isEscapeKey) {
      this.#endQuestion(undefined);
      this.isHelpShown = false;
      this.isCommandDue = true;
      return this.onChanged();
    }
    if (this.isHelpShown) return this.#keyInHelp(key);
    if (this.question) return this.#answer(this.question, key);
    const name = keyName(key);
    const action =
      findUiKey(name, "always") ??
      (this.chooser ? findUiKey(name, "copy") : this.isBack ? findUiKey(name, "back") : undefined);
    if (action) return act(this, action, findUiKey(name, "always") === undefined);
    if (this.chooser || this.isBack) return this.ring();
    this.#type(key);
  }

  #isEscapeKey({ bytes, name }: Key): boolean {
    return name !== "paste" && bytes.length === 1 && bytes[0] === this.#hooks.escapeKey(this.focus);
  }

  #keyInHelp(key: Key): void {
    const rows = Math.max(1, this.layout.statusRow - 2);
    const by: Readonly<Record<string, number>> = {
      Up: -1,
      Down: 1,
      PageUp: -rows,
      PageDown: rows,
      Space: rows,
    };
    const step = by[keyName(key)];
    if (step === undefined) this.isHelpShown = false;
    else this.helpTop = Math.max(0, this.helpTop + step); // and no further than there is help: who draws it sees to that
    this.onChanged();
  }

  /** Does what a key of a table does behind the escape key, by its name. */
  command(name: string): void {
    const action = findUiKey(name, "command");
    if (action) act(this, action, true);
    else this.#hooks.press(this.focus, name);
  }

  /** A key behind the escape key. One that means nothing is passed on. */
  #command(key: Key): void {
    const action = findUiKey(keyName(key), "command");
    if (action) return act(this, action, true);
    const { port } = this.pane;
    if (key.name === "text" && !key.ctrl && !key.alt && this.#hooks.press(this.focus, key.text)) return;
    if (port) this.#type(key);
  }

  /** Keys are for what went by. */
  lookBack(): void {
    this.isBack = true;
    this.messages.hideNotice(); // keys of this mode stand there
    this.onChanged();
  }

  /** Keys go to the port again, and its end is seen. */
  leaveBack(): void {
    const { pane } = this;
    if (this.chooser) {
      this.chooser = undefined;
      pane.lookback.select(undefined);
      return this.onChanged();
    }
    this.isBack = false;
    pane.lookback.clear();
    pane.toEnd();
    this.onChanged();
  }

  /** Asks for a line in the last row. */
  ask(
    options: ConstructorParameters<typeof EditedLine>[0],
    onDone: Question["onDone"],
    onText?: Question["onText"],
  ): void {
    this.question = { line: new EditedLine(options), onDone, ...(onText ? { onText } : {}) };
    this.onChanged();
  }

  #answer(question: Question, key: Key): void {
    const before = question.line.text;
    for (const { done, cancelled } of question.line.key(key)) {
      if (done !== undefined || cancelled) return this.#endQuestion(done);
    }
    if (question.line.text !== before) question.onText?.(question.line.text);
    const choices = question.line.takeChoices();
    if (choices) this.messages.showLines(wordRows(choices, this.#surface.size().columns - BOX_COLUMNS));
    this.onChanged();
  }

  #endQuestion(text: string | undefined): void {
    const { question } = this;
    this.question = undefined;
    question?.onDone(text);
    if (question) this.onChanged();
  }

  /** To the clipboard of the user's terminal. */
  copy(text: string): void {
    if (text === "") return;
    const sequence = clipboardSequence(text);
    const count = text.length === 1 ? "1 character" : `${text.length} characters`;
    if (sequence === undefined)
      return this.messages.say("warning", `${count} are more than a terminal takes`);
    this.#surface.write(sequence);
    this.messages.say(
      "notice",
      `${count} copied, if the terminal has a clipboard; ${this.spelt("v")} lets it select by itself`,
    );
  }

  focusOn(at: number, isHex: boolean): void {
    if (at !== this.focus) {
      if (this.chooser) this.leaveBack();
      this.isBack = false;
      this.focus = at;
    }
    this.isHexFocused = isHex;
    this.onChanged();
  }

  /** A key that is for the port, or for the input line. */
  #type(key: Key): void {
    const { pane, inputLine } = this;
    if (key.name === "unknown" && inputLine) return;
    if (inputLine) {
      for (const result of inputLine.key(key)) this.#send(result);
      return this.onChanged();
    }
    this.send(keyBytes(key, pane.terminal.keyModes));
  }

  #send({ done, control }: EditResult): void {
    if (done !== undefined) this.send(Buffer.from(`${done}\r`));
    else if (control !== undefined) this.send(Uint8Array.of(control));
  }

  /** To the port that has the keys; its end is what one wants to see then. */
  send(bytes: Uint8Array): void {
    const { pane } = this;
    if (!pane.port || pane.end !== undefined) return this.ring();
    pane.toEnd();
    pane.port.type(bytes);
  }

  /** A key behind the escape key, as one types it. */
  spelt(key: string): string {
    const escapeKey = this.#hooks.escapeKey(this.focus);
    return escapeKey === undefined ? key : `${formatCaret(escapeKey)} ${key}`;
  }

  close(): void {
    this.messages.close();
    for (const pane of this.panes) pane.close();
  }
}
