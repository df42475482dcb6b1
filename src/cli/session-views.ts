/**
 * The menu and the setup of a session on a terminal. Knows what each is given, and what stands in for it where nothing can be
 * drawn over: lines and questions. What they look like is tui/'s.
 */
import { KEYS } from "../session/keys.js";
import type { Session } from "../session/session.js";
import type { SessionFace } from "../session/session-face.js";
import type { Looks, Surface } from "../tui/surface.js";
import { loadTui, type Tui } from "./load-tui.js";
import type { Overlay, OverlayView } from "./overlay.js";
import { setupOptions } from "./setup-options.js";
import type { Words } from "./words.js";

interface SessionViewsOptions {
  readonly overlay: Overlay;
  readonly looks: Looks;
  readonly words: Words;
  readonly session: () => Session;
  readonly face: () => SessionFace;
  /** Writes what holds now as a profile. */
  readonly saveProfile: (name: string) => Promise<{ readonly path: string }>;
}

/** What the keys for them do. */
export interface SessionViews {
  /** False where there is no screen for it. */
  menu(): Promise<boolean>;
  setup(): Promise<void>;
}

export function sessionViews(options: SessionViewsOptions): SessionViews {
  const { looks } = options;
  return {
    menu: () => (looks.isPlain ? sayMenu(options) : showViews(options, "menu")),
    async setup() {
      if (looks.isPlain) return askSetup(options);
      if (!(await showViews(options, "setup"))) options.words.warning("set up: stdout is no terminal");
    },
  };
}

async function sayMenu({ face, words }: SessionViewsOptions): Promise<boolean> {
  const { menuLines } = await loadTui();
  words.notice(menuLines(await face().look(), KEYS).join("\n"));
  return true;
}

async function askSetup({ session, face, words, saveProfile }: SessionViewsOptions): Promise<void> {
  const { plainSetup, sessionForm } = await loadTui();
  await face().look();
  await plainSetup({
    ask: (label) => session().ask({ label, history: "options" }),
    say: (text) => words.notice(text),
    form: sessionForm(face(), setupOptions()),
    saveProfile,
  });
}

/**
 * The menu, or the setup, on one screen: from one to the other and back, and at the end the key that was pressed in them. Resolves
 * with whether there was a screen for it.
 */
async function showViews(options: SessionViewsOptions, first: "menu" | "setup"): Promise<boolean> {
  const { overlay, looks, saveProfile } = options;
  const [session, face] = [options.session(), options.face()];
  const { path } = face.snapshot();
  let last: string | undefined;
  const make = (tui: Tui, surface: Surface, done: () => void): OverlayView => {
    let view: OverlayView;
    const end = (key?: string) => {
      last = key;
      done();
    };
    const menu = (): OverlayView =>
      tui.openMenu(surface, {
        face,
        keys: KEYS,
        onClose(then) {
          if (then?.key === "o") view = setup(true);
          else end(then?.key);
        },
      });
    const setup = (isFromMenu: boolean): OverlayView =>
      tui.openSetup(surface, {
        form: tui.sessionForm(face, setupOptions()),
        title: `set up ${path}`,
        isKey: (key) => KEYS.some((one) => one.key === key),
        saveProfile,
        onClose({ key }) {
          if (key === "?" || (key === undefined && isFromMenu)) view = menu();
          else if (key === "o") view = setup(isFromMenu);
          else end(key);
        },
      });
    view = first === "menu" ? menu() : setup(false);
    return {
      push: (bytes) => view.push(bytes),
      say: (level, text) => view.say(level, text),
      redraw: () => view.redraw(),
      leave: () => view.leave(),
      enter: () => view.enter(),
      close: () => view.close(),
    };
  };
  // Keys are the view's from now on, and not the device's, also while the port is looked at.
  const isShown = await overlay.show(session, path, looks, make, face.look());
  if (last !== undefined) face.press(last);
  return isShown;
}
