/**
 * The full screen on a surface: its model, its frames, its keys. Knows how the three meet; sessions come later, by
 * `panes[…].port`.
 */

import { basename } from "node:path";
import { Text } from "ink";
import { createElement, type ReactElement } from "react";
import { formatCaret } from "../../bytes/caret.js";
import { textWidth } from "../../bytes/char-width.js";
import { printable } from "../../bytes/printable.js";
import type { ShowOptions } from "../show.js";
import { pressedApart } from "../small-screen.js";
import type { Size } from "../surface.js";
import { Chrome, type LastRow, type TitleView } from "./chrome.js";
import { helpLines } from "./help-text.js";
import { LEAST } from "./layout.js";
import { settingsText, statusParts } from "./status-text.js";
import { Ui, type UiOptions } from "./ui.js";
import { ascii, withMessage, withPanes } from "./ui-frame.js";

export interface OpenUi {
  readonly ui: Ui;
  /** What a stage shows. */
  readonly view: ShowOptions;
}

export function openUi(options: UiOptions): OpenUi {
  const ui = new Ui(options);
  let cursor: { row: number; column: number } | undefined;
  let isTooSmall = false;

  const render = (size: Size): ReactElement => {
    const layout = ui.arrange(size);
    isTooSmall = layout.isTooSmall;
    if (isTooSmall) {
      const text = `robin ui needs ${LEAST.columns}x${LEAST.rows}, this is ${size.columns}x${size.rows}`;
      return createElement(Text, { wrap: "truncate" }, text);
    }
    const columns = size.columns;
    const input = ui.inputLine?.view(columns);
    return createElement(Chrome, {
      size,
      titles: titlesOf(ui),
      help: ui.isHelpShown ? { lines: helpOf(ui), row: 1 } : undefined,
      inputRow:
        layout.inputRow === undefined || !input ? undefined : { row: layout.inputRow, text: input.text },
      statusRow: layout.statusRow,
      last: lastRow(ui, columns),
    });
  };
  return {
    ui,
    view: {
      mouse: true,
      render,
      compose(rows, size) {
        cursor = isTooSmall ? undefined : cursorOf(ui, size);
        if (isTooSmall || ui.isHelpShown) return ui.looks.utf8 ? rows : rows.map(ascii);
        const all = withMessage(ui, withPanes(ui, rows), size.columns);
        return ui.looks.utf8 ? all : all.map(ascii);
      },
      cursor: () => cursor,
      onKey: (key) => {
        for (const one of pressedApart(key, ui.hooks.escapeKey(ui.focus))) ui.key(one);
      },
    },
  };
}

function titlesOf(ui: Ui): TitleView[] {
  return ui.layout.panes.flatMap((place, at) => {
    if (!place) return [];
    const pane = ui.panes[at]!;
    const snapshot = pane.port?.face.snapshot();
    const isAway = snapshot?.isThere === false;
    const state = pane.end ?? (isAway ? "away" : snapshot?.actual ? settingsText(snapshot.actual) : "");
    const written = (nameOf: (name: string) => string) => {
      const name = ui.layout.panes.includes(undefined)
        ? ui.panes
            .map((one, index) => `${index === at ? "*" : ""}${index + 1} ${nameOf(one.name)}`)
            .join("  ")
        : `${ui.panes.length > 1 ? `${at + 1} ` : ""}${nameOf(snapshot?.path ?? pane.name)}`;
      return ` ${[name, state, pane.title].filter((part) => part !== "").join(ui.looks.utf8 ? " · " : " - ")}`;
    };
    const whole = written(printable);
    // Of a long path the last part says most.
    const text =
      textWidth(whole) <= place.title.columns ? whole : written((name) => printable(basename(name)));
    return [
      {
        place: place.title,
        text,
        isFocused: at === ui.focus,
        isWarning: isAway || pane.end !== undefined,
      },
    ];
  });
}

function helpOf(ui: Ui) {
  const lines = helpLines({
    escapeKey: ui.hooks.escapeKey(ui.focus),
    keys: ui.hooks.keys,
    panes: ui.panes.length,
  });
  const rows = ui.layout.statusRow - 1;
  ui.helpTop = Math.max(0, Math.min(ui.helpTop, lines.length - rows));
  return lines.slice(ui.helpTop, ui.helpTop + rows);
}

function lastRow(ui: Ui, columns: number): LastRow {
  const { question, messages, pane } = ui;
  if (question) {
    const missed = question.onText && pane.lookback.isMissed ? "  (there is none)" : "";
    return { text: question.line.view(columns).text + missed };
  }
  const key = ui.hooks.escapeKey(ui.focus);
  const prefix = key === undefined ? "" : formatCaret(key);
  if (ui.isCommandDue) return { message: { level: "notice", text: `${prefix}  ? lists the keys` } };
  if (messages.short && !ui.isHelpShown) return { message: messages.short };
  const hint = ui.isHelpShown
    ? "Up and Down scroll, any other key leaves"
    : ui.chooser
      ? "Space begins here, y copies, Esc leaves"
      : ui.isBack
        ? "/ n N search, [ ] marks, y copies, Esc leaves"
        : prefix === ""
          ? ""
          : `${prefix} ? help`;
  const parts = statusParts(
    {
      snapshot: pane.port?.face.snapshot(),
      back: pane.terminal.isAtEnd && !ui.isBack ? undefined : pane.terminal.hidden,
      marks: pane.terminal.marks.count,
      end: pane.end,
      hint,
      isHintFirst: ui.isHelpShown || ui.chooser !== undefined || ui.isBack,
    },
    columns,
  );
  return { parts };
}

/** Where the keys go. */
function cursorOf(ui: Ui, { columns }: Size): { row: number; column: number } | undefined {
  const { question, inputLine, layout, pane } = ui;
  if (question) return { row: layout.statusRow, column: question.line.view(columns).column };
  if (ui.isHelpShown || ui.isBack) return undefined;
  if (inputLine && layout.inputRow !== undefined) {
    return { row: layout.inputRow, column: inputLine.view(columns).column };
  }
  const place = layout.panes[ui.focus];
  const cursor = pane.terminal.cursor;
  if (!place || !cursor || pane.end !== undefined) return undefined;
  return { row: place.terminal.row + cursor.row, column: place.terminal.column + cursor.column };
}
