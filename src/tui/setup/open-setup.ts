/**
 * The form on a surface: shown, its changes made one after the other. Knows when what is done; not what is drawn, nor what a
 * change does.
 */
import { createElement } from "react";
import type { Overlay } from "../overlay.js";
import { Rows } from "../rows.js";
import { show } from "../show.js";
import { isTooSmall, worksUnseen } from "../small-screen.js";
import type { Surface } from "../surface.js";
import { type SetupAct, SetupModel, type SetupWishes } from "./model.js";
import type { SetupOption } from "./option.js";
import { setupScreen } from "./screen.js";

/** What became of the form: nothing, a key of the session's table to be pressed, or what it was for. */
export interface SetupEnd {
  readonly key?: string;
  readonly accepted?: true;
}

export interface SetupOptions extends Omit<SetupWishes, "canSave"> {
  readonly title: string;
  /** Writes what holds as a profile; rejects with what was wrong. */
  readonly saveProfile?: ((name: string) => Promise<{ readonly path: string }>) | undefined;
  /** See PainterOptions. */
  readonly putBack?: string;
  /** It is off the screen. */
  readonly onClose: (end: SetupEnd) => void;
}

const BELL = "\x07";
const SAVE = "save as profile";

export function openSetup(surface: Surface, options: SetupOptions): Overlay {
  const { form, title, saveProfile, putBack, onClose } = options;
  const { looks } = surface;
  const model = new SetupModel({ ...options, canSave: saveProfile !== undefined });
  /** Changes that are asked for, by name: the last one of each. */
  const queue = new Map<string, { readonly option: SetupOption; readonly text: string }>();
  let isAtWork = false;
  let isClosed = false;

  const changed = () => {
    if (!isClosed) shown.changed();
  };
  /** One after the other: what the driver says is of the change before it. */
  const work = async () => {
    if (isAtWork) return;
    isAtWork = true;
    for (const [name, { option, text }] of queue) {
      queue.delete(name);
      const applied = await form.apply(option, text);
      if (!queue.has(name)) model.end(name, applied);
      changed();
    }
    isAtWork = false;
  };
  const save = async (name: string) => {
    model.begin(SAVE, name);
    try {
      const { path } = await saveProfile!(name);
      model.end(SAVE, {}, `@${name} is in ${path}`);
    } catch (error) {
      model.end(SAVE, { error: (error as Error).message });
    }
    changed();
  };
  const end = (how: SetupEnd) => {
    close();
    onClose(how);
  };
  const perform = (act: SetupAct) => {
    switch (act.do) {
      case "close":
        return end({});
      case "leave":
        return end({ key: act.key });
      case "accept":
        return end({ accepted: true });
      case "apply":
        model.begin(act.option.name, act.text);
        queue.delete(act.option.name); // in the order in which they were asked for last
        queue.set(act.option.name, act);
        return void work();
      case "save":
        return void save(act.name);
      case "redraw":
        return shown.redraw();
      case "bell":
        return surface.write(BELL);
    }
  };
  const drawn = () => setupScreen(model, title, surface.size(), looks);
  let cursor: ReturnType<typeof drawn>["cursor"];
  const shown = show(surface, {
    ...(putBack === undefined ? {} : { putBack }),
    render() {
      const screen = drawn();
      ({ cursor } = screen);
      model.top = screen.top;
      return createElement(Rows, { rows: screen.rows });
    },
    cursor: () => cursor,
    onKey(key) {
      if (isTooSmall(surface.size()) && !worksUnseen(key, model)) return surface.write(BELL);
      const act = model.press(key, drawn().room);
      if (act) perform(act);
      changed();
    },
  });
  const unwatch = form.watch?.(changed);
  const close = () => {
    isClosed = true;
    unwatch?.();
    shown.close();
  };
  return {
    push: (bytes) => shown.push(bytes),
    say(level, text) {
      model.message = { level, text };
      changed();
    },
    redraw: () => shown.redraw(),
    leave: () => shown.leave(),
    enter: () => shown.enter(),
    close,
  };
}
