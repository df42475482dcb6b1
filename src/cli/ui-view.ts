/**
 * The full screen joined to its sessions: what its keys ask for is done, how the ports stand is looked at, the setup stands over it
 * when it is wanted. Knows who does what; how it looks is tui/ui/'s.
 */
import { formatCaret } from "../bytes/caret.js";
import { KEYS } from "../session/keys.js";
import type { SessionEnd } from "../session/session-options.js";
import type { Overlay } from "../tui/overlay.js";
import type { OpenUi } from "../tui/ui/open-ui.js";
import type { UiHooks } from "../tui/ui/ui-hooks.js";
import type { WayOut } from "../way-out.js";
import { escapeKey } from "./config.js";
import { type LendingSession, runGuest } from "./exec.js";
import type { Tui } from "./load-tui.js";
import { completeOption } from "./option-completion.js";
import { saveSession } from "./save-session.js";
import { setupOptions } from "./setup-options.js";
import type { Signals } from "./signals.js";
import { type Coverable, coverable } from "./ui-cover.js";
import type { UiConfig } from "./ui-options.js";
import type { UiSessions } from "./ui-sessions.js";
import type { ViewStage } from "./view-stage.js";
import type { Words } from "./words.js";

/** Settings, lines and counts are looked at so often, ms; and so long behind a key that changes them. */
const LOOK_MS = 1000;
const LOOK_AFTER_KEY_MS = 100;

interface UiViewOptions {
  readonly tui: Tui;
  readonly config: UiConfig;
  readonly stage: ViewStage;
  readonly words: Words;
  readonly signals: Signals;
  readonly wayOut: WayOut;
  /** Undefined until the ports are open. */
  readonly sessions: () => UiSessions | undefined;
}

export interface UiView {
  readonly panes: OpenUi["ui"]["panes"];
  /** Takes the screen: the ports are open. */
  show(): void;
  /** A session is over; the screen goes on for the others. */
  ended(pane: number, end: SessionEnd): void;
  close(): void;
}

export function openUiView({ tui, config, stage, words, signals, wayOut, sessions }: UiViewOptions): UiView {
  const escapeKeys = config.ports.map((port) => port.escapeKey);
  let cover: Coverable | undefined;
  let overlay: Overlay | undefined;
  let redraw = () => {};
  let timer: NodeJS.Timeout | undefined;
  /** Keys for a setup that is about to be shown. */
  let early: Uint8Array[] | undefined;
  let isClosed = false;

  const sessionOf = (pane: number) => sessions()?.all[pane];
  const look = async (pane: number): Promise<void> => {
    const found = sessionOf(pane);
    if (!found || ui.panes[pane]!.end !== undefined) return;
    const { options } = await found.face.look();
    escapeKeys[pane] = escapeKey(options.get("escape"));
    ui.onChanged();
  };
  const lookSoon = (pane: number) => setTimeout(() => void look(pane), LOOK_AFTER_KEY_MS);
  const uncover = () => {
    overlay = undefined;
    cover?.uncover();
    redraw();
  };

  /** What holds is known before it is shown: until then keys wait, and are not the device's. */
  const setup = async (pane: number) => {
    if (early) return;
    early = [];
    await look(pane);
    const typed = early;
    early = undefined;
    if (isClosed) return; // the screen is given back
    openSetup(pane);
    for (const bytes of typed) overlay?.push(bytes);
  };
  const openSetup = (pane: number) => {
    const found = sessionOf(pane);
    if (!found || !cover) return;
    const { face } = found;
    overlay = tui.openSetup(cover.cover(), {
      form: tui.sessionForm(face, setupOptions()),
      title: `set up ${face.snapshot().path}`,
      isKey: (key) => KEYS.some((one) => one.key === key),
      saveProfile: (name) =>
        saveSession(
          name,
          { positional: [config.ports[pane]!.port], values: face.snapshot().options },
          process,
        ),
      onClose({ key }) {
        uncover();
        lookSoon(pane);
        if (key !== undefined) ui.command(key);
      },
    });
  };
  const hooks: UiHooks = {
    keys: KEYS,
    escapeKey: (pane) => escapeKeys[pane],
    press(pane, key) {
      lookSoon(pane);
      return sessionOf(pane)?.face.press(key) ?? false;
    },
    change(pane, text) {
      const change = sessionOf(pane)?.face.change(text);
      change?.then(
        () => look(pane),
        (error: Error) => ui.messages.say("warning", error.message),
      );
    },
    completeOption,
    run(pane, command) {
      const found = sessionOf(pane);
      if (!found) return;
      const { drainMs } = config.ports[pane]!;
      const { session, port } = found;
      const guest = { port, terminal: stage.terminal, interactive: true, words, signals, wayOut, drainMs };
      const lending: LendingSession = {
        lend: (one) => session.lend(one),
        end: (reason) => sessions()?.end(reason), // a signal is for all of them
        ways: session.ways,
      };
      void runGuest(lending, command, guest).catch((error: Error) => words.warning(error.message));
    },
    setup: (pane) => void setup(pane),
    quit: () => sessions()?.end("quit"),
  };
  const { ui, view } = tui.openUi({
    names: config.ports.map(({ port }) => port),
    ...{ scrollback: config.scrollback, surface: stage.surface, hooks },
  });

  const host: Parameters<ViewStage["host"]>[0] = (surface) => {
    cover = coverable(surface);
    const onKey: typeof view.onKey = (key) => (early ? void early.push(key.bytes) : view.onKey(key));
    const shown = tui.show(cover.below, { ...view, onKey });
    ui.onChanged = shown.changed;
    ui.onRepaint = shown.repaint;
    ui.onMouse = shown.setMouse;
    redraw = shown.redraw;
    return {
      push: (bytes) => (overlay ?? shown).push(bytes),
      redraw() {
        shown.redraw();
        overlay?.redraw();
      },
      leave() {
        overlay?.leave();
        shown.leave();
      },
      enter() {
        shown.enter();
        overlay?.enter();
      },
      close() {
        overlay?.close();
        shown.close();
      },
    };
  };
  const greet = () => {
    const key = config.ports[0]!.escapeKey;
    const prefix = key === undefined ? undefined : formatCaret(key);
    words.notice(
      prefix
        ? `connected; ${prefix} ? lists the keys, ${prefix} q quits`
        : "connected; only a signal ends robin",
    );
  };
  return {
    panes: ui.panes,
    show() {
      stage.host(host);
      stage.listen((level, text) => (overlay ?? ui.messages).say(level, text));
      for (const [at, { port }] of sessions()!.all.entries()) {
        port.presence?.onChange(() => {
          ui.onChanged(); // that it is away is to be seen at once
          void look(at);
        });
        void look(at);
      }
      timer = setInterval(() => {
        for (const at of ui.panes.keys()) void look(at);
      }, LOOK_MS);
      greet();
    },
    ended(pane, end) {
      ui.panes[pane]!.end = endText(end);
      ui.onChanged();
    },
    close() {
      isClosed = true;
      clearInterval(timer);
      overlay?.close();
      ui.close();
    },
  };
}

/** What a pane says of its session's end. */
function endText({ reason, error }: SessionEnd): string {
  if (reason === "lost") return "lost: hung up or unplugged";
  if (error instanceof Error) return `ended: ${error.message}`;
  return reason === "idle" ? "ended: nothing came any more" : "ended";
}
