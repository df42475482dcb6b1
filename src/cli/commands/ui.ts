/**
 * `robin ui`: ports in full screen. Knows the order of the steps: ports opened, the screen taken, the sessions' end, what is said of
 * it; the screen itself is tui/ui/'s.
 */
import { neverRest } from "../../engine.js";
import { openOutput } from "../../session/stdio.js";
import { looksOf } from "../../tui/looks.js";
import { type Command, commandOptions } from "../command.js";
import { refuseOwnTerminal } from "../connect.js";
import { loadTui } from "../load-tui.js";
import { sessionArguments } from "../session-arguments.js";
import { handleSignals } from "../signals.js";
import { UI_OPTIONS, uiConfig, uiPorts } from "../ui-options.js";
import { openUiSessions, type UiSessions } from "../ui-sessions.js";
import { openUiView } from "../ui-view.js";
import { openViewStage, requireStage } from "../view-stage.js";

export const ui: Command = {
  usage: "robin ui [options] <port>…",
  takes: { first: [], more: "port" },
  takesBack: true,
  options: commandOptions(UI_OPTIONS),
  details: [
    `Shows up to four ports in full screen, each as a terminal would: what a program on the device draws (an editor, a boot
menu, top) looks as it is meant to, and what went by can be looked at, searched and copied. All options of the main
command hold for every port, and so does a profile for its own; with several ports a log's or recording's name has to have
{port} in it.`,
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
  async run(given, { words, wayOut }) {
    neverRest(); // frames are garbage soon
    const signals = handleSignals(wayOut, (text) => words.detail(text));
    const asked = uiPorts(given);
    const each = [];
    for (const one of asked) each.push(await sessionArguments(one, words));
    const config = uiConfig(given.values, each);
    const [first] = config.ports;
    const looks = looksOf(process.env, first!);
    requireStage("ports in full screen", looks, `robin ${first!.port} needs no full screen`);
    for (const { port } of config.ports) refuseOwnTerminal(port);
    words.attach(openOutput(2)); // a stopped terminal stops nothing
    const tui = await loadTui();

    let sessions: UiSessions | undefined;
    const stage = openViewStage({
      ...{ tui, looks, words, wayOut },
      onInputGone: () => sessions?.end("input-ended"),
    });
    const view = openUiView({ tui, config, stage, words, signals, wayOut, sessions: () => sessions });
    sessions = await openUiSessions({
      ...{ panes: view.panes, config, words, wayOut },
      suspend: signals.suspend,
      onEnd: view.ended,
    });
    signals.watch(sessions, stage.terminal);
    view.show();
    await sessions.ended;
    view.close();
    stage.close();
    return sessions.tell(signals.received());
  },
};
