/**
 * What a device's bytes look like: an emulator that interprets them, with its scrollback, drawn row by row. Knows @xterm/headless
 * and nothing above it; that a device's control sequences reach nobody's terminal is its work and row-text.ts's.
 */
import xterm, { type IBuffer, type IBufferCell, type Terminal } from "@xterm/headless";
import type { ByteSink } from "../../port/ends.js";
import type { Size } from "../surface.js";
import { type Anchor, anchorAt } from "./anchor.js";
import { MARK_LABEL_GAP, type Mark, Marks } from "./marks.js";
import type { MouseTracking } from "./mouse-report.js";
import { paneSink } from "./pane-sink.js";
import { type MouseEncoding, PrivateModes } from "./private-modes.js";
import { type RowLooks, rowText, type Span } from "./row-text.js";
import { WIDTHS } from "./widths.js";

export interface PaneTerminalOptions extends Size {
  /** Lines kept above the screen. */
  readonly scrollback: number;
  /** Something to be seen has changed. */
  readonly onChanged: () => void;
  /** What a terminal answers: device status, its attributes, its cursor's place. */
  readonly onAnswer: (text: string) => void;
  readonly onTitle: (title: string) => void;
  readonly onBell: () => void;
}

/** Of a title so many characters are kept. */
const LONGEST_TITLE = 200;

export class PaneTerminal {
  /** Where the device's bytes go. */
  readonly sink: ByteSink;
  readonly marks: Marks;
  readonly #terminal: Terminal;
  readonly #modes: PrivateModes;
  readonly #cell: IBufferCell;
  readonly #options: PaneTerminalOptions;

  constructor(options: PaneTerminalOptions) {
    this.#options = options;
    const { columns, rows, scrollback, onChanged } = options;
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback,
      allowProposedApi: true,
      // As on the terminal of a plain session, which makes CR LF of a lone LF (ONLCR): many boards send it so.
      convertEol: true,
      logLevel: "off", // what it cannot read in a flood is no news
      windowOptions: { getWinSizeChars: true },
    });
    const terminal = this.#terminal;
    terminal.unicode.register(WIDTHS);
    terminal.unicode.activeVersion = WIDTHS.version;
    this.#modes = new PrivateModes(terminal);
    this.#cell = terminal.buffer.normal.getNullCell();
    this.marks = new Marks(terminal);
    this.sink = paneSink((bytes, done) => terminal.write(bytes, done));
    // A program that has the screen for itself says where each piece goes.
    terminal.buffer.onBufferChange(({ type }) => {
      terminal.options.convertEol = type === "normal";
    });
    terminal.onWriteParsed(onChanged);
    terminal.onData((text) => options.onAnswer(text));
    terminal.onTitleChange((title) => options.onTitle(title.slice(0, LONGEST_TITLE)));
    terminal.onBell(() => options.onBell());
  }

  get size(): Size {
    return { rows: this.#terminal.rows, columns: this.#terminal.cols };
  }

  resize({ rows, columns }: Size): void {
    if (rows === this.#terminal.rows && columns === this.#terminal.cols) return;
    this.#terminal.resize(columns, rows);
    this.#options.onChanged();
  }

  /** The buffer a program has now: the usual one, or the alternate screen's. */
  get buffer(): IBuffer {
    return this.#terminal.buffer.active;
  }

  get isAlternate(): boolean {
    return this.buffer.type === "alternate";
  }

  /** Puts a mark behind what was given to it so far. */
  mark(label: string): void {
    this.#terminal.write("", () => {
      this.marks.put(label);
      this.#options.onChanged();
    });
  }

  /** Does what a control sequence of robin's own says, behind what was given to it so far. */
  act(sequence: string): void {
    this.#terminal.write(sequence);
  }

  get keyModes(): { applicationCursorKeysMode: boolean; bracketedPasteMode: boolean } {
    return this.#terminal.modes;
  }

  get mouse(): { readonly tracking: MouseTracking; readonly encoding: MouseEncoding } {
    return { tracking: this.#terminal.modes.mouseTrackingMode, encoding: this.#modes.mouseEncoding };
  }

  /** The buffer's row that stands at the top of the screen. */
  get top(): number {
    return this.buffer.viewportY;
  }

  /** Rows above and below what is seen. */
  get hidden(): { readonly above: number; readonly below: number } {
    const { viewportY, baseY } = this.buffer;
    return { above: viewportY, below: baseY - viewportY };
  }

  get isAtEnd(): boolean {
    return this.hidden.below === 0;
  }

  /** Back (negative) and forth in what went by. */
  scroll(rows: number): void {
    this.#terminal.scrollLines(rows);
    this.#options.onChanged();
  }

  scrollToStart(): void {
    this.#terminal.scrollToTop();
    this.#options.onChanged();
  }

  scrollToEnd(): void {
    if (this.isAtEnd) return;
    this.#terminal.scrollToBottom();
    this.#options.onChanged();
  }

  /** So that a row of the buffer is seen; one that is not stands in the middle then. */
  show(row: number): void {
    const { rows } = this.#terminal;
    if (row >= this.top && row < this.top + rows) return;
    this.scroll(Math.max(0, row - (rows >> 1)) - this.top);
  }

  /** A row of the buffer, to be found again. */
  anchor(row: number): Anchor {
    return anchorAt(this.#terminal, row);
  }

  /** Where the program's cursor stands on the screen; undefined where it is not to be seen. */
  get cursor(): { readonly row: number; readonly column: number } | undefined {
    if (!this.#modes.isCursorShown) return undefined;
    const { buffer } = this;
    const row = buffer.baseY + buffer.cursorY - buffer.viewportY;
    if (row >= this.#terminal.rows) return undefined;
    return { row, column: Math.min(buffer.cursorX, this.#terminal.cols - 1) };
  }

  /** Row `at` of the screen. Spans are of that row; a mark stands at its right end. */
  row(at: number, looks: RowLooks, spans: readonly Span[] = []): string {
    const row = this.top + at;
    const line = this.buffer.getLine(row);
    const columns = this.#terminal.cols;
    const mark = this.isAlternate ? undefined : this.marks.at(row);
    if (mark === undefined) return rowText(line, columns, this.#cell, looks, spans);
    const label = markLabel(mark, columns - (line?.translateToString(true).length ?? 0), looks);
    const text = rowText(line, columns - label.length, this.#cell, looks, spans);
    return `${text}\x1b[${looks.color ? "30;46" : "7"}m${label}\x1b[0m`;
  }

  close(): void {
    this.sink.close();
    this.#terminal.dispose();
  }
}

/** Its whole label where the row has room for it, else a sign alone. */
function markLabel({ label }: Mark, room: number, { utf8 }: RowLooks): string {
  const sign = utf8 ? "◆" : "*";
  const whole = `${sign} ${label}`;
  return whole.length + MARK_LABEL_GAP <= room ? whole : sign;
}
