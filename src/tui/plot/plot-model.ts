/**
 * What a plot shows at present, and what keys do to it: zoom, pause, hidden series, messages. Knows no element, no cell and no port;
 * the values come from whoever reads the port.
 */
import { CONTROL_KEYS, ESCAPED_KEYS, type PlotAction, plotAction } from "../../plot/plot-keys.js";
import { type AutoRange, type Bounds, createAutoRange } from "../../plot/scale.js";
import type { Series, SeriesSet } from "../../plot/series.js";
import { MOST_ZOOM } from "../../plot/window.js";
import type { Key } from "../keys.js";

export type Level = "error" | "warning" | "notice" | "detail";

/** Where the values are. */
export interface PlotFeed {
  /** The port, as it is called. */
  readonly title: string;
  readonly set: SeriesSet;
  readonly bounds: Bounds;
  /** The wall clock at second 0 of the values' time, in seconds since the epoch. */
  readonly startWall: () => number;
  /** Lines that came, with numbers and without. */
  readonly lines: () => number;
  /** Whether the device is gone, and waited for. */
  readonly isAway: () => boolean;
}

/** A part of the values, to be kept as a picture. */
export interface PlotPart {
  readonly set: SeriesSet;
  readonly shown: readonly Series[];
  readonly zoom: number;
}

export interface PlotHooks {
  /** The escape key of a session, if there is one. */
  readonly escapeKey: number | undefined;
  /** Writes what is seen. What became of it comes as a message. */
  save(part: PlotPart): void;
  suspend(): void;
  quit(): void;
}

/** How long a message stands, ms. */
const STANDS_MS = 8000;

export class PlotModel {
  readonly feed: PlotFeed;
  readonly range: AutoRange;
  readonly hidden = new Set<string>();
  /** 1 to MOST_ZOOM: a fraction of what is kept is seen. */
  zoom = 1;
  isHelp = false;
  /** The escape key was pressed. */
  isEscaped = false;
  message: { readonly level: Level; readonly text: string } | undefined;
  /** Why nothing more comes. */
  end: string | undefined;
  /** Told when something else is to be shown. */
  onChanged: () => void = () => {};
  readonly #hooks: PlotHooks;
  #frozen: SeriesSet | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(feed: PlotFeed, hooks: PlotHooks) {
    this.feed = feed;
    this.#hooks = hooks;
    this.range = createAutoRange(feed.bounds);
  }

  /** What is drawn: as it is, or as it was at the pause. */
  get set(): SeriesSet {
    return this.#frozen ?? this.feed.set;
  }

  get isPaused(): boolean {
    return this.#frozen !== undefined;
  }

  /** Rows that came since the pause. */
  get unseen(): number {
    return this.#frozen ? this.feed.set.rows - this.#frozen.rows : 0;
  }

  get shown(): readonly Series[] {
    return this.set.list.filter(({ name }) => !this.hidden.has(name));
  }

  say(level: Level, text: string): void {
    clearTimeout(this.#timer);
    this.message = { level, text };
    this.#timer = setTimeout(() => {
      this.message = undefined;
      this.onChanged();
    }, STANDS_MS);
    this.onChanged();
  }

  key(key: Key): void {
    if (this.isEscaped) {
      this.isEscaped = false;
      this.#do(ESCAPED_KEYS[key.text]);
    } else if (key.bytes.length === 1 && key.bytes[0] === this.#hooks.escapeKey) {
      this.isEscaped = true;
    } else if (key.ctrl) {
      this.#do(CONTROL_KEYS[key.text]);
    } else if (!key.alt && key.name !== "paste") {
      const name = key.name === "text" ? key.text : key.name;
      this.#do(plotAction(name), name);
    }
    this.onChanged();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #do(action: PlotAction | undefined, name = ""): void {
    switch (action) {
      case "pause":
        this.#frozen = this.#frozen ? undefined : this.feed.set.copy();
        break;
      case "zoom-in":
        this.zoom = Math.min(MOST_ZOOM, this.zoom * 2);
        break;
      case "zoom-out":
        this.zoom = Math.max(1, this.zoom / 2);
        break;
      case "hide":
        this.#hide(Number(name) - 1);
        break;
      case "clear":
        this.feed.set.clear();
        this.hidden.clear();
        this.#frozen = undefined;
        this.zoom = 1;
        this.range.reset();
        break;
      case "save":
        this.#hooks.save({ set: this.set, shown: this.shown, zoom: this.zoom });
        break;
      case "help":
        this.isHelp = !this.isHelp;
        break;
      case "suspend":
        this.#hooks.suspend();
        break;
      case "quit":
        this.#hooks.quit();
    }
  }

  #hide(at: number): void {
    const name = this.set.list[at]?.name;
    if (name === undefined) return;
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.range.reset();
  }
}
