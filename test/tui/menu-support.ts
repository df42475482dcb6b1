/** A session that a test makes up, a surface in memory, and the screen on it as a terminal would show it. */
import xterm from "@xterm/headless";
import { describeLine } from "../../src/port/describe.js";
import type { ActualSettings, Refusal } from "../../src/port/port.js";
import type { ChangeResult, SessionFace, SessionSnapshot } from "../../src/session/session-face.js";
import type { Looks, Size, Surface } from "../../src/tui/surface.js";
import { until } from "../support/until.js";

export const LOOKS: Looks = { color: false, utf8: true, isPlain: false };
export const ASCII: Looks = { ...LOOKS, utf8: false };

export const ACTUAL: ActualSettings = {
  ...{ bps: 115200, flow: "none", databits: 8, parity: "none", stopbits: 1, crnl: false, vmin: 1, vtime: 0 },
  ...{ onError: "pass", onBreak: "pass", xonXoff: [], translations: [] },
};

export function aSnapshot(changes: Partial<SessionSnapshot> = {}): SessionSnapshot {
  return {
    path: "/dev/ttyUSB0",
    isThere: true,
    asked: { bps: 115200, flow: "none" },
    actual: ACTUAL,
    lines: { dtr: true, rts: true, cts: false, dsr: false, dcd: false, ri: false },
    counters: { rx: 1234, tx: 55, frame: 0, overrun: 0, parity: 0, brk: 0, bufOverrun: 0 },
    ...{
      received: 1234,
      sent: 55,
      receivedPerSecond: 1180,
      sentPerSecond: 0,
      unsent: 0,
      kept: 0,
      dropped: 0,
    },
    ...{ log: undefined, record: undefined, echo: false, view: {}, options: new Map([["bps", "115200"]]) },
    ...{ uptimeMs: 754_000, escapeKey: 0x1c },
    ...changes,
  };
}

/** What a session is made to say and to do. */
export class TestFace implements SessionFace {
  now: SessionSnapshot;
  looks = 0;
  readonly pressed: string[] = [];
  readonly changed: string[] = [];
  /** What a key does here; false: there is none. */
  onPress: (key: string) => boolean = () => true;
  onChange: (text: string) => readonly Refusal[] | Promise<readonly Refusal[]> = () => [];

  constructor(changes: Partial<SessionSnapshot> = {}) {
    this.now = aSnapshot(changes);
  }

  set(changes: Partial<SessionSnapshot>): void {
    this.now = { ...this.now, ...changes };
  }

  /** Settings of the line that somebody changed. */
  setActual(changes: Partial<ActualSettings>): void {
    this.set({ actual: { ...this.now.actual!, ...changes } });
  }

  snapshot(): SessionSnapshot {
    return this.now;
  }

  async look(): Promise<SessionSnapshot> {
    this.looks++;
    return this.now;
  }

  press(key: string): boolean {
    this.pressed.push(key);
    return this.onPress(key);
  }

  async change(text: string): Promise<ChangeResult> {
    this.changed.push(text);
    return { refusals: await this.onChange(text) };
  }

  get line(): string {
    return describeLine(this.now.actual!);
  }
}

/** A terminal of a size that shows what is written to the surface. */
export class TestScreen implements Surface {
  readonly looks: Looks;
  readonly terminal: xterm.Terminal;
  isDrawn = true;
  bells = 0;
  written = "";
  #size: Size;
  #done: Promise<void> = Promise.resolve();

  constructor(size: Size = { rows: 24, columns: 80 }, looks: Looks = LOOKS) {
    this.looks = looks;
    this.#size = size;
    this.terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
    this.terminal.onBell(() => this.bells++);
  }

  write(text: string): void {
    this.written += text;
    this.#done = new Promise((resolve) => this.terminal.write(text, resolve));
  }

  onDrawn(): void {}

  size(): Size {
    return this.#size;
  }

  resize(size: Size): void {
    this.#size = size;
    this.terminal.resize(size.columns, size.rows);
  }

  rows(): string[] {
    const { active } = this.terminal.buffer;
    const rows = Array.from({ length: this.terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true, 0, this.terminal.cols) ?? "").trimEnd(),
    );
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }

  async until(wanted: string | RegExp | ((screen: string) => boolean)): Promise<string[]> {
    const holds = (screen: string) =>
      typeof wanted === "string"
        ? screen.includes(wanted)
        : wanted instanceof RegExp
          ? wanted.test(screen)
          : wanted(screen);
    await until(
      () => `${wanted} on the screen; there was\n${this.rows().join("\n")}`,
      async () => {
        await this.#done;
        return holds(this.rows().join("\n"));
      },
    );
    return this.rows();
  }
}
