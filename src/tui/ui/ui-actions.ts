/**
 * What the keys of the full screen do. Knows each action of ui-keys.ts; which key was pressed, and what has the keys, is ui.ts's.
 */
import { createHistory } from "../../session/history.js";
import { EditedLine } from "./edited-line.js";
import { LineChooser } from "./line-chooser.js";
import type { Ui } from "./ui.js";
import type { UiAction } from "./ui-keys.js";

/** Lines that were typed: they may hold secrets, so no file has them. */
const typedLines = createHistory();
const searches = createHistory();
const options = createHistory();
const commands = createHistory();

/** `staysBack`: the keys behind it are for what one looks back at. */
export function act(ui: Ui, action: UiAction, staysBack: boolean): void {
  const { pane, focus, hooks, messages } = ui;
  switch (action.does) {
    case "scroll":
      return scroll(ui, action, staysBack);
    case "search":
      return askSearch(ui);
    case "next":
      if (pane.lookback.query === "") return askSearch(ui);
      ui.lookBack();
      return pane.lookback.next(action.direction);
    case "mark":
      ui.lookBack();
      if (!pane.lookback.toMark(action.direction)) messages.say("notice", "there is no mark that way");
      return ui.onChanged();
    case "copy":
      if (ui.chooser) return copyChosen(ui);
      ui.lookBack();
      ui.chooser = new LineChooser(pane.terminal, pane.lookback);
      return ui.onChanged();
    case "begin":
      return ui.chooser?.begin();
    case "leave":
      return ui.leaveBack();
    case "hex":
      pane.hasHex = !pane.hasHex;
      pane.toEnd();
      ui.isHexFocused = false;
      return ui.onChanged();
    case "input":
      ui.inputLine = ui.inputLine
        ? undefined
        : new EditedLine({ label: "> ", history: typedLines, passesControls: true });
      return ui.onChanged();
    case "focus":
      return focusNext(ui, action.direction);
    case "pane":
      if (action.number > ui.panes.length) return ui.ring();
      return ui.focusOn(action.number - 1, false);
    case "mouse":
      return toggleMouse(ui);
    case "order":
      pane.putInOrder();
      return ui.leaveBack();
    case "help":
      ui.isHelpShown = true;
      ui.helpTop = 0;
      return ui.onChanged();
    case "option":
      return ui.ask({ label: ": ", history: options, complete: hooks.completeOption }, (text) => {
        if (text) hooks.change(focus, text);
      });
    case "command":
      return ui.ask({ label: "! ", history: commands }, (text) => {
        if (text) hooks.run(focus, text);
      });
    case "setup":
      return hooks.setup(focus);
    case "quit":
      return hooks.quit();
  }
}

function scroll(ui: Ui, { by, direction }: UiAction & { does: "scroll" }, staysBack: boolean): void {
  const { pane, chooser } = ui;
  if (chooser) return chooser.move(by, direction);
  if (staysBack) ui.lookBack();
  const place = ui.layout.panes[ui.focus];
  if (ui.isHexFocused && place?.hex) {
    const { rows } = place.hex;
    const step = by === "line" ? 1 : by === "page" ? rows - 1 : Number.MAX_SAFE_INTEGER;
    return pane.scrollHex(direction * step, rows, place.hexBytesPerRow);
  }
  const step = by === "line" ? 1 : pane.terminal.size.rows - 1;
  if (by !== "all") pane.terminal.scroll(direction * step);
  else if (direction === -1) pane.terminal.scrollToStart();
  else pane.terminal.scrollToEnd();
  ui.onChanged();
}

/** What is found is shown as one types; given up, one is where one was. */
function askSearch(ui: Ui): void {
  const { terminal, lookback } = ui.pane;
  const wasBack = ui.isBack;
  ui.lookBack();
  const before = terminal.anchor(terminal.top);
  const from = terminal.anchor(terminal.top + terminal.size.rows - 1);
  const search = (query: string) => {
    if (query === "" && before.row !== undefined) terminal.scroll(before.row - terminal.top);
    lookback.search(query, from.row ?? 0);
  };
  const done = (text: string | undefined) => {
    if (text === undefined) {
      search("");
      lookback.clear();
      if (!wasBack) ui.leaveBack();
    } else if (text !== lookback.query) search(text);
    else if (lookback.isMissed) lookback.onMissed();
    before.drop();
    from.drop();
  };
  ui.ask({ label: "/", history: searches }, done, search);
}

function copyChosen(ui: Ui): void {
  const text = ui.pane.lookback.selected;
  ui.leaveBack(); // of choosing
  ui.leaveBack();
  ui.copy(text === "" ? "" : `${text}\n`);
}

function focusNext(ui: Ui, direction: -1 | 1): void {
  const places = ui.panes.flatMap(({ hasHex }, at) => [
    [at, false] as const,
    ...(hasHex ? [[at, true] as const] : []),
  ]);
  const now = places.findIndex(([at, isHex]) => at === ui.focus && isHex === ui.isHexFocused);
  const [at, isHex] = places[(now + direction + places.length) % places.length]!;
  ui.focusOn(at, isHex);
}

function toggleMouse(ui: Ui): void {
  ui.isMouseTaken = !ui.isMouseTaken;
  ui.onMouse(ui.isMouseTaken);
  const own = `the mouse is the terminal's own; ${ui.spelt("v")} takes it again`;
  ui.messages.say("notice", ui.isMouseTaken ? "the mouse is robin's" : own);
}
