/** A person in front of a shell that knows the completion of robin: types, presses Tab, looks at the line. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Face, startFace } from "./face.js";
import { ROBIN } from "./robin.js";

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";
const PROMPT = "> ";
const TAB = "\t";

interface ShellKind {
  readonly name: string;
  readonly program: string;
  /** A file that it wants beside the program. */
  readonly needs?: string;
  /** Files of its home, and how it is started there. */
  readonly files: (home: string) => Readonly<Record<string, string>>;
  readonly start: (home: string) => readonly string[];
}

const bash = (name: string, first: string, needs?: string): ShellKind => ({
  name,
  program: "bash",
  ...(needs === undefined ? {} : { needs }),
  files: () => ({ rc: `${first}\nPS1='${PROMPT}'\nsource <(robin completion bash)\n` }),
  start: (home) => ["bash", "--noprofile", "--rcfile", `${home}/rc`, "-i"],
});

export const SHELL_KINDS: readonly ShellKind[] = [
  bash("bash", ""),
  bash("bash with bash-completion", `source ${BASH_COMPLETION}`, BASH_COMPLETION),
  {
    name: "zsh",
    program: "zsh",
    files: (home) => ({
      ".zshrc": `PS1='${PROMPT}'\nfpath=(${home}/fpath $fpath)\nbindkey -e\nautoload -Uz compinit\ncompinit -u -d ${home}/dump\n`,
      "fpath/_robin": execFileSync(process.execPath, [ROBIN, "completion", "zsh"], { encoding: "utf8" }),
    }),
    start: () => ["zsh", "-d", "-i"],
  },
  {
    name: "fish",
    program: "fish",
    files: () => ({
      // Else it makes completions of all manual pages, in the background.
      "data/fish/generated_completions/none.fish": "",
      "config/fish/config.fish": `function fish_prompt\n printf '${PROMPT}'\nend\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\n`,
      "config/fish/completions/robin.fish": execFileSync(process.execPath, [ROBIN, "completion", "fish"], {
        encoding: "utf8",
      }),
    }),
    start: () => ["fish", "-i"],
  },
];

/** Not by a file of fpath. */
export const SOURCED_ZSH: ShellKind = {
  name: "zsh, sourced",
  program: "zsh",
  files: (home) => ({
    ".zshrc": `PS1='${PROMPT}'\nbindkey -e\nautoload -Uz compinit\ncompinit -u -d ${home}/dump\nsource <(robin completion zsh)\n`,
  }),
  start: () => ["zsh", "-d", "-i"],
};

/** Why there is no such shell here, or undefined. */
export function whyNoShell({ program, needs }: ShellKind): string | undefined {
  const isThere = (process.env.PATH ?? "")
    .split(":")
    .some((directory) => existsSync(join(directory, program)));
  if (!isThere) return `${program} is not installed`;
  return needs === undefined || existsSync(needs) ? undefined : `${needs} is not there`;
}

interface ShellOptions {
  /** A shell script in place of robin where it is asked for completions. */
  readonly robin?: string;
  /** Prefix of the command line, which runs `"$@"` at its end. */
  readonly wrap?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export class Shell {
  readonly home = mkdtempSync(join(tmpdir(), "robin-shell-"));
  readonly #face: Face;

  constructor(kind: ShellKind, { robin, wrap = [], env }: ShellOptions = {}) {
    const real = `exec '${process.execPath}' '${ROBIN}' "$@"`;
    this.write(
      "bin/robin",
      `#!/bin/sh
case "$1 $3" in
  "completion --words") ${robin ?? real} ; exit ;;
  completion*) ${real} ;;
esac
printf '%s\\n' "$@" >"$HOME/calling"
mv "$HOME/calling" "$HOME/called"
`,
    );
    chmodSync(join(this.home, "bin/robin"), 0o755);
    mkdirSync(join(this.home, "work"));
    for (const [path, text] of Object.entries(kind.files(this.home))) this.write(path, text);
    const start = ["setsid", "-c", "-w", ...kind.start(this.home)].map((word) => `'${word}'`).join(" ");
    this.#face = startFace([], {
      // What the face would run is not wanted.
      wrap: [...wrap, "sh", "-c", `exec ${start}`],
      columns: 100,
      rows: 40,
      cwd: join(this.home, "work"),
      env: {
        HOME: this.home,
        ZDOTDIR: this.home,
        XDG_CONFIG_HOME: join(this.home, "config"),
        XDG_DATA_HOME: join(this.home, "data"),
        XDG_STATE_HOME: join(this.home, "state"),
        XDG_CACHE_HOME: join(this.home, "cache"),
        PATH: `${this.home}/bin:${process.env.PATH}`,
        INPUTRC: "/dev/null",
        HISTFILE: "/dev/null",
        ...env,
      },
    });
    onTestFinished(() => rmSync(this.home, { recursive: true, force: true }));
  }

  /** A file below its home, with its directories. */
  write(path: string, text: string): void {
    const full = join(this.home, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, text);
  }

  /** What stands before the cursor in its row, behind the prompt. */
  get line(): string {
    const { active } = this.#face.terminal.buffer;
    const row =
      active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? "";
    return row.startsWith(PROMPT) ? row.slice(PROMPT.length) : "";
  }

  /** An empty line on an empty screen. */
  async fresh(): Promise<void> {
    await this.#face.until(PROMPT.trim());
    await this.#face.type("\x05\x15\x0c");
    await this.#face.until((screen) => screen === PROMPT.trim() && this.line === "");
  }

  async type(text: string): Promise<void> {
    await this.#face.type(text);
  }

  /** Waits until the line, or the screen, is as wanted. */
  async until(wanted: string | RegExp | ((screen: string) => boolean)): Promise<void> {
    const holds = (screen: string) => {
      if (typeof wanted === "function") return wanted(screen);
      return typeof wanted === "string" ? this.line === wanted : wanted.test(this.line);
    };
    await this.#face.until(holds).catch((error: Error) => {
      throw new Error(`${wanted} was wanted, ${JSON.stringify(this.line)} is there; ${error.message}`);
    });
  }

  /** Types `text` and a Tab on a fresh line, and waits until the line is `wanted`. */
  async completes(text: string, wanted: string | RegExp): Promise<void> {
    await this.fresh();
    await this.type(text);
    await this.until(text);
    await this.type(TAB);
    await this.until(wanted);
  }

  /** Types `text` and Tab twice on a fresh line, and waits until each of `wanted` is listed. Returns the screen's rows. */
  async lists(text: string, wanted: readonly (string | RegExp)[]): Promise<string[]> {
    await this.fresh();
    await this.type(text);
    await this.#face.until(() => this.line === text);
    await this.type(TAB + TAB);
    return this.#face.until((screen) =>
      wanted.every((one) => (typeof one === "string" ? screen.includes(one) : one.test(screen))),
    );
  }

  /** Presses Enter: the words with which robin is called then. */
  async calls(): Promise<string[]> {
    rmSync(join(this.home, "called"), { force: true });
    await this.type("\r");
    await this.#face.until(() => existsSync(join(this.home, "called")) && this.line === "");
    return readFileSync(join(this.home, "called"), "utf8").split("\n").slice(0, -1);
  }

  screen(): string[] {
    return this.#face.screen();
  }
}
