/**
 * The menu on a surface: shown, kept up to date, its keys passed on. Knows when the session is looked at; not what is drawn.
 */
import { createElement } from "react";
import type { SessionFace } from "../../session/session-face.js";
import type { Overlay } from "../overlay.js";
import { Rows } from "../rows.js";
import { show } from "../show.js";
import { isTooSmall, worksUnseen } from "../small-screen.js";
import type { Surface } from "../surface.js";
import { createWatch } from "../watch-face.js";
import { type MenuAct, type MenuKey, MenuModel } from "./model.js";
import { menuScreen } from "./screen.js";

export interface MenuOptions {
  readonly face: SessionFace;
  readonly keys: readonly MenuKey[];
  /** See PainterOptions. */
  readonly putBack?: string;
  /** It is off the screen; `then`: a key of the table that is to be pressed now. */
  readonly onClose: (then?: { readonly key: string }) => void;
}

const BELL = "\x07";

export function openMenu(surface: Surface, { face, keys, putBack, onClose }: MenuOptions): Overlay {
  const model = new MenuModel(keys, face.snapshot());
  const { looks } = surface;
  let isClosed = false;
  /** A key was pressed, and what came of it is not said yet. */
  let isAwaited = false;
  const watch = createWatch(face, (snapshot) => {
    model.snapshot = snapshot;
    shown.changed();
  });
  const close = () => {
    isClosed = true;
    watch.close();
    shown.close();
  };
  const perform = (act: MenuAct) => {
    switch (act.do) {
      case "close":
        close();
        return onClose();
      case "leave":
        close();
        return onClose({ key: act.key });
      case "press":
        if (!face.press(act.key)) model.say("warning", `the key ${act.key} has no meaning in this session`);
        isAwaited = true;
        return watch.soon();
      case "redraw":
        return shown.redraw();
      case "bell":
        return surface.write(BELL);
    }
  };
  const shown = show(surface, {
    ...(putBack === undefined ? {} : { putBack }),
    render: (size) => createElement(Rows, { rows: menuScreen(model, size, looks).rows }),
    onKey(key) {
      const size = surface.size();
      if (isTooSmall(size) && !worksUnseen(key, model)) return surface.write(BELL); // nobody sees what it would do
      const act = model.press(key, menuScreen(model, size, looks));
      if (act) perform(act);
      if (!isClosed) shown.changed();
    },
  });
  return {
    push: (bytes) => shown.push(bytes),
    say(level, text) {
      if (isClosed) return;
      model.say(level, text);
      if (isAwaited) watch.soon();
      isAwaited = false;
      shown.changed();
    },
    redraw: () => shown.redraw(),
    leave: () => shown.leave(),
    enter: () => shown.enter(),
    close,
  };
}
