/**
 * The menu's state: what is chosen in the list of keys, which rows are seen, what robin has said, and the facts as of the last
 * look. Knows what each key means here; not how any of it is drawn, nor who does it.
 */
import { formatCaret } from "../../bytes/caret.js";
import type { SessionSnapshot } from "../../session/session-face.js";
import type { Key } from "../keys.js";
import type { Level } from "../overlay.js";
import { isEscapeKey } from "../small-screen.js";

/** A row of the table of keys. */
export interface MenuKey {
  readonly key: string;
  readonly does: string;
  /** Whether it needs the main screen, or leaves it for something else: the menu goes first. */
  readonly needsScreen?: boolean;
}

export interface Message {
  readonly level: Level;
  readonly text: string;
}

/** What a key asks of whoever opened the menu. */
export type MenuAct =
  | { readonly do: "close" }
  /** Close, and press it then. */
  | { readonly do: "leave"; readonly key: string }
  | { readonly do: "press"; readonly key: string }
  | { readonly do: "redraw" }
  | { readonly do: "bell" };

/** How the list stands on the screen just now. */
export interface MenuShape {
  /** Columns of keys. */
  readonly keyColumns: number;
  /** Rows that are seen at once, and the first one. */
  readonly room: number;
  readonly top: number;
}

/** A message with more rows than this is nothing for a few rows at the end. */
const MOST_MESSAGES = 100;

export class MenuModel {
  readonly keys: readonly MenuKey[];
  snapshot: SessionSnapshot;
  messages: readonly Message[] = [];
  /** Which key of the list; undefined: none. */
  selected: number | undefined;
  /** The row that was seen first. */
  top = 0;
  /** Whether the selected key is to be seen, wherever `top` is. */
  follows = false;
  /** The escape key was pressed: one of the table follows. */
  isPrefixed = false;
  readonly #base: Readonly<Record<string, number>>;

  constructor(keys: readonly MenuKey[], snapshot: SessionSnapshot) {
    this.keys = keys;
    this.snapshot = snapshot;
    this.#base = snapshot.counters ?? {};
  }

  /** By how much each counter has grown since the menu was opened. */
  get grown(): ReadonlyMap<string, number> {
    const { counters = {} } = this.snapshot;
    // A device that was away has a driver that begins anew.
    return new Map(Object.entries(counters).map(([name, now]) => [name, now - (this.#base[name] ?? 0)]));
  }

  get escapeKey(): number | undefined {
    return this.snapshot.escapeKey;
  }

  say(level: Level, text: string): void {
    this.messages = [...this.messages, { level, text }].slice(-MOST_MESSAGES);
  }

  press(key: Key, shape: MenuShape): MenuAct | undefined {
    const { escapeKey } = this;
    const isPrefix = isEscapeKey(key, escapeKey);
    const wasPrefixed = this.isPrefixed;
    this.isPrefixed = false;
    if (isPrefix && wasPrefixed) {
      const name = formatCaret(escapeKey!);
      return this.#refuse(`${name} itself is sent from the main screen only`);
    }
    if (isPrefix) {
      this.isPrefixed = true;
      return undefined;
    }
    if (key.name === "escape" && wasPrefixed) return undefined;
    if (key.name === "text" && !key.ctrl && !key.alt) return this.#pressText(key.text);
    if (key.ctrl && key.name === "text") return this.#pressControl(key.text);
    return this.#move(key, shape);
  }

  #pressText(text: string): MenuAct {
    const found = this.keys.find(({ key }) => key === text);
    if (!found) return this.#refuse(`no key ${text} in the list; nothing is sent from here`);
    return this.#run(found);
  }

  #run({ key, needsScreen }: MenuKey): MenuAct {
    this.messages = [];
    if (key === "?") return { do: "close" };
    return needsScreen ? { do: "leave", key } : { do: "press", key };
  }

  #pressControl(letter: string): MenuAct {
    if (letter === "c" || letter === "d") return { do: "close" };
    if (letter === "l") return { do: "redraw" };
    return this.#refuse(`^${letter.toUpperCase()} has no meaning here; nothing is sent`);
  }

  #refuse(why: string): MenuAct {
    this.messages = [{ level: "warning", text: why }];
    return { do: "bell" };
  }

  #move({ name }: Key, { keyColumns, room, top }: MenuShape): MenuAct | undefined {
    const perColumn = Math.ceil(this.keys.length / keyColumns);
    const { selected } = this;
    switch (name) {
      case "escape":
        return { do: "close" };
      case "enter":
        return selected === undefined ? { do: "close" } : this.#run(this.keys[selected]!);
      case "down":
        return this.#select(selected === undefined ? 0 : selected + 1);
      case "up":
        if (selected === 0) return this.#select(undefined);
        return this.#select((selected ?? this.keys.length) - 1);
      case "right":
        return this.#select(selected === undefined ? 0 : selected + perColumn);
      case "left":
        return selected === undefined ? this.#select(0) : this.#select(selected - perColumn);
      case "end":
        return this.#select(this.keys.length - 1);
      case "home":
        return this.#select(undefined);
      case "pagedown":
      case "pageup":
        this.top = Math.max(0, top + (name === "pagedown" ? 1 : -1) * Math.max(1, room - 1));
        this.follows = false;
        return undefined;
      case "paste":
        return this.#refuse("a paste is not sent from here");
      default:
        return this.#refuse("this key has no meaning here; nothing is sent");
    }
  }

  #select(at: number | undefined): MenuAct | undefined {
    if (at !== undefined && (at < 0 || at >= this.keys.length)) return { do: "bell" };
    this.selected = at;
    this.follows = at !== undefined;
    if (at === undefined) this.top = 0;
    return undefined;
  }
}
