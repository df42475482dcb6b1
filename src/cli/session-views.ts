/**
 * The menu and the setup of a session on a terminal. Knows what each is given, and what stands in for it where nothing can be
 * drawn over: lines and questions. What they look like is tui/'s.
 */
import { describeLine } from "../port/describe.js";
import { KEYS } from "../session/keys.js";
import type { Session } from "../session/session.js";
import type { SessionFace } from "../session/session-face.js";
import type { Looks } from "../tui/surface.js";
import { loadTui } from "./load-tui.js";
import type { Overlay } from "./overlay.js";
import type { Words } from "./words.js";

const setupOptions = () => [] as never;

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
  const { overlay, looks, words, saveProfile } = options;

  const menu = async (): Promise<boolean> => {
    const [session, face] = [options.session(), options.face()];
    if (looks.isPlain) {
      const { menuLines } = await loadTui();
      words.notice(menuLines(await face.look(), KEYS, describeLine).join("\n"));
      return true;
    }
    let next: string | undefined;
    const isShown = await overlay.show(session, face.snapshot().path, looks, (tui, surface, done) =>
      tui.openMenu(surface, {
        face,
        keys: KEYS,
        describe: describeLine,
        onClose(then) {
          next = then?.key;
          done();
        },
      }),
    );
    if (next !== undefined) face.press(next);
    return isShown;
  };

  const setup = async (): Promise<void> => {
    const [session, face] = [options.session(), options.face()];
    const { path } = face.snapshot();
    if (looks.isPlain) {
      const { plainSetup, sessionForm } = await loadTui();
      return plainSetup({
        ask: (label) => session.ask({ label, history: "options" }),
        say: (text) => words.notice(text),
        form: sessionForm(face, setupOptions()),
        saveProfile,
      });
    }
    let next: string | undefined;
    const isShown = await overlay.show(session, path, looks, (tui, surface, done) =>
      tui.openSetup(surface, {
        form: tui.sessionForm(face, setupOptions()),
        title: `setup of ${path}`,
        isKey: (key) => KEYS.some((one) => one.key === key),
        face,
        saveProfile,
        onClose(then) {
          next = then?.key;
          done();
        },
      }),
    );
    if (!isShown) words.warning("set up: stdout is no terminal");
    if (next !== undefined) face.press(next);
  };
  return { menu, setup };
}
