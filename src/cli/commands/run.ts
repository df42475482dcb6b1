/**
 * `robin run`: a command on a terminal of its own, bridged to the user's. Knows the command line, the order of the steps
 * and the exit status; the terminal is virtual/run/'s, the bridge is the session's.
 */
import { formatCaret } from "../../bytes/caret.js";
import { RobinError } from "../../errors.js";
import { Session } from "../../session/session.js";
import { rawBothWays } from "../../session/terminal.js";
import { whyNoLibc } from "../../tty/abi.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { getTermios } from "../../tty/termios.js";
import { commandInput, type TypedLine } from "../../virtual/run/command-input.js";
import { type CommandLink, joinLink } from "../../virtual/run/command-link.js";
import { CommandTerminal } from "../../virtual/run/command-terminal.js";
import { type MasterPort, masterPort } from "../../virtual/run/master-port.js";
import { type StartedCommand, startCommand } from "../../virtual/run/start-command.js";
import { watchSlaves } from "../../virtual/slave-watch.js";
import type { TellEvent } from "../../virtual/virtual-event.js";
import { openVirtualPort } from "../../virtual/virtual-port.js";
import { type Command, type CommandContext, commandOptions } from "../command.js";
import { escapeKey } from "../config.js";
import { isTerminal } from "../is-terminal.js";
import { OPTIONS } from "../options.js";
import { sharedScreen } from "../shared-screen.js";
import { handleSignals } from "../signals.js";
import { openStdio } from "../stdio.js";
import { MAX_MS, numberOption } from "../values.js";
import type { Words } from "../words.js";
import { tellRunEnd } from "./run-end.js";

/** How long a command may take to end after its terminal has hung up. */
const HANGUP_MS = 1000;
/** How long those at the link have for the command's last words. */
const LINK_MS = 200;
/** What env(1), nohup(1) and shells exit with where there is no such program, and where it cannot be run. */
const [NOT_FOUND, NOT_RUN] = [127, 126];

interface RunConfig {
  readonly command: string;
  readonly args: readonly string[];
  readonly escapeKey: number | undefined;
  readonly drainMs: number;
  readonly link: string | undefined;
}

export const run: Command = {
  usage: "robin run [options] [--] [command…]",
  stopsAtFirst: true,
  options: commandOptions([
    {
      name: "link",
      value: "PATH",
      group: "Options",
      does: "make the session a serial port at PATH as well: who opens it sees and types",
    },
    ...OPTIONS.filter(({ name }) => name === "escape" || name === "drain"),
  ]),
  details: [
    `Runs the command, or $SHELL, or /bin/sh, as the leader of a session of its own, on a pty that is its controlling
terminal and has the settings and the size of the user's terminal. The size follows. Job control, ^C, ^Z and
full-screen programs work inside as they do without robin; the escape key works as it does at a port, and the keys
that concern a line say that there is none. Robin's options end at the first word that is none.`,
    `The exit status is the command's, or 128 and the number of the signal that ended it; 127 where there is no such
program and 126 where it cannot be run, as env(1) has it. Robin ends when the command has ended and all that it
printed is shown, also when processes that it started still have the terminal. The quit key, and a stdout that
nobody reads any more, hang the terminal up: the command gets SIGHUP, and ${HANGUP_MS} ms for its end to be robin's
status; else that is 0. A signal that ends robin hangs up as well, and waits for nothing.`,
    `Where standard input is no terminal, its bytes are typed as they are, without echo, and its end is typed as the
character VEOF (^D) when all before it has been read, again whenever it was read: except in raw mode (neither ICANON
nor ISIG), where it would be a byte, and with --link, where others may go on. Until the command makes it raw, a
terminal acts on control characters, and drops what a line has beyond 4095 bytes. Without any terminal the size is
24 rows and 80 columns.`,
    `With --link, those who open PATH get what is printed from then on. What nobody has open is sent nothing; a reader
who is more than 64 KiB behind loses bytes, which is told at the end. The user is never held by them.`,
  ],
  examples: [
    ["robin run", "a shell on a terminal of its own"],
    ["robin run --link /tmp/console -- ./simulator", "a program that other programs use by a serial port"],
    ["robin run make | tee log", "a program that shows colours and progress only on a terminal, in a pipe"],
  ],
  async run({ positional, values }, context) {
    const why = whyNoLibc();
    if (why !== undefined) throw new RobinError("unsupported", `make a pty: ${why}`);
    const [command = process.env.SHELL || "/bin/sh", ...args] = positional;
    return runCommand(
      {
        command,
        args,
        escapeKey: escapeKey(values.get("escape")),
        drainMs: numberOption(values, "drain", 0, MAX_MS) ?? 2000,
        link: values.get("link") as string | undefined,
      },
      context,
    );
  },
};

async function runCommand(config: RunConfig, { words, wayOut }: CommandContext): Promise<number> {
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
    drainMs: config.drainMs,
    say: (level, text) => words[level](text),
    suspend: terminal && signals.suspend,
  });
  // On a raw terminal LF alone does not return, whatever stdout is.
  words.attach(
    stdio.words,
    terminal && (sharedScreen(session, "\r\n") ?? { newline: "\r\n", atLineStart: true }),
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
  words.attach(stdio.words, sharedScreen(session, "\n"));
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
