/**
 * The form's state: which row is chosen, what is edited in it, what became of changes. Knows what each key means here; not how
 * it is drawn, nor how a change is made.
 */
import { formatCaret } from "../../bytes/caret.js";
import type { Key } from "../keys.js";
import type { Message } from "../menu/model.js";
import { isEscapeKey } from "../small-screen.js";
import { FieldEdit } from "./field-edit.js";
import type { Applied, FieldValue, Form } from "./form.js";
import { isTyped, OFF, type SetupOption, step, steps } from "./option.js";

/** A row that can be chosen. */
export type Entry =
  | { readonly kind: "field"; readonly id: string; readonly option: SetupOption }
  /** Asks for a profile's name. */
  | { readonly kind: "save"; readonly id: string }
  /** What the form is for, where it is for something: connecting. */
  | { readonly kind: "accept"; readonly id: string; readonly label: string };

export interface Note {
  readonly text: string;
  readonly isBad: boolean;
}

/** What a key asks of whoever shows the form. */
export type SetupAct =
  | { readonly do: "close" | "accept" | "redraw" | "bell" }
  /** Close, and press this key of the session's table. */
  | { readonly do: "leave"; readonly key: string }
  | { readonly do: "apply"; readonly option: SetupOption; readonly text: string }
  | { readonly do: "save"; readonly name: string };

export interface SetupWishes {
  readonly form: Form;
  /** What Enter on the last row does, in a word. */
  readonly accept?: string | undefined;
  readonly canSave?: boolean | undefined;
  /** Whether a key behind the session's escape key is one of its table. */
  readonly isKey?: ((key: string) => boolean) | undefined;
}

const BELL: SetupAct = { do: "bell" };
/** Rows that a page moves by, but for the last one of the page before. */
const LEAST_PAGE = 1;

export class SetupModel {
  readonly form: Form;
  readonly entries: readonly Entry[];
  selected = 0;
  /** The row that was seen first. */
  top = 0;
  edit: FieldEdit | undefined;
  message: Message | undefined;
  isPrefixed = false;
  readonly #notes = new Map<string, Note>();
  readonly #pending = new Map<string, string>();
  readonly #wishes: SetupWishes;

  constructor(wishes: SetupWishes) {
    const { form, accept, canSave } = wishes;
    this.#wishes = wishes;
    this.form = form;
    this.entries = [
      ...form.options.map((option): Entry => ({ kind: "field", id: option.name, option })),
      ...(canSave ? [{ kind: "save", id: "save as profile" } as const] : []),
      ...(accept === undefined ? [] : [{ kind: "accept", id: "accept", label: accept } as const]),
    ];
  }

  get escapeKey(): number | undefined {
    return this.form.escapeKey;
  }

  get entry(): Entry {
    return this.entries[this.selected]!;
  }

  note({ id }: Entry): Note | undefined {
    return this.#notes.get(id);
  }

  isPending({ id }: Entry): boolean {
    return this.#pending.has(id);
  }

  /** What holds, or is about to. */
  value(option: SetupOption): FieldValue {
    const pending = this.#pending.get(option.name);
    return pending === undefined ? this.form.value(option) : { text: pending };
  }

  /** A change is on its way. What was said of the one before is over. */
  begin(id: string, text: string): void {
    this.#pending.set(id, text);
    this.#notes.delete(id);
  }

  /** The last change that was asked for is made, or is not. */
  end(id: string, { error, refusal }: Applied, done?: string): void {
    this.#pending.delete(id);
    const text = error ?? refusal ?? done;
    if (text !== undefined)
      this.#notes.set(id, { text, isBad: error !== undefined || refusal !== undefined });
  }

  /** `page`: rows that are seen at once. */
  press(key: Key, page: number): SetupAct | undefined {
    this.message = undefined;
    const { escapeKey } = this;
    const isPrefix = isEscapeKey(key, escapeKey);
    const wasPrefixed = this.isPrefixed;
    this.isPrefixed = isPrefix && !wasPrefixed;
    if (isPrefix) return wasPrefixed ? BELL : undefined;
    if (wasPrefixed) {
      if (key.name === "escape") return undefined;
      return key.name === "text" && !key.ctrl && this.#wishes.isKey?.(key.text)
        ? { do: "leave", key: key.text }
        : BELL;
    }
    return this.edit ? this.#pressInEdit(key, this.edit) : this.#pressInList(key, page);
  }

  #pressInList(key: Key, page: number): SetupAct | undefined {
    switch (key.name) {
      case "escape":
        return { do: "close" };
      case "up":
        return this.#select(this.selected - 1);
      case "down":
        return this.#select(this.selected + 1);
      case "pageup":
        return this.#select(Math.max(0, this.selected - Math.max(LEAST_PAGE, page - 1)));
      case "pagedown":
        return this.#select(
          Math.min(this.entries.length - 1, this.selected + Math.max(LEAST_PAGE, page - 1)),
        );
      case "home":
        return this.#select(0);
      case "end":
        return this.#select(this.entries.length - 1);
      case "tab":
        return this.#select(this.#group(key.shift ? -1 : 1));
      case "left":
        return this.#step(-1);
      case "right":
        return this.#step(1);
      case "enter":
        return this.#enter();
      case "paste":
        return this.#type(key.text);
      case "text":
        return key.ctrl || key.alt ? this.#control(key) : this.#type(key.text);
      default:
        return BELL;
    }
  }

  #control({ ctrl, text }: Key): SetupAct | undefined {
    if (!ctrl) return BELL;
    if (text === "c" || text === "d") return { do: "close" };
    if (text === "l") return { do: "redraw" };
    const save = this.entries.findIndex(({ kind }) => kind === "save");
    if (text !== "s" || save === -1) return BELL;
    this.selected = save;
    return this.#begin("");
  }

  #select(at: number): SetupAct | undefined {
    if (at < 0 || at >= this.entries.length || at === this.selected) return BELL;
    this.selected = at;
    return undefined;
  }

  /** The first row of the next group, or of this one and the one before it; what is no field is a group of its own. */
  #group(direction: -1 | 1): number {
    const group = (entry: Entry) => (entry.kind === "field" ? entry.option.group : entry.id);
    const firsts = this.entries.flatMap((entry, at) =>
      at === 0 || group(entry) !== group(this.entries[at - 1]!) ? [at] : [],
    );
    const found =
      direction === 1 ? firsts.find((at) => at > this.selected) : firsts.findLast((at) => at < this.selected);
    return found ?? -1;
  }

  #step(direction: -1 | 1): SetupAct | undefined {
    const { entry } = this;
    if (entry.kind !== "field") return BELL;
    const to = step(entry.option, this.value(entry.option).text, direction);
    return to === undefined ? BELL : { do: "apply", option: entry.option, text: to };
  }

  #enter(): SetupAct | undefined {
    const { entry } = this;
    if (entry.kind === "accept") return { do: "accept" };
    if (entry.kind === "save") return this.#begin("");
    if (!isTyped(entry.option)) return this.#step(1);
    const { text = "", draft = text } = this.value(entry.option);
    return this.#begin(draft === OFF && entry.option.hasOff ? "" : draft);
  }

  /** A field that is typed begins anew with it; of one with choices it is the first letter. */
  #type(text: string): SetupAct | undefined {
    const { entry } = this;
    if (entry.kind === "accept") return BELL;
    if (entry.kind === "field" && text === " " && steps(entry.option).length > 0) return this.#step(1);
    if (entry.kind === "field" && !isTyped(entry.option)) {
      const found = steps(entry.option).find((one) => one.startsWith(text.toLowerCase()));
      return found === undefined ? BELL : { do: "apply", option: entry.option, text: found };
    }
    this.#begin("");
    return text === " " || this.edit?.insert(text) ? undefined : BELL;
  }

  #begin(text: string): undefined {
    const { entry } = this;
    this.edit = new FieldEdit(text, entry.kind === "field" ? entry.option.complete : undefined);
  }

  #pressInEdit(key: Key, edit: FieldEdit): SetupAct | undefined {
    if (key.name === "enter") return this.#accept(edit.text);
    if (key.ctrl && key.text === "l") return { do: "redraw" };
    if (key.ctrl && key.text === "s" && this.entry.kind === "save") return this.#accept(edit.text);
    const came = edit.press(key);
    if (came === "given up") this.edit = undefined;
    return came === "refused" ? BELL : undefined;
  }

  #accept(text: string): SetupAct | undefined {
    const { entry } = this;
    if (entry.kind === "save") {
      this.edit = undefined;
      return text === "" ? undefined : { do: "save", name: text };
    }
    if (entry.kind !== "field") return undefined;
    const { option } = entry;
    if (text === "" && !option.hasOff) {
      this.message = { level: "warning", text: `${option.name} needs a value; Esc leaves it as it is` };
      return BELL;
    }
    this.edit = undefined;
    const { text: now, draft = now } = this.value(option);
    const to = text === "" ? OFF : text;
    // Said again where it does not hold: the driver may take it now.
    if (to === (draft ?? OFF) && !this.note(entry)?.isBad) return undefined;
    return { do: "apply", option, text: to };
  }
}

/** `^\`, for whoever says that it was pressed. */
export function prefixName(escapeKey: number | undefined): string {
  return formatCaret(escapeKey ?? 0);
}
