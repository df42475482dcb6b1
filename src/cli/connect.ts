/**
 * The main command: opens the port, takes the terminal, runs the session, says how it ended. Knows the order of
 * these steps and the words; every step is another file's.
 */
import { fstatSync, statSync } from "node:fs";
import { constants } from "node:os";
import { formatCaret } from "../bytes/caret.js";
import { RobinError, signalStatus, statusOf } from "../errors.js";
import { describeLine } from "../port/describe.js";
import { portPath } from "../port/open.js";
import type { Port } from "../port/port.js";
import { Session, type SessionEnd } from "../session/session.js";
import type { UserTerminal } from "../session/terminal.js";
import { DEMO, openAnyPort } from "../virtual/demo.js";
import type { WayOut } from "../way-out.js";
import type { ConnectConfig } from "./config.js";
import { isTerminal } from "./is-terminal.js";
import { handleSignals } from "./signals.js";
import { openStdio } from "./stdio.js";
import type { SharedScreen, Words } from "./words.js";

/** Runs a session from start to end. Resolves with the exit status; everything taken is registered in `wayOut`. */
export async function connectCommand(config: ConnectConfig, words: Words, wayOut: WayOut): Promise<number> {
  const interactive = isTerminal(0) && !config.raw;
  const signals = handleSignals(wayOut);
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
  if (interactive) await greet(port, config, words);
  else words.detail(`connected to ${port.path}: ${describeLine(await port.settings())}`);

  const end = await session.ended;
  if (terminal) terminal.giveBack();
  return tellEnd(end, port, config, words, signals.received(), terminal);
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

/** Says what there is to say of the end, and gives its exit status. */
function tellEnd(
  end: SessionEnd,
  port: Port,
  config: ConnectConfig,
  words: Words,
  signal: NodeJS.Signals | undefined,
  terminal: UserTerminal | undefined,
): number {
  if (end.reason === "lost") {
    const tail = end.unsent > 0 ? `; ${end.unsent} bytes for it were not sent` : "";
    const why = end.error instanceof Error ? `: ${end.error.message}` : "";
    words.error(
      new RobinError(
        "lost",
        `bridge ${port.path}: the port was lost: it was hung up or unplugged${why}${tail}`,
      ),
    );
    return statusOf("lost");
  }
  if (end.reason === "error") {
    words.error(bridgeError(end.error, port));
    return statusOf("internal");
  }
  let status = 0;
  if (end.unsent > 0) {
    words.error(
      new RobinError(
        "unsent",
        `send to ${port.path}: ${end.unsent} bytes were left unsent when --drain ${config.drainMs} ran out`,
      ),
    );
    status = statusOf("unsent");
  }
  if (end.undelivered > 0 && !isTerminal(1)) {
    words.error(
      new RobinError(
        "unsent",
        `write stdout: ${end.undelivered} bytes from ${port.path} were not taken when --drain ${config.drainMs} ran out`,
      ),
    );
    status = statusOf("unsent");
  }
  if (signal !== undefined) {
    words.detail(`ended by ${signal}`);
    return signalStatus(constants.signals[signal]);
  }
  // A terminal's input ends when the terminal is hung up; SIGHUP comes only to those whose controlling one it is.
  if (end.reason === "input-ended" && terminal) return signalStatus(constants.signals.SIGHUP);
  if (terminal && !config.raw) words.notice(`closed ${port.path}`);
  else words.detail(`closed ${port.path}: ${end.received} bytes received, ${end.sent} bytes sent`);
  return status;
}

function bridgeError(error: unknown, port: Port): unknown {
  if (error instanceof RobinError || !(error instanceof Error) || error.name !== "SysError") return error;
  return new RobinError("internal", `bridge ${port.path}: ${error.message}`, { cause: error });
}
