/**
 * The main command: opens the port, takes the terminal, runs the session, says how it ended. Knows the order of
 * these steps and the words; every step is another file's.
 */
import { fstatSync, statSync } from "node:fs";
import { formatCaret } from "../bytes/caret.js";
import { RobinError } from "../errors.js";
import { describeLine } from "../port/describe.js";
import { portPath } from "../port/open.js";
import type { Port } from "../port/port.js";
import { Session } from "../session/session.js";
import type { UserTerminal } from "../session/terminal.js";
import { DEMO, openAnyPort } from "../virtual/demo.js";
import type { WayOut } from "../way-out.js";
import type { ConnectConfig } from "./config.js";
import { isTerminal } from "./is-terminal.js";
import { handleSignals } from "./signals.js";
import { closedNotes, openStdio } from "./stdio.js";
import { tellEnd } from "./tell-end.js";
import type { SharedScreen, Words } from "./words.js";

/** Runs a session from start to end. Resolves with the exit status; everything taken is registered in `wayOut`. */
export async function connectCommand(config: ConnectConfig, words: Words, wayOut: WayOut): Promise<number> {
  const interactive = isTerminal(0) && !config.raw;
  const signals = handleSignals(wayOut, (text) => words.detail(text));
  refuseOwnTerminal(config.port);

  const port = await openAnyPort(config.port, { ...config, onNote: (text) => words.detail(text) });
  wayOut.add(() => void port.close());
  tellRefusals(port, words);

  const stdio = openStdio();
  const { terminal } = stdio;
  const session = new Session(port, {
    input: stdio.input,
    output: stdio.output,
    terminal,
    outputIsTerminal: isTerminal(1),
    escapeKey: terminal ? config.escapeKey : undefined,
    echo: config.echo,
    drainMs: config.drainMs,
    idleExitMs: config.idleExitMs,
    say: (level, text) => words[level](text),
    suspend: terminal && signals.suspend,
  });
  words.attach(stdio.words, terminal && sharedScreen(session, terminal));
  if (terminal) {
    wayOut.add(() => terminal.giveBack());
    terminal.take();
  }
  signals.watch(session, terminal);
  for (const note of closedNotes()) words.notice(note);
  if (interactive) await greet(port, config, words);
  else words.detail(`connected to ${port.path}: ${describeLine(await port.settings())}`);

  const end = await session.ended;
  if (terminal) terminal.giveBack();
  return tellEnd(end, {
    path: port.path,
    drainMs: config.drainMs,
    interactive,
    terminal: terminal !== undefined,
    outputIsTerminal: isTerminal(1),
    signal: signals.received(),
    words,
  });
}

/** Robin's words and the port's bytes, on one screen if stdout and stderr are terminals. */
function sharedScreen(session: Session, terminal: UserTerminal): SharedScreen | undefined {
  if (!isTerminal(1) || !isTerminal(2)) return undefined;
  return {
    newline: terminal.newline(),
    get atLineStart() {
      return session.atLineStart;
    },
    set atLineStart(value) {
      session.atLineStart = value;
    },
  };
}

/** A port that is the terminal robin runs on would talk to itself. */
function refuseOwnTerminal(name: string): void {
  if (name === DEMO || !isTerminal(0)) return;
  let same = false;
  try {
    same = statSync(portPath(name)).rdev === fstatSync(0).rdev;
  } catch {
    return; // opening it says why
  }
  if (same)
    throw new RobinError("open-failed", `open ${portPath(name)}: it is the terminal that robin runs on`);
}

function tellRefusals(port: Port, words: Words): void {
  for (const { setting, asked, took } of port.refusals) {
    words.warning(`set up ${port.path}: the driver did not take ${setting} ${asked}, it stands at ${took}`);
  }
}

async function greet(port: Port, config: ConnectConfig, words: Words): Promise<void> {
  const settings = await port.settings();
  words.notice(`connected to ${port.path}: ${describeLine(settings)}`);
  if (config.escapeKey === undefined)
    return words.notice("there is no escape key: only a signal ends this session");
  const key = formatCaret(config.escapeKey);
  words.notice(`${key} ? lists the keys, ${key} q quits`);
}
