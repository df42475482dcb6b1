/**
 * What keys of the main command do beyond the session: its log, its options by name, commands at the port. Knows who does each;
 * the keys are session/keys.ts's.
 */
import type { Port } from "../port/port.js";
import type { Question } from "../session/prompt.js";
import type { Session } from "../session/session.js";
import type { SessionControls } from "../session/session-controls.js";
import type { Keeping } from "./keeping.js";
import { changeOption } from "./live-options.js";
import { completeOption } from "./option-completion.js";
import type { RawArguments } from "./parse.js";
import type { Words } from "./words.js";

interface ControlsOptions {
  readonly port: Port;
  readonly keeping: Keeping;
  readonly words: Words;
  readonly values: RawArguments["values"];
  /** Whether there is a terminal to ask on. */
  readonly canAsk: boolean;
  /** Runs a command with the port as its stdin and stdout. */
  readonly run: (command: string) => Promise<number>;
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

  async toggleLog(): Promise<void> {
    await this.#options.keeping.toggleLog();
  }

  async change(): Promise<void> {
    const { session } = this;
    const text = await this.#ask("an option", {
      label: ": ",
      history: "options",
      complete: completeOption,
    });
    if (!session || !text) return;
    const { port, keeping, words } = this.#options;
    this.#values = await changeOption(text, { port, session, keeping, words, values: this.#values });
  }

  async runCommand(): Promise<void> {
    const command = await this.#ask("a command", { label: "! ", history: "commands" });
    if (command) await this.#options.run(command);
  }

  async #ask(what: string, question: Question): Promise<string | undefined> {
    const { canAsk, words } = this.#options;
    if (!canAsk) words.warning(`ask for ${what}: stderr is no terminal`);
    return this.session?.ask(question);
  }
}
