/**
 * `robin readpass`: a secret asked for and written to stdout. Knows the order of the steps and where words go; how a
 * terminal keeps a secret from being seen is session/secret.ts's to know.
 */
import { writeSync } from "node:fs";
import { constants } from "node:os";
import { RobinError, signalStatus } from "../../errors.js";
import { MAX_TYPED, SecretTerminal } from "../../session/secret.js";
import { MAX_PIPED, readSecretLine, secretTerminalPath } from "../../session/secret-source.js";
import { wasClosed } from "../../session/stdio.js";
import { whyNoLibc } from "../../tty/abi.js";
import { describeErrno } from "../../tty/sys-error.js";
import type { WayOut } from "../../way-out.js";
import { type Command, commandOptions } from "../command.js";
import { isTerminal } from "../is-terminal.js";
import { contradiction } from "../values.js";
import { holdTerminal } from "./hold-terminal.js";

const PROMPT = "enter password: ";

export const readpass: Command = {
  usage: "robin readpass [options]",
  options: commandOptions([
    {
      name: "prompt",
      alias: ["p"],
      value: "TEXT",
      group: "Options",
      does: "what is shown on the terminal, never on stdout",
      otherwise: `"${PROMPT}"`,
    },
    {
      name: "stdin",
      group: "Options",
      does: "read one line of standard input without a prompt, also where there is a terminal",
    },
  ]),
  details: [
    `Asks for a secret at the terminal with the echo off, and writes it to stdout with a newline and nothing else. It
is read from standard input's terminal, or from the controlling terminal where standard input is none, so that a
pipe or a file there is left to others. Without any terminal it is one line of standard input, without a prompt;
what follows that line is left alone.`,
    `The echo is off by TCSAFLUSH: what was typed before the prompt is discarded, what is typed behind the secret is
kept. If the driver does not turn it off, that is an error before the prompt is shown. Lines are edited as the
terminal does; Enter ends the secret, and so does ^D behind at least one character. Whatever ends the command,
^Z included, gives the terminal back as it was and discards half a secret; fg shows the prompt again.`,
    `A secret is any bytes but a newline: ${MAX_TYPED} at a terminal, whose lines are not longer, ${MAX_PIPED} from
standard input. An empty line is an empty secret. Status 5 says that the input ended before there was any, 3
that there is no way to ask or that the secret is too long, 7 that stdout did not take it.`,
  ],
  examples: [
    [`PIN=$(robin readpass --prompt 'PIN: ')`, "asks, for a script"],
    [
      "robin readpass | openssl enc -aes-256-cbc -pbkdf2 -pass stdin -in image -out image.enc",
      "for a program that reads it from a pipe",
    ],
    ["pass show board | robin readpass --stdin", "takes it from another program"],
  ],
  async run({ positional, values }, { words, wayOut }) {
    if (positional.length > 0) {
      throw new RobinError("usage", `argument "${positional[0]}": robin readpass takes none (--prompt TEXT)`);
    }
    const fromStdin = values.get("stdin") === true;
    const prompt = values.get("prompt") as string | undefined;
    if (fromStdin && prompt !== undefined) contradiction("stdin", "prompt");
    if (whyNoLibc() === undefined && wasClosed(1)) {
      throw new RobinError(
        "setup-failed",
        "write stdout: it is closed or /dev/null, so there is nowhere to put a secret",
      );
    }
    const path = fromStdin ? undefined : terminalPath();
    if (path !== undefined && isTerminal(1))
      words.notice("stdout is a terminal: the secret will be seen on it");
    const secret = path === undefined ? readSecretLine() : await ask(path, prompt ?? PROMPT, wayOut);
    if (secret === undefined) return signalStatus(constants.signals.SIGHUP); // which comes a moment later, if at all
    try {
      deliver(secret);
    } finally {
      secret.fill(0);
    }
    return 0;
  },
};

function terminalPath(): string | undefined {
  const why = whyNoLibc();
  if (why === undefined) return secretTerminalPath();
  if (!isTerminal(0)) return undefined;
  throw new RobinError("unsupported", `turn off the echo: ${why}`, { hint: "--stdin reads from a pipe" });
}

/** The secret that is typed at a terminal; undefined if that was hung up. Whatever happens, it is given back. */
async function ask(path: string, prompt: string, wayOut: WayOut): Promise<Uint8Array | undefined> {
  const terminal = new SecretTerminal(path, Buffer.from(prompt));
  const release = holdTerminal(
    {
      waitForForeground: () => terminal.waitForForeground(),
      take: () => terminal.take(),
      giveBack: () => terminal.giveBack("discard"),
    },
    wayOut,
  );
  try {
    return await terminal.read();
  } finally {
    terminal.giveBack("keep");
    release();
  }
}

/** Writes the secret and a newline, waiting for a slow reader. A reader that left early is nobody's fault. */
function deliver(secret: Uint8Array): void {
  const line = new Uint8Array(secret.length + 1);
  line.set(secret);
  line[secret.length] = 0x0a;
  try {
    for (let at = 0; at < line.length; ) at += writeSome(line.subarray(at));
  } catch (error) {
    const { code, errno = 0 } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") return;
    const [, text] = describeErrno(-errno);
    throw new RobinError("unsent", `write stdout: ${text} (${code})`, { cause: error });
  } finally {
    line.fill(0);
  }
}

function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    // A description that someone made non-blocking: look again soon.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}
