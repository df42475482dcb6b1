/** The built command in front of a person: a terminal of its own, seen through a terminal emulator as it goes. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";
import { setWindowSize, type WindowSize } from "../../src/tty/ioctl.js";
import type { Termios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "./robin.js";
import { TestPty } from "./test-pty.js";
import { until } from "./until.js";

const GOLDEN = new URL("../golden/screens/", import.meta.url).pathname;

interface FaceOptions extends Partial<WindowSize> {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly wrap?: readonly string[];
}

/** For what still runs when its test is over. */
const PATIENCE_MS = 3000;

type Wanted = string | RegExp | ((screen: string, face: Face) => boolean);

export class Face {
  readonly user = new TestPty();
  readonly run: RobinRun;
  readonly terminal: xterm.Terminal;
  /** Homes of this run alone. */
  readonly home: string;
  readonly #before: Termios;
  #read = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(args: readonly string[], { rows = 24, columns = 80, env, cwd, wrap }: FaceOptions) {
    this.home = mkdtempSync(join(tmpdir(), "robin-face-"));
    setWindowSize(this.user.slave, { rows, columns });
    this.#before = this.user.termios;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 });
    // A terminal answers what it is asked.
    this.terminal.onData((text) => void this.user.write(text).catch(() => {}));
    this.run = runRobin(args, {
      stdin: this.user,
      stdout: this.user,
      stderr: this.user,
      ownSession: true,
      env: {
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        LC_ALL: undefined,
        XDG_STATE_HOME: join(this.home, "state"),
        XDG_CONFIG_HOME: join(this.home, "config"),
        ...env,
      },
      ...(cwd === undefined ? {} : { cwd }),
      ...(wrap === undefined ? {} : { wrap }),
    });
  }

  /** Lets the emulator have what came. */
  async look(): Promise<void> {
    this.user.drain();
    const fresh = this.user.received.subarray(this.#read);
    this.#read = this.user.received.length;
    if (fresh.length > 0) this.#written = new Promise((resolve) => this.terminal.write(fresh, resolve));
    await this.#written;
  }

  /** The rows of the screen as they stand, without blanks at their ends and empty rows at the end. */
  screen(): string[] {
    const { active } = this.terminal.buffer;
    const lines = Array.from({ length: this.terminal.rows }, (_, row) =>
      // Of a screen that became smaller, the emulator keeps what was beyond its edge.
      (active.getLine(active.baseY + row)?.translateToString(true, 0, this.terminal.cols) ?? "").trimEnd(),
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** Waits until the screen shows it. Returns the rows then. */
  async until(wanted: Wanted, timeoutMs?: number): Promise<string[]> {
    const holds = (screen: string) =>
      typeof wanted === "string"
        ? screen.includes(wanted)
        : wanted instanceof RegExp
          ? wanted.test(screen)
          : wanted(screen, this);
    await until(
      () => `${wanted} on the screen; there was\n${this.screen().join("\n")}`,
      async () => {
        await this.look();
        return holds(this.screen().join("\n"));
      },
      timeoutMs,
    );
    return this.screen();
  }

  /** Types it, byte for byte. */
  async type(text: string | Uint8Array): Promise<void> {
    await this.user.write(typeof text === "string" ? Buffer.from(text) : text);
  }

  /** The window gets another size; the kernel tells robin. */
  resize(rows: number, columns: number): void {
    this.terminal.resize(columns, rows);
    setWindowSize(this.user.slave, { rows, columns });
  }

  get isAlternate(): boolean {
    return this.terminal.buffer.active.type === "alternate";
  }

  get isCursorHidden(): boolean {
    // The emulator keeps it to itself.
    return (this.terminal as unknown as { _core: { coreService: { isCursorHidden: boolean } } })._core
      .coreService.isCursorHidden;
  }

  /** "none" where the mouse is not reported. */
  get mouseMode(): string {
    return this.terminal.modes.mouseTrackingMode;
  }

  get status(): Promise<number | string> {
    return this.run.status;
  }

  /** Waits for the end. Returns the status, with the terminal as it was: every setting, the screen, the cursor, the modes. */
  async ended(): Promise<number | string> {
    const status = await this.run.status;
    await this.look();
    this.checkGivenBack();
    return status;
  }

  /** Throws where the terminal is not as it was found. */
  checkGivenBack(): void {
    const wrong: string[] = [];
    const [before, now] = [this.#before, this.user.termios];
    if (Buffer.compare(Buffer.from(asText(before)), Buffer.from(asText(now))) !== 0) {
      wrong.push(`termios was ${asText(before)}, is ${asText(now)}`);
    }
    if (this.isAlternate) wrong.push("the alternate screen is not left");
    if (this.isCursorHidden) wrong.push("the cursor is hidden");
    const { mouseTrackingMode, bracketedPasteMode, wraparoundMode, originMode } = this.terminal.modes;
    if (mouseTrackingMode !== "none") wrong.push(`the mouse is reported (${mouseTrackingMode})`);
    if (bracketedPasteMode) wrong.push("pastes are bracketed");
    if (!wraparoundMode) wrong.push("lines do not wrap");
    if (originMode) wrong.push("the origin mode is on");
    if (wrong.length > 0) throw new Error(wrong.join("; "));
  }

  /** What still runs ends as it would at a desk: nobody finds its lock file later. */
  async close(): Promise<void> {
    const { child, status } = this.run;
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    this.user.close(); // a shell in its place goes by that alone
    await status;
    clearTimeout(killer);
    this.terminal.dispose();
    rmSync(this.home, { recursive: true, force: true });
  }
}

function asText(termios: Termios): string {
  return JSON.stringify(termios, (_, value) => (value instanceof Uint8Array ? [...value] : value));
}

/** Starts it; the test's end closes it. */
export function startFace(args: readonly string[], options: FaceOptions = {}): Face {
  const face = new Face(args, options);
  onTestFinished(() => face.close());
  return face;
}

/**
 * Compares rows with test/golden/screens/NAME.txt; `replace` makes of what differs from run to run what does not (a pty's number,
 * a time). UPDATE_GOLDEN=1 writes the file instead: look at it then.
 */
export function expectScreen(
  rows: readonly string[],
  name: string,
  replace: readonly (readonly [pattern: RegExp, by: string])[] = [],
): void {
  const text = `${rows.map((row) => replace.reduce((now, [pattern, by]) => now.replace(pattern, by), row)).join("\n")}\n`;
  const path = `${GOLDEN}${name}.txt`;
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(GOLDEN, { recursive: true });
    return writeFileSync(path, text);
  }
  if (!existsSync(path))
    throw new Error(`there is no ${path}; UPDATE_GOLDEN=1 writes it. The screen is\n${text}`);
  const golden = readFileSync(path, "utf8");
  if (golden !== text)
    throw new Error(`the screen differs from ${name}.txt. It is\n${text}\nand was to be\n${golden}`);
}
