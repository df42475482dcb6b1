/**
 * The picker: its keys, and what each does with the model. Knows no port and no terminal; what is chosen is told to whoever shows it.
 */
import { createElement } from "react";
import type { Key } from "../keys.js";
import { Rows } from "../rows.js";
import type { ShowOptions } from "../show.js";
import type { Looks, Size } from "../surface.js";
import { type Layout, layoutOf } from "./layout.js";
import { PickerModel } from "./model.js";
import type { PickerRow } from "./row.js";

export interface PickerOptions {
  readonly looks: Looks;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  /** This one is meant: to connect to it, to open its settings first, or to forget what is remembered of it. */
  readonly onChoose: (row: PickerRow, how: "connect" | "settings" | "forget") => void;
  readonly onLeave: () => void;
  readonly onSuspend: () => void;
  /** There is something new to be drawn. */
  readonly onChange: () => void;
  readonly onRedraw: () => void;
}

const WHEEL_ROWS = 3;

export class Picker {
  readonly model = new PickerModel();
  readonly #options: PickerOptions;
  #note: string | undefined;
  #layout: Layout | undefined;
  /** Robin's usual escape key was the one before: `q` behind it leaves, as in a session. */
  #isEscaped = false;

  constructor(options: PickerOptions) {
    this.#options = options;
  }

  /** For `show`. */
  get view(): ShowOptions {
    return {
      render: (size) => createElement(Rows, { rows: this.draw(size).lines }),
      cursor: () => this.#layout?.cursor,
      onKey: (key) => this.press(key),
      mouse: true,
    };
  }

  draw(size: Size): Layout {
    const { model } = this;
    const { looks } = this.#options;
    this.#layout = layoutOf({ model, size, looks, top: this.#layout?.top ?? 0, note: this.#note });
    return this.#layout;
  }

  /** `first`: the id of the row to begin with, where it is there. */
  setRows(rows: readonly PickerRow[], first?: string): void {
    this.model.setRows(rows, this.#options.nowMs(), first);
    this.#options.onChange();
  }

  /** What the user should know, until the next key. */
  say(note: string): void {
    this.#note = note;
    this.#options.onChange();
  }

  press(key: Key): void {
    const wasEscaped = this.#isEscaped;
    this.#isEscaped = key.ctrl && key.text === "\\";
    if (this.#isEscaped) return;
    if (wasEscaped) {
      if (key.text === "q") this.#options.onLeave();
      return;
    }
    if (key.name !== "mouse") this.#note = undefined;
    if (key.ctrl && key.name === "text") this.#control(key.text);
    else if (!key.alt) this.#key(key);
    this.#options.onChange();
  }

  #key(key: Key): void {
    const { model } = this;
    const page = Math.max(1, (this.#layout?.page ?? 2) - 1);
    switch (key.name) {
      case "text":
        return model.type(key.text);
      case "paste":
        // Its first line: what comes behind it was meant for something else.
        return model.type(/^[^\r\n]*/.exec(key.text.trimStart())![0]);
      case "up":
        return model.move(-1);
      case "down":
        return model.move(1);
      case "pageup":
        return model.move(-page);
      case "pagedown":
        return model.move(page);
      case "home":
        return model.move(Number.NEGATIVE_INFINITY);
      case "end":
        return model.move(Number.POSITIVE_INFINITY);
      case "backspace":
        return model.erase();
      case "delete":
        return this.#choose("forget");
      case "enter":
        return this.#choose("connect");
      case "tab":
        return key.shift ? undefined : this.#choose("settings");
      case "escape":
        return this.#options.onLeave();
      case "mouse":
        return this.#mouse(key.mouse!);
    }
  }

  #control(letter: string): void {
    const { model } = this;
    switch (letter) {
      case "n":
        return model.move(1);
      case "p":
        return model.move(-1);
      case "u":
        return model.clear();
      case "w":
        return model.eraseWord();
      case "l":
        return this.#options.onRedraw();
      case "z":
        return this.#options.onSuspend();
      case "c":
      case "d":
        return this.#options.onLeave();
    }
  }

  #mouse({ button, action, row }: NonNullable<Key["mouse"]>): void {
    if (button === "wheelup") return this.model.move(-WHEEL_ROWS);
    if (button === "wheeldown") return this.model.move(WHEEL_ROWS);
    const id = this.#layout?.rowAt[row];
    if (button === "left" && action === "press" && id !== undefined) this.model.select(id);
  }

  #choose(how: "connect" | "settings" | "forget"): void {
    const row = this.model.choose(this.#options.nowMs());
    if (row) this.#options.onChoose(row, how);
  }
}
