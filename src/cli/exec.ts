/**
 * A command run with the port as its stdin and stdout, and the user's terminal handed to it meanwhile. Knows the order of the
 * steps, what each signal does then, and the words; the command is exec/guest.ts's, the port's two ways are the session's.
 *
 *     the session has the terminal --lend--> the command has it --its end--> the session has it again
 *                                             '--^Z--> both stopped --fg--^
 */
import { constants } from "node:os";
import { foreground } from "../exec/foreground.js";
import { describeExit, exitStatus, type Guest, startGuest } from "../exec/guest.js";
import { watchInterrupts } from "../exec/interrupts.js";
import type { Port } from "../port/port.js";
import type { SessionEvent } from "../session/session-event.js";
import type { UserTerminal } from "../session/terminal.js";
import type { ChildExit } from "../tty/child-exit.js";
import { onChildStop, takeStop } from "../tty/child-stop.js";
import { close, O_CLOEXEC, O_NOCTTY, O_RDWR, open } from "../tty/libc.js";
import type { WayOut } from "../way-out.js";
import type { Signals } from "./signals.js";
import type { Words } from "./words.js";

/** How long a command has to end after a signal before it gets a stronger one. */
const END_MS = 1000;
/** How long it has to end by ^C before the user is told how else it ends. */
const INTERRUPT_MS = 700;
/** How long it has to end by the end of its stdin, before it is sent SIGHUP. */
const HANGUP_MS = 1000;
/** For what was said before the command says something. */
const WORDS_MS = 200;
/** Those that mean the same to a command; any other becomes SIGTERM. */
const PASSED_ON: readonly NodeJS.Signals[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];

/** Of the session, what is needed here. */
export interface LendingSession {
  /** Resolves when the guest has gone and the port has taken what it sent, or the session is over. */
  lend(guest: Guest): Promise<void>;
  end(reason: "stopped"): void;
  readonly ways: {
    tell(event: SessionEvent): void;
    /** Whether the screen's cursor stands at the start of a line. */
    atLineStart: boolean;
  };
}

export interface ExecContext {
  readonly port: Pick<Port, "settings">;
  /** The user's terminal, if there is one. */
  readonly terminal: UserTerminal | undefined;
  /** Whether a person is told of the beginning and the end. */
  readonly interactive: boolean;
  readonly words: Words;
  readonly signals: Signals;
  readonly wayOut: WayOut;
  /** How long the port may take for what the command sent, after a signal, in ms. */
  readonly drainMs: number;
}

/**
 * Runs `command` by `/bin/sh -c` until it has ended and the port has what it sent. Resolves with its exit status: 0..255, or
 * 128 and the number of the signal that ended it. Rejects with RobinError open-failed where it cannot be started.
 */
export async function runGuest(
  session: LendingSession,
  command: string,
  context: ExecContext,
): Promise<number> {
  const { port, terminal, words, signals, wayOut, interactive } = context;
  const say = (text: string) => (interactive ? words.notice(text) : words.detail(text));
  const bps = await port.settings().then(
    (settings) => settings.bps,
    () => undefined, // lost: the session is about to say so
  );
  say(`running ${command}`);
  await words.settle(WORDS_MS);
  terminal?.giveBack();
  const screen = controllingTerminal();
  let guest: Guest;
  try {
    guest = startGuest(command, { bps });
  } catch (error) {
    screen.close();
    if (signals.received() === undefined) terminal?.take();
    throw error;
  }
  session.ways.tell({ event: "command", command });
  const job = followJob(guest, { command, session, screen, context });
  const forget = wayOut.add(() => {
    screen.takeBack();
    guest.signal(signals.received() === undefined ? "SIGHUP" : "SIGKILL");
  });
  if (terminal && screen.lend(guest.pid)) job.watchInterrupts();
  session.ways.atLineStart = false; // the command writes on the same screen, and nobody knows what

  await session.lend(guest);
  const exit = await hungUp(guest);
  job.close();
  forget();
  guest.close();
  screen.takeBack();
  screen.close();
  if (signals.received() !== undefined) session.end("stopped");
  else terminal?.take();
  const status = exitStatus(exit);
  session.ways.tell({ event: "command", command, status });
  say(`${command}: ${describeExit(exit)}`);
  return status;
}

/** The end of a command whose port is gone, or whose session is over: its stdin has ended. Most have ended before that. */
async function hungUp(guest: Guest): Promise<ChildExit> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), HANGUP_MS);
  });
  const exit = guest.exit ?? (await Promise.race([guest.exited, patience]));
  clearTimeout(timer);
  return exit ?? guest.end("SIGHUP", END_MS);
}

/** Our terminal by its own name, as stdin may be something else. Without one, there is nobody to lend it to. */
function controllingTerminal() {
  let fd: number;
  try {
    fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  } catch {
    return { lend: () => false, takeBack: () => {}, takesWords: () => true, close: () => {} };
  }
  return { ...foreground(fd), close: () => close(fd) };
}

interface Job {
  readonly command: string;
  readonly session: LendingSession;
  readonly screen: ReturnType<typeof controllingTerminal>;
  readonly context: ExecContext;
}

/** Signals to robin are passed on, and a stop of either is a stop of both. */
function followJob(guest: Guest, { command, session, screen, context }: Job) {
  const { signals, terminal, words, drainMs } = context;
  const { SIGTTIN, SIGTTOU } = constants.signals;
  let isStopping = false;
  let limit: NodeJS.Timeout | undefined;
  let told: NodeJS.Timeout | undefined;
  let interrupts = 0;
  let unwatchInterrupts = () => {};
  const unwatch = onChildStop(guest.pid, (signal) => {
    if (isStopping) return;
    // It has asked for the terminal before it got it, or where stdin is no terminal and it opened /dev/tty.
    const wantsTerminal = signal === SIGTTIN || signal === SIGTTOU;
    if (wantsTerminal && screen.lend(guest.pid)) return guest.signal("SIGCONT");
    // Without a terminal nobody has typed ^Z: whoever stopped it knows of it, and robin's job may be a whole script.
    if (!wantsTerminal && terminal === undefined) return;
    isStopping = true;
    screen.takeBack();
    signals.suspend();
  });
  const divert = signals.divert({
    end(signal) {
      // What it says last is for the far side, which shall not wait for more.
      void guest.end(PASSED_ON.includes(signal) ? signal : "SIGTERM", END_MS).then(() => {
        limit = setTimeout(() => session.end("stopped"), drainMs);
      });
    },
    force: () => guest.signal("SIGKILL"),
    stop() {
      isStopping = true;
      guest.signal("SIGTSTP");
      screen.takeBack();
    },
    goOn() {
      takeStop(guest.pid); // which SIGCHLD has yet to tell
      isStopping = false;
      if (terminal) screen.lend(guest.pid);
      guest.signal("SIGCONT");
    },
  });
  // Some go on: sz ignores ^C from the first one on, while it sends.
  const interrupted = () => {
    interrupts++;
    clearTimeout(told);
    if (interrupts > 1) return guest.signal(interrupts === 2 ? "SIGTERM" : "SIGKILL");
    told = setTimeout(() => {
      // From the background, where TOSTOP is set, a word would stop us.
      if (screen.takesWords()) words.warning(`${command} goes on after ^C; another ^C ends it`);
    }, INTERRUPT_MS);
  };
  return {
    watchInterrupts() {
      unwatchInterrupts = watchInterrupts(guest.pid, interrupted);
    },
    close() {
      clearTimeout(limit);
      clearTimeout(told);
      unwatchInterrupts();
      unwatch();
      divert();
    },
  };
}
