/**
 * What keys of the main command do beyond the session: its log, its options by name, commands at the port. Knows who does each;
 * the keys are session/keys.ts's.
 */
import type { Port, Refusal } from "../port/port.js";
import type { Question } from "../session/prompt.js";
import type { Session } from "../session/session.js";
import type { SessionControls } from "../session/session-controls.js";
import type { Keeping } from "./keeping.js";
import { changeOption } from "./live-options.js";
import { completeOption } from "./option-completion.js";
import type { RawArguments } from "./parse.js";
import type { SessionViews } from "./session-views.js";
import type { Words } from "./words.js";

interface ControlsOptions {
  readonly port: Port;
  readonly keeping: Keeping;
  readonly words: Words;
  readonly values: RawArguments["values"];
  /** Whether there is a terminal to ask on. */
  readonly canAsk: boolean;
  /** Runs a command with the port as its stdin and stdout; absent where there is no terminal to hand to it. */
  readonly run?: (command: string) => Promise<number>;
  /** What stands over the screen; absent where there is no terminal for it. */
  readonly views?: SessionViews | undefined;
}

export class Controls implements SessionControls {
  /** Set when there is one: a session is made with its controls. */
  session: Session | undefined;
  readonly #options: ControlsOptions;
  /** What the command line and the changes so far say. */
  #values: RawArguments["values"];

  constructor(options: ControlsOptions) {
    this.#options = options;
    this.#values = options.values;
  }

  async showMenu(): Promise<boolean> {
    return (await this.#options.views?.menu()) ?? false;
  }

  async showSetup(): Promise<void> {
    const { views, words } = this.#options;
    if (!views) return words.warning("set up: stdin and stdout are to be a terminal");
    await views.setup();
  }

  async toggleLog(): Promise<void> {
    await this.#options.keeping.toggleLog();
  }

  async change(): Promise<void> {
    const text = await this.#ask("an option", {
      label: ": ",
      history: "options",
      complete: completeOption,
    });
    if (text) await this.changeTo(text);
  }

  /** The same for a text that was asked for elsewhere. Resolves with what the driver did not take. */
  async changeTo(text: string): Promise<readonly Refusal[]> {
    const { session } = this;
    if (!session) return [];
    const { port, keeping, words } = this.#options;
    const { values, refusals } = await changeOption(text, {
      ...{ port, session, keeping, words },
      values: this.#values,
    });
    this.#values = values;
    return refusals;
  }

  /** What the command line and the changes so far say. */
  get values(): RawArguments["values"] {
    return this.#values;
  }

  async runCommand(): Promise<void> {
    const { run, words } = this.#options;
    if (!run) return words.warning("run a command: this screen has no place for one; robin PORT has");
    const command = await this.#ask("a command", { label: "! ", history: "commands" });
    if (command) await run(command);
  }

  async #ask(what: string, question: Question): Promise<string | undefined> {
    const { canAsk, words } = this.#options;
    if (!canAsk) words.warning(`ask for ${what}: stderr is no terminal`);
    return this.session?.ask(question);
  }
}
