/**
 * Robin's own words, on stderr: `robin: ` and a line, in colour where that was asked for. Knows how they look and
 * that nobody waits for them; not what is said.
 */
import { writeSync } from "node:fs";
import { Chalk, type ChalkInstance } from "chalk";
import { RobinError } from "../errors.js";
import { type ByteSink, GONE } from "../port/ends.js";

export type ColorMode = "auto" | "always" | "never";

export interface WordsOptions {
  readonly color: ColorMode;
  readonly quiet: boolean;
  /** How often -v was given. */
  readonly verbose: number;
  /** Whether stderr is a terminal; asked when there is something to say. */
  readonly isTerminal: () => boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** The screen on which the port's bytes appear, where stderr is the same one. */
export interface SharedScreen {
  /** Whether the cursor stands at the start of a line. */
  atLineStart: boolean;
  /** What brings it to the start of the next one. */
  readonly newline: string;
  /** Called before words are written, and after them: what is typed there stands behind them. */
  readonly before?: () => void;
  readonly after?: (words: Uint8Array) => void;
}

export type Level = "error" | "warning" | "notice" | "detail";

/** Who has the words while a view stands where they would. */
export interface WordsListener {
  say(level: Level, text: string): void;
  /** An error is the last thing said: the view is to go, so that it can be read. */
  leave(): void;
}

/** Words that wait for a stopped terminal; more than that are dropped, for nobody reads them. */
const BACKLOG = 64 * 1024;

/** Whether to colour: --color before NO_COLOR (no-color.org) before what stderr is. */
export function wantsColor({
  color,
  isTerminal,
  env,
}: Pick<WordsOptions, "color" | "isTerminal" | "env">): boolean {
  if (color !== "auto") return color === "always";
  return !env.NO_COLOR && env.TERM !== "dumb" && isTerminal();
}

export class Words {
  /** Told when all that was drawn is on the screen, after it was not. */
  onDrawn: () => void = () => {};
  #options: WordsOptions;
  #colors: ChalkInstance | undefined;
  #sink: ByteSink | undefined;
  #backlog: Uint8Array[] = [];
  #waiting = 0;
  #drawn: Uint8Array[] = [];
  #isHeld = false;
  /** The screen has taken a part of what was drawn. */
  #isStuck = false;
  #screen: SharedScreen | undefined;
  #newline = "\n";
  #listener: WordsListener | undefined;

  constructor(options: WordsOptions) {
    this.#options = options;
  }

  /** From now on words go to a sink that never waits, and start a line of their own on a screen they share. */
  attach(sink: ByteSink, screen?: SharedScreen): void {
    this.#sink = sink;
    this.#screen = screen;
    this.#newline = screen?.newline ?? "\n";
    sink.onReady(() => this.#flush());
  }

  /** From now on so loud, and so coloured. */
  change(options: Pick<WordsOptions, "color" | "quiet" | "verbose">): void {
    this.#options = { ...this.#options, ...options };
    this.#colors = undefined;
  }

  /** Control sequences and text on the screen, as they are, before whatever is held. */
  draw(text: string): void {
    this.#drawn.push(Buffer.from(text));
    this.#flush();
  }

  /** Whether all that was drawn is on the screen: more would wait for it. */
  get isDrawn(): boolean {
    return this.#drawn.length === 0;
  }

  /** Keeps words while something else stands on the screen. The result lets them go. */
  hold(): () => void {
    this.#isHeld = true;
    return () => {
      this.#isHeld = false;
      this.#flush();
    };
  }

  /** From now on `listener` has them instead of a terminal; a stderr that is none has them too. The result takes that back. */
  divert(listener: WordsListener): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  /** Something failed. Said even under --quiet. */
  error(error: unknown): void {
    const known = error instanceof RobinError;
    const text = known ? error.message : this.#fault(error);
    const hint = known && error.hint !== undefined ? `\n  hint: ${error.hint}` : "";
    this.#listener?.leave();
    this.#say("error", text + hint);
  }

  /** What the user should know and may have to act on. */
  warning(text: string): void {
    this.#say("warning", text);
  }

  notice(text: string): void {
    if (!this.#options.quiet) this.#say("notice", text);
  }

  detail(text: string): void {
    if (this.verbose) this.#say("detail", text);
  }

  get verbose(): boolean {
    return this.#options.verbose > 0;
  }

  /** Whether everything that was said is out. */
  get isSettled(): boolean {
    return this.#sink === undefined || (this.#waiting === 0 && this.#sink.unsent() === 0);
  }

  /** Resolves when everything that was said is out, or after `limitMs`: a stopped terminal may never take it. */
  async settle(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!this.isSettled && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      this.#flush();
    }
  }

  /** Tries once more to bring out what waits. */
  close(): void {
    this.#flush();
    this.#sink = undefined;
  }

  #fault(error: unknown): string {
    if (!(error instanceof Error)) return `a fault of robin's own: ${String(error)}`;
    return `a fault of robin's own: ${this.#options.verbose > 1 ? (error.stack ?? error.message) : error.message}`;
  }

  #say(level: Level, text: string): void {
    this.#listener?.say(level, text);
    if (this.#listener && this.#options.isTerminal()) return;
    const { red, yellow, dim } = this.#chalk;
    if (level === "detail") return this.#put(dim(`robin: ${text}`));
    const paint = { error: red, warning: yellow, notice: dim }[level];
    this.#put(`${paint("robin:")} ${text}`);
  }

  get #chalk(): ChalkInstance {
    this.#colors ??= new Chalk({ level: wantsColor(this.#options) ? 1 : 0 });
    return this.#colors;
  }

  #put(text: string): void {
    this.#screen?.before?.();
    const start = this.#screen && !this.#screen.atLineStart ? this.#newline : "";
    const bytes = Buffer.from(start + text.replaceAll("\n", this.#newline) + this.#newline);
    this.#write(bytes);
    if (this.#screen) this.#screen.atLineStart = true;
    this.#screen?.after?.(bytes);
  }

  #write(bytes: Uint8Array): void {
    if (this.#sink) {
      if (this.#waiting + bytes.length > BACKLOG) return;
      this.#backlog.push(bytes);
      this.#waiting += bytes.length;
      return this.#flush();
    }
    try {
      writeSync(2, bytes);
    } catch {
      // nobody listens
    }
  }

  #flush(): void {
    try {
      const wasStuck = this.#isStuck;
      this.#isStuck = !this.#send(this.#drawn);
      if (wasStuck && !this.#isStuck) this.onDrawn();
      if (this.#isStuck || this.#isHeld) return;
      this.#send(this.#backlog);
      this.#waiting = this.#backlog.reduce((sum, { length }) => sum + length, 0);
    } catch {
      this.#backlog = []; // words are not worth a session
      this.#drawn = [];
      this.#waiting = 0;
    }
  }

  /** Writes from the head of `queue`. Whether all of it is out. */
  #send(queue: Uint8Array[]): boolean {
    for (let first = queue[0]; first && this.#sink; first = queue[0]) {
      const taken = this.#sink.write(first, 0, first.length);
      if (taken === GONE) {
        queue.length = 0;
        return true;
      }
      if (taken < first.length) {
        queue[0] = first.subarray(taken);
        this.#sink.arm();
        return false;
      }
      queue.shift();
    }
    return true;
  }
}
