/**
 * `robin ui`: ports in full screen. Knows the order of the steps: ports opened, the screen taken, the sessions' end, what is said of
 * it; the screen itself is tui/ui/'s.
 */
import { formatCaret } from "../../bytes/caret.js";
import { KEYS } from "../../session/keys.js";
import type { SessionEnd } from "../../session/session-options.js";
import { openOutput } from "../../session/stdio.js";
import { looksOf } from "../../tui/looks.js";
import type { UiHooks } from "../../tui/ui/ui-hooks.js";
import { type Command, commandOptions } from "../command.js";
import { refuseOwnTerminal } from "../connect.js";
import { runGuest } from "../exec.js";
import { loadTui } from "../load-tui.js";
import { completeOption } from "../option-completion.js";
import { handleSignals } from "../signals.js";
import { UI_OPTIONS, uiConfig } from "../ui-options.js";
import { openUiSessions, type UiSessions } from "../ui-sessions.js";
import { openViewStage, requireStage, type ViewStage } from "../view-stage.js";

/** Settings, lines and counts are looked at so often, ms; and so long behind a key that changes them. */
const LOOK_MS = 1000;
const LOOK_AFTER_KEY_MS = 100;

export const ui: Command = {
  usage: "robin ui [options] <port>…",
  takes: { first: [], more: "port" },
  options: commandOptions(UI_OPTIONS),
  details: [
    `Shows up to four ports in full screen, each as a terminal would: what a program on the device draws (an editor, a boot
menu, top) looks as it is meant to, and what went by can be looked at, searched and copied. All options of the main
command hold for every port; with several ports a log's or recording's name has to have {port} in it.`,
    `Keys go to the port. The escape key leads those of the main command, and ^\\ ? lists them with those of the screen:
scrolling and search, marks, hex digits beside or below, an input line with history, panes. The wheel scrolls, dragging
copies by the terminal's clipboard (OSC 52); where a program on the device asks for the mouse it has it, and Shift keeps
it here. ^\\ v lets the terminal itself have the mouse.`,
    `A port that is lost does not end the others. The exit status is the first that is not 0. NO_COLOR and --color never are
for what robin draws; colours that the device sends stay. Where TERM is dumb, with --screen-reader, and without a
terminal it is a usage error: the main command shows the same line by line.`,
  ],
  examples: [
    ["robin ui -b 115200 ttyUSB0", "a board in full screen"],
    ["robin ui ttyUSB0 ttyUSB1", "two side by side"],
    ["robin ui --scrollback 100000 --log {port}.log ttyUSB0", "with more to look back at, and a log"],
  ],
  async run(args, { words, wayOut }) {
    const config = uiConfig(args);
    const [{ color, screenReader }] = [config.ports[0]!];
    const looks = looksOf(process.env, { color, screenReader });
    requireStage("ports in full screen", looks, `robin ${config.ports[0]!.port} needs no full screen`);
    for (const { port } of config.ports) refuseOwnTerminal(port);
    const signals = handleSignals(wayOut, (text) => words.detail(text));
    words.attach(openOutput(2)); // a stopped terminal stops nothing
    const tui = await loadTui();

    let sessions: UiSessions | undefined;
    const stage: ViewStage = openViewStage({
      ...{ tui, looks, words, wayOut },
      onInputGone: () => sessions?.end("input-ended"),
    });
    const hooks: UiHooks = {
      keys: KEYS,
      escapeKey: () => config.ports[0]!.escapeKey,
      press(pane, key) {
        setTimeout(() => look(pane), LOOK_AFTER_KEY_MS);
        return sessions?.all[pane]?.face.press(key) ?? false;
      },
      change(pane, text) {
        const change = sessions?.all[pane]?.face.change(text);
        change
          ?.then(() => look(pane))
          .catch((error: Error) => view.ui.messages.say("warning", error.message));
      },
      completeOption,
      run: (pane, command) => void run(pane, command),
      setup: () => undefined,
      quit: () => sessions?.end("quit"),
    };
    const view = tui.openUi({
      names: config.ports.map(({ port }) => port),
      ...{ scrollback: config.scrollback, surface: stage.surface, hooks },
    });
    const { panes } = view.ui;
    const look = (pane: number) => {
      if (panes[pane]!.end === undefined)
        void sessions?.all[pane]?.face.look().then(() => view.ui.onChanged());
    };
    const run = async (pane: number, command: string) => {
      const { session, port } = sessions!.all[pane]!;
      const { drainMs } = config.ports[pane]!;
      const guest = { port, terminal: stage.terminal, interactive: true, words, signals, wayOut, drainMs };
      await runGuest(session, command, guest).catch((error: Error) => words.warning(error.message));
    };

    sessions = await openUiSessions({
      ...{ panes, config, values: args.values, words, wayOut },
      suspend: signals.suspend,
      onEnd(at, end) {
        panes[at]!.end = endText(end);
        view.ui.onChanged();
      },
    });
    signals.watch(sessions, stage.terminal);
    const shown = stage.show(view.view);
    view.ui.onChanged = shown.changed;
    view.ui.onRepaint = shown.repaint;
    view.ui.onMouse = shown.setMouse;
    stage.listen((level, text) => view.ui.messages.say(level, text));
    for (const at of panes.keys()) look(at);
    const timer = setInterval(() => {
      for (const at of panes.keys()) look(at);
    }, LOOK_MS);
    greet();

    await sessions.ended;
    clearInterval(timer);
    stage.close();
    view.ui.close();
    return sessions.tell(signals.received());

    function greet(): void {
      const key = config.ports[0]!.escapeKey;
      const how =
        key === undefined
          ? "only a signal ends robin"
          : `${formatCaret(key)} ? lists the keys, ${formatCaret(key)} q quits`;
      words.notice(`connected; ${how}`);
    }
  },
};

/** What a pane says of its session's end. */
function endText({ reason, error }: SessionEnd): string {
  if (reason === "lost") return "lost: hung up or unplugged";
  if (error instanceof Error) return `ended: ${error.message}`;
  return reason === "idle" ? "ended: nothing came any more" : "ended";
}
