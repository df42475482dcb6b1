/**
 * Signals: the ones that end a session in order, a second one that forces it, and job control. Knows Node's signal
 * events; what a session or a terminal does about them is theirs.
 */
import { constants } from "node:os";
import { signalStatus } from "../errors.js";
import type { Session } from "../session/session.js";
import type { UserTerminal } from "../session/terminal.js";
import { whyNoLibc } from "../tty/abi.js";
import { POLLERR, pollNow } from "../tty/libc.js";
import type { WayOut } from "../way-out.js";
import { ENDING_SIGNALS } from "./ending-signals.js";

/**
 * Whether standard output or error has lost its reader: then a write of our own raised SIGPIPE, and who wrote knows
 * by EPIPE. What ends the session is the loss of its output, not of a place for words.
 */
function hasBrokenOutput(): boolean {
  if (whyNoLibc() !== undefined) return true; // Node's streams tell it; the signal says nothing more
  return [1, 2].some((fd) => (pollNow(fd, 0) & POLLERR) !== 0);
}

/** A stop by SIGTSTP is ignored in an orphaned process group: then go on by ourselves after so long. */
const STOP_GRACE_MS = 200;

/** So long a log or a recording has for what is on its way, once a second signal has come: a FIFO may take it never. */
const FORCED_MS = 500;

/** Who has the terminal in place of the session for a while: a command. It is told what the session would be told. */
export interface Deputy {
  /** The first ending signal came. The session is to be ended by whoever is told this; the next signal forces it. */
  end(signal: NodeJS.Signals): void;
  /** One more has come: it is to end now. */
  force(): void;
  /** This process is about to stop. */
  stop(): void;
  /** It goes on. */
  goOn(): void;
}

/** What signals end: a session, or several as one. */
export interface Watched extends Pick<Session, "end" | "force"> {
  readonly ended: Promise<unknown>;
}

export interface Signals {
  /** From now on signals end this session, and stopping gives this terminal back. */
  watch(session: Watched, terminal: UserTerminal | undefined): void;
  /** From now on they go to `deputy`. The result takes that back. */
  divert(deputy: Deputy): () => void;
  /** The first ending signal that came. */
  received(): NodeJS.Signals | undefined;
  /** Stops the whole job, as ^Z would. */
  suspend(): void;
}

export function handleSignals(wayOut: WayOut, detail: (text: string) => void): Signals {
  let session: Watched | undefined;
  let terminal: UserTerminal | undefined;
  let first: NodeJS.Signals | undefined;
  let deputy: Deputy | undefined;
  let grace: NodeJS.Timeout | undefined;
  let ended = false;

  for (const signal of [...ENDING_SIGNALS, "SIGPIPE"] as const) {
    if (process.platform === "win32" && !["SIGHUP", "SIGINT", "SIGTERM"].includes(signal)) continue;
    process.on(signal, () => {
      if (signal === "SIGPIPE" && hasBrokenOutput()) return;
      if (!session) return wayOut.leave(signalStatus(constants.signals[signal]));
      if (first === undefined) {
        first = signal;
        detail(`${signal}: leaving when what is on its way has gone; another signal leaves at once`);
        if (deputy) deputy.end(signal);
        else session.end("stopped");
      } else {
        const status = signalStatus(constants.signals[first]);
        deputy?.force();
        session.force();
        setTimeout(() => wayOut.leave(status), FORCED_MS);
      }
    });
  }

  const goOn = () => {
    clearTimeout(grace);
    process.off("SIGTSTP", stop);
    process.on("SIGTSTP", stop);
    if (deputy) deputy.goOn();
    else if (!ended) terminal?.take();
  };
  const stop = () => {
    if (first !== undefined) return; // on its way out
    deputy?.stop();
    terminal?.giveBack();
    process.off("SIGTSTP", stop); // with nobody listening the kernel's own action holds: the process stops
    process.kill(process.pid, "SIGTSTP");
    grace = setTimeout(goOn, STOP_GRACE_MS);
  };
  if (process.platform !== "win32") {
    process.on("SIGTSTP", stop);
    process.on("SIGCONT", goOn);
  }

  return {
    watch(watched, its) {
      session = watched;
      terminal = its;
      void watched.ended.then(() => {
        ended = true;
      });
    },
    divert(to) {
      deputy = to;
      return () => {
        if (deputy === to) deputy = undefined;
      };
    },
    received: () => first,
    suspend: () => void process.kill(0, "SIGTSTP"),
  };
}
