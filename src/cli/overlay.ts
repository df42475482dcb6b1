/**
 * A view over a running session: what the device shows waits behind it, and so do robin's words. Knows the order in which screen,
 * keys and words are taken and given back; what the view shows is tui/'s.
 */
import type { StandingScreen } from "../bytes/screen-state.js";
import type { ByteSink } from "../port/ends.js";
import type { Session } from "../session/session.js";
import type { Say } from "../session/session-options.js";
import type { UserTerminal } from "../session/terminal.js";
import type { Looks, Surface } from "../tui/surface.js";
import { loadTui, type Tui } from "./load-tui.js";
import { knownSize, type ScreenOutput, screenOutput, surfaceOn } from "./screen-output.js";
import type { Words } from "./words.js";

/** Words that are said again behind the view. */
const MOST_WORDS = 200;

/** A view, as tui/ makes it. */
export interface OverlayView {
  push(bytes: Uint8Array): void;
  say(level: Parameters<Say>[0], text: string): void;
  redraw(): void;
  leave(): void;
  enter(): void;
  close(): void;
}

type Make = (tui: Tui, surface: Surface, done: () => void) => OverlayView;

interface OverlayOptions {
  readonly words: Words;
  readonly terminal: UserTerminal;
  /** The screen, beside the session's own way to it. */
  readonly openScreen: () => ByteSink;
}

export class Overlay {
  readonly #options: OverlayOptions;
  #view: OverlayView | undefined;
  #output: ScreenOutput | undefined;

  constructor(options: OverlayOptions) {
    this.#options = options;
  }

  /** The terminal of the session, which the view leaves and enters with it. */
  get terminal(): UserTerminal {
    const { terminal } = this.#options;
    return {
      ...terminal,
      take: () => {
        terminal.take();
        this.#view?.enter();
      },
      giveBack: () => {
        this.#view?.leave();
        this.#output?.finish();
        terminal.giveBack();
      },
    };
  }

  /**
   * The session leaves the screen: what a full-screen program of the device has made of it, which nobody will undo any more, is
   * taken back. Safe to call twice.
   */
  leave(session: Session): void {
    const text = session.ways.toScreen.undo();
    if (text === "") return;
    this.#output ??= screenOutput(this.#options.openScreen());
    this.#output.write(text);
    this.#output.finish();
  }

  /**
   * Shows what `make` makes, when `known` has settled: what the first frame shows. Until it is done. Resolves with whether there was
   * a screen for it. Rejects where it cannot be made.
   */
  async show(
    session: Session,
    path: string,
    looks: Looks,
    make: Make,
    known: Promise<unknown> = Promise.resolve(),
  ): Promise<boolean> {
    const { words } = this.#options;
    const said: (readonly [level: Parameters<Say>[0], text: string])[] = [];
    let failure: unknown;
    const dropped = await session.cover((done, standing) => {
      const early: Uint8Array[] = [];
      let isOpen = true;
      let close: () => Promise<void> | undefined = () => undefined;
      const fail = (error: unknown) => {
        failure = error;
        done();
      };
      Promise.all([this.#load(looks, standing), known])
        .then(([{ tui, surface }]) => {
          if (!isOpen) return;
          close = this.#open(() => make(tui, surface, done), done, said);
          for (const key of early) if (isOpen) this.#view?.push(key);
        })
        .catch(fail);
      return {
        key: (byte) => {
          if (this.#view) this.#view.push(byte);
          else early.push(byte.slice());
        },
        takesEscape: true, // the view presses its key, and may stay
        close() {
          isOpen = false;
          return close();
        },
      };
    });
    if (failure !== undefined) throw failure;
    if (dropped === undefined) return false;
    // Behind what the device said meanwhile, on a line of their own.
    session.ways.toScreen.pump.insert(async () => {
      for (const [level, text] of said) words[level](text);
      if (dropped > 0) {
        words.warning(
          `show ${path}: ${dropped} bytes had no room behind the view, and are not shown; log and recording have them`,
        );
      }
    });
    return true;
  }

  /** The views, and the screen as it stands. */
  async #load(looks: Looks, standing: StandingScreen | undefined): Promise<{ tui: Tui; surface: Surface }> {
    const { terminal, openScreen } = this.#options;
    this.#output ??= screenOutput(openScreen());
    const tui = await loadTui();
    const { alternate, modes = "" } = standing ?? {};
    const repaint =
      alternate && (await tui.repaintOf(alternate.bytes, alternate.margins, knownSize(terminal)));
    const behind = standing && { putBack: modes + (repaint ?? ""), isAlternate: alternate !== undefined };
    return { tui, surface: surfaceOn(this.#output, terminal, looks, behind) };
  }

  #open(
    make: () => OverlayView,
    done: () => void,
    said: (readonly [level: Parameters<Say>[0], text: string])[],
  ): () => Promise<void> | undefined {
    const { words } = this.#options;
    const undivert = words.divert({
      say: (level, text) => {
        if (level === "error") return; // it is said where it can be read
        if (said.length < MOST_WORDS) said.push([level, text]);
        this.#view?.say(level, text);
      },
      leave: done,
    });
    const resized = () => this.#view?.redraw();
    const close = () => {
      process.off("SIGWINCH", resized);
      this.#view?.close();
      this.#view = undefined;
      const output = this.#output!;
      output.finish();
      undivert();
      // What the device said meanwhile would be shown on the view's screen, and go with it.
      return output.isDrawn ? undefined : new Promise<void>((resolve) => output.onDrawn(resolve));
    };
    process.on("SIGWINCH", resized);
    try {
      this.#view = make();
    } catch (error) {
      close();
      throw error;
    }
    return close;
  }
}
