/**
 * The session of `robin run`: the command started on its terminal, bridged to the user's, linked, and hung up at the end.
 * Knows the order of the steps; the terminal is virtual/run/'s, the bridge the session's, what its end means run-end.ts's.
 */
import { formatCaret } from "../../bytes/caret.js";
import { RobinError } from "../../errors.js";
import { Session } from "../../session/session.js";
import { rawBothWays } from "../../session/terminal.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { getTermios } from "../../tty/termios.js";
import { watchSlaves } from "../../virtual/port/slave-watch.js";
import type { TellEvent } from "../../virtual/port/virtual-event.js";
import { openVirtualPort } from "../../virtual/port/virtual-port.js";
import { commandInput, type TypedLine } from "../../virtual/run/command-input.js";
import { type CommandLink, joinLink } from "../../virtual/run/command-link.js";
import { CommandTerminal } from "../../virtual/run/command-terminal.js";
import { type MasterPort, masterPort } from "../../virtual/run/master-port.js";
import { type StartedCommand, startCommand } from "../../virtual/run/start-command.js";
import type { CommandContext } from "../command.js";
import { isTerminal } from "../is-terminal.js";
import { sharedScreen } from "../shared-screen.js";
import { handleSignals } from "../signals.js";
import { openStdio } from "../stdio.js";
import type { Words } from "../words.js";
import { tellRunEnd } from "./run-end.js";

/** How long a command may take to end after its terminal has hung up. */
const HANGUP_MS = 1000;
/** How long those at the link have for the command's last words. */
const LINK_MS = 500;
/** What env(1), nohup(1) and shells exit with where there is no such program, and where it cannot be run. */
const [NOT_FOUND, NOT_RUN] = [127, 126];

/** On a raw terminal LF alone does not return. */
const RAW_NEWLINE = "\r\n";

export interface RunConfig {
  readonly command: string;
  readonly args: readonly string[];
  readonly escapeKey: number | undefined;
  readonly drainMs: number;
  readonly link: string | undefined;
}

/** Runs it from start to end. Resolves with the exit status; everything taken is registered in `wayOut`. */
export async function runSession(config: RunConfig, { words, wayOut }: CommandContext): Promise<number> {
  const { command } = config;
  const signals = handleSignals(wayOut, (text) => words.detail(text));
  const screen = [0, 1, 2].find((fd) => isTerminal(fd));
  const pty = new CommandTerminal({ termios: isTerminal(0) ? getTermios(0) : undefined, sizeOf: screen });
  let link: CommandLink | undefined;
  const port = masterPort(pty, {
    onRead: (chunk, end) => link?.push(chunk, end),
    mayLoseLast: isTerminal(1),
  });
  wayOut.add(() => port.hangUp());
  if (config.link !== undefined) link = openLink(config.link, port, { words, wayOut });
  const child = start(config, port, words);
  if (typeof child === "number") return child;

  const stdio = openStdio(rawBothWays);
  const { terminal } = stdio;
  const line = link ? undefined : typedLine(pty, port);
  const input = terminal ? stdio.input : commandInput(stdio.input, line);
  const session = new Session(port, {
    input,
    output: stdio.output,
    terminal,
    outputIsTerminal: isTerminal(1),
    escapeKey: terminal ? config.escapeKey : undefined,
    view: { newline: terminal && isTerminal(1) ? RAW_NEWLINE : undefined },
    drainMs: config.drainMs,
    say: (level, text) => words[level](text),
    suspend: terminal && signals.suspend,
  });
  // The terminal is raw, whatever stdout is.
  words.attach(
    stdio.words,
    terminal && (sharedScreen(session.ways, RAW_NEWLINE) ?? { newline: RAW_NEWLINE, atLineStart: true }),
  );
  if (terminal) {
    wayOut.add(() => terminal.giveBack());
    terminal.take();
  }
  signals.watch(session, terminal);
  if (screen !== undefined) followSize(pty, screen);
  greet(config, { path: port.path, pid: child.pid }, terminal !== undefined, words);

  const end = await session.ended;
  input.close();
  terminal?.giveBack();
  words.attach(stdio.words, sharedScreen(session.ways, "\n"));
  if (end.reason === "lost") await link?.settle(LINK_MS);
  if (link && link.dropped > 0) {
    words.warning(`send to ${config.link}: ${link.dropped} bytes were dropped, its reader was too slow`);
  }
  port.hangUp();
  if (end.reason !== "error" && signals.received() === undefined && !child.exit) {
    await Promise.race([child.exited, new Promise((resolve) => setTimeout(resolve, HANGUP_MS))]);
  }
  return tellRunEnd(end, {
    command,
    child,
    isTerminal: terminal !== undefined,
    signal: signals.received(),
    words,
  });
}

/** The command, or the exit status where it cannot be started. */
function start({ command, args }: RunConfig, port: MasterPort, words: Words): StartedCommand | number {
  try {
    return startCommand(command, args, port);
  } catch (error) {
    if (!(error instanceof RobinError)) throw error;
    words.error(error);
    return isErrno(error.cause, errno.ENOENT) ? NOT_FOUND : NOT_RUN;
  }
}

function openLink(path: string, port: MasterPort, { words, wayOut }: CommandContext): CommandLink {
  const slaves = watchSlaves();
  const tell: TellEvent = ({ event }) => words.detail(`${path}: ${event}`);
  const virtual = openVirtualPort({ name: path, link: path, slaves, tell });
  wayOut.add(() => virtual.close());
  return joinLink(virtual, port.newSink(), (error) => {
    throw error;
  });
}

function typedLine(pty: CommandTerminal, port: MasterPort): TypedLine {
  return {
    taken: () => port.taken,
    hasUnread: () => pty.hasUnread,
    termios: () => pty.termios,
    type: (byte) => port.sink.write(Uint8Array.of(byte), 0, 1) === 1,
  };
}

/** The kernel sends SIGWINCH on to whoever is in the foreground there. */
function followSize(pty: CommandTerminal, screen: number): void {
  const follow = () => void pty.resize(screen);
  process.on("SIGWINCH", follow);
  process.on("SIGCONT", follow); // a stopped process does not hear of changes
}

function greet({ command, escapeKey: key }: RunConfig, where: Place, isInteractive: boolean, words: Words) {
  const what = `running ${command} on ${where.path}`;
  if (!isInteractive) return words.detail(`${what}, PID ${where.pid}`);
  if (key === undefined) return words.notice(what);
  const prefix = formatCaret(key);
  words.notice(`${what}: ${prefix} ? lists the keys, ${prefix} q quits`);
}

interface Place {
  readonly path: string;
  readonly pid: number;
}
