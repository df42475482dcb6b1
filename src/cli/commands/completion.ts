/**
 * `robin completion bash|zsh|fish`: the script that a shell needs, and the candidates that the script asks for. Knows the command
 * line and where words go; what may stand where is completion/'s.
 */
import { basename } from "node:path";
import { RobinError } from "../../errors.js";
import { devicePorts } from "../../port/discovery/discover.js";
import { type Command, commandOptions } from "../command.js";
import { complete, type Sources } from "../completion/complete.js";
import { bashReply, fishReply, zshReply } from "../completion/reply.js";
import { completionScript, SHELLS, type Shell } from "../completion/scripts.js";
import { readTyped } from "../completion/shell-words.js";
import { didYouMean } from "../nearest.js";
import type { RawArguments } from "../parse.js";
import { print } from "../result.js";
import { wholeNumber } from "../values.js";

const MOST_COLUMNS = 10_000;
const USUAL_COLUMNS = 80;

/** How each shell learns it. */
const INSTALL: Readonly<Record<Shell, string>> = {
  bash: "source <(robin completion bash)",
  zsh: "source <(robin completion zsh)",
  fish: "robin completion fish | source",
};

export const completion: Command = {
  usage: "robin completion [options] bash|zsh|fish",
  takes: { first: [SHELLS] },
  options: commandOptions([
    {
      name: "words",
      group: "Options",
      does: "for the script: print what may stand in place of the last word behind --",
    },
    {
      name: "breaks",
      value: "CHARACTERS",
      group: "Options",
      does: "with --words for bash: its COMP_WORDBREAKS, where it begins to replace",
    },
    {
      name: "columns",
      value: "N",
      group: "Options",
      does: "with --words: how wide the screen is; for bash, that candidates are only shown",
    },
  ]),
  details: [
    `Prints a script for the shell, which makes the Tab key complete commands, options, their values (speeds, maps, formats, …),
ports with their product, and profiles. The script asks robin, so that it need not be printed anew for a later robin.
No port is opened for it.`,
    `bash: put "source <(robin completion bash)" into ~/.bashrc, or the script into
~/.local/share/bash-completion/completions/robin, where bash-completion finds it; bash 3.2 wants
eval "$(robin completion bash)" instead. zsh: put the script as _robin into a
directory of fpath, or "source <(robin completion zsh)" into ~/.zshrc behind compinit. fish: put it into
~/.config/fish/completions/robin.fish.`,
    `The script calls robin completion SHELL --words -- WORD…, with the words behind robin up to the cursor, the last one of which may
be empty; those of bash still have their quotes. The answer for fish is a line for each candidate, a tab and what it
is; for zsh a tab, what is to be shown, and a tab and + where no blank may follow; for bash what is to be put in from
the place where bash begins (--breaks) on, quoted. A line that begins with a tab is for the script: files, directories, prefix TEXT
(what stands before each candidate), or command N (another program's command line begins with word N). Whatever goes wrong,
nothing is said and the status is 0.`,
  ],
  examples: [
    ["source <(robin completion bash)", "for this bash; in ~/.bashrc for all"],
    ["source <(robin completion zsh)", "the same of zsh; in ~/.zshrc behind compinit"],
    ["robin completion zsh > ~/.zfunc/_robin", "or so, where fpath has ~/.zfunc before compinit"],
    ["robin completion fish > ~/.config/fish/completions/robin.fish", "for all fish shells from now on"],
  ],
  async run(args) {
    const [name, ...rest] = args.positional;
    const shell = SHELLS.find((one) => one === name);
    if (args.values.get("words") === true) {
      if (shell !== undefined) await answer(shell, rest, args.values);
      return 0;
    }
    if (shell === undefined) throw noSuchShell(name);
    if (rest.length > 0) throw new RobinError("usage", `argument "${rest[0]}": one shell is all`);
    print(completionScript(shell));
    return 0;
  },
};

function noSuchShell(name: string | undefined): RobinError {
  const own = SHELLS.find((shell) => shell === basename(process.env.SHELL ?? ""));
  const hint =
    own === undefined ? "robin completion --help says where it goes" : `for this shell: ${INSTALL[own]}`;
  const text =
    name === undefined
      ? `argument SHELL: robin completion needs one of ${SHELLS.join(", ")}`
      : `argument "${name}": it is not one of ${SHELLS.join(", ")}${didYouMean(name, SHELLS)}`;
  return new RobinError("usage", text, { hint });
}

const SOURCES: Sources = {
  ports: () => devicePorts(),
  profiles: async () => {
    const { readProfiles } = await import("../../profiles/profiles.js");
    const { profiles } = await readProfiles(process.env);
    return profiles.map(({ name, description, port }) => ({ name, does: description ?? port ?? "" }));
  },
};

/** A person is typing: what goes wrong here may not be said into that line. */
async function answer(shell: Shell, words: readonly string[], values: RawArguments["values"]): Promise<void> {
  try {
    const given = wholeNumber(String(values.get("columns") ?? ""), 1, MOST_COLUMNS);
    const lines = await reply(shell, words, String(values.get("breaks") ?? ""), given);
    if (lines.length > 0) print(`${lines.join("\n")}\n`);
  } catch {
    // Nothing is offered then.
  }
}

async function reply(shell: Shell, words: readonly string[], breaks: string, columns: number | undefined) {
  if (shell === "fish") return fishReply(await complete(words, SOURCES));
  if (shell === "zsh")
    return zshReply(await complete(words, SOURCES), words.at(-1) ?? "", columns ?? USUAL_COLUMNS);
  const typed = readTyped(words.at(-1) ?? "", breaks);
  const before = words.slice(0, -1).map((word) => readTyped(word).text);
  return bashReply(await complete([...before, typed.text], SOURCES), typed, columns);
}
